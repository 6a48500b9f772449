"""`easel run` as a real process: signals, and what a killed process leaves to the next."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from tests.support.answers import wait_for_answers
from tests.support.process import build_settings, start_service


async def test_the_service_stops_on_sigterm_with_code_0(tmp_path: Path) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        process = await start_service(tmp_path, build_settings(slack, model, tmp_path))
        root = await slack.post_as_person("C0GENERAL", "<@U0EASEL> say hello")
        replies = await wait_for_answers(slack, "C0GENERAL", root, seconds=60)
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    assert replies[0].text == "hello"
    log_text = errors.decode()
    assert "Traceback" not in log_text and "xoxb" not in log_text and "hello" not in log_text


async def test_a_second_signal_ends_the_process_at_once_and_loses_nothing(tmp_path: Path) -> None:
    async with PlayedSlack() as slack, PlayedModel(first_delay=60) as model:
        process = await start_service(tmp_path, build_settings(slack, model, tmp_path))
        root = await slack.post_as_person("C0GENERAL", "<@U0EASEL> say hello")
        await slack.wait_until(lambda: slack.list_calls("assistant.threads.setStatus"), seconds=60)
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        while b"stopping" not in await asyncio.wait_for(process.stderr.readline(), 60):
            pass
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 1
        model.first_delay = 0
        again = await start_service(tmp_path, build_settings(slack, model, tmp_path))
        replies = await wait_for_answers(slack, "C0GENERAL", root, seconds=60)
        again.send_signal(signal.SIGTERM)
        await again.communicate()
    assert [reply.text for reply in replies] == ["hello"]


async def test_a_question_of_a_killed_process_is_answered_once_by_the_next(
    tmp_path: Path,
) -> None:
    async with PlayedSlack() as slack, PlayedModel(first_delay=60) as model:
        process = await start_service(tmp_path, build_settings(slack, model, tmp_path))
        root = await slack.post_as_person("C0GENERAL", "<@U0EASEL> say hello")
        await slack.wait_until(lambda: slack.list_calls("assistant.threads.setStatus"), seconds=60)
        process.kill()
        await process.communicate()
        model.first_delay = 0
        again = await start_service(tmp_path, build_settings(slack, model, tmp_path))
        replies = await wait_for_answers(slack, "C0GENERAL", root, seconds=60)
        again.send_signal(signal.SIGTERM)
        await again.communicate()
    assert [reply.text for reply in replies] == ["hello"]
