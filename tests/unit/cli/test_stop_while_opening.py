"""`easel run` as a real process: the first SIGTERM ends it, whichever step of opening hangs."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import pytest

from bot.playground.model import PlayedModel
from bot.playground.slack import PlayedSlack
from tests.support.answers import wait_for_answers
from tests.support.easel import wait_until
from tests.support.process import build_settings, start_service

MAX_STOP_SECONDS = 60.0  # on a busy machine; no step has to wait for anything


async def stop_process(process: asyncio.subprocess.Process) -> str:
    """Send one SIGTERM; return the log. Fails unless the process ends in time with code 0."""
    process.send_signal(signal.SIGTERM)
    try:
        _, errors = await asyncio.wait_for(process.communicate(), MAX_STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.communicate()
        raise
    assert process.returncode == 0
    log_text = errors.decode()
    assert "Traceback" not in log_text and '"exception"' not in log_text
    return log_text


HANGING: dict[str, Any] = {"delay": 3600.0}
FAILING: dict[str, Any] = {"error": "internal_error", "times": 10_000}
LIMITED: dict[str, Any] = {"error": "ratelimited", "retry_after": 600, "times": 10_000}


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("auth.test", HANGING),
        ("auth.test", LIMITED),  # one that fails ends the start with a sentence
        ("apps.connections.open", HANGING),
        ("apps.connections.open", FAILING),
        ("apps.connections.open", LIMITED),
    ],
    ids=str,
)
async def test_sigterm_while_a_call_hangs_or_fails(
    tmp_path: Path, method: str, fault: dict[str, Any]
) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        slack.fail(method, **{"times": 1} | fault)
        process = await start_service(tmp_path, build_settings(slack, model, tmp_path))
        await wait_until(lambda: slack.api.started == method, seconds=60)
        await stop_process(process)


@pytest.mark.parametrize(
    "fault", [{"hangs": True}, {"silent": True}, {"status": 503}, {"closes": True}], ids=str
)
async def test_sigterm_while_a_handshake_hangs_or_fails(
    tmp_path: Path, fault: dict[str, Any]
) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        slack.socket.fail(times=10_000, **fault)
        process = await start_service(tmp_path, build_settings(slack, model, tmp_path))
        await wait_until(lambda: slack.socket.handshakes, seconds=60)
        await stop_process(process)


async def test_sigterm_in_an_outage(tmp_path: Path) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        process = await start_service(tmp_path, build_settings(slack, model, tmp_path))
        await slack.socket.wait_until_connected(seconds=60)
        slack.socket.fail(times=10_000, hangs=True)
        await slack.socket.cut()
        await wait_until(lambda: slack.socket.handshakes >= 2, seconds=60)
        await stop_process(process)


async def test_one_refused_handshake_makes_nobody_deaf(tmp_path: Path) -> None:
    async with PlayedSlack() as slack, PlayedModel() as model:
        slack.socket.fail(status=503)
        process = await start_service(tmp_path, build_settings(slack, model, tmp_path))
        root = await slack.post_as_person("C0GENERAL", "<@U0EASEL> say first")
        first = await wait_for_answers(slack, "C0GENERAL", root, seconds=60)
        slack.socket.fail(status=408)
        await slack.socket.cut()
        root = await slack.post_as_person("C0GENERAL", "<@U0EASEL> say second")
        second = await wait_for_answers(slack, "C0GENERAL", root, seconds=60)
        await stop_process(process)
    assert [reply.text for reply in [*first, *second]] == ["first", "second"]
