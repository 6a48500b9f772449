"""Replaced and lost sockets, and Slack's stop button."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.answering.showing.stops import STOPPED_BEFORE_MESSAGE, STOPPED_MESSAGE
from bot.playground.slack import PlayedSlack
from tests.support.answers import wait_for_answers
from tests.support.easel import (
    GENERAL,
    MENTION,
    QUICK_RULES,
    EaselEnvironment,
    run_easel,
    wait_until,
)
from tests.support.observing import count_open_questions, count_words
from tests.support.rows import list_buttons


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    async with run_easel(tmp_path / "data") as running:
        running.model.token_delay = 0.002
        yield running


async def test_sockets_that_are_replaced_all_the_time_lose_nothing(easel: EaselEnvironment) -> None:
    async def refresh() -> None:
        for _ in range(4):
            await easel.slack.socket.refresh("refresh_requested")
            await asyncio.sleep(0.1)

    refreshing = asyncio.create_task(refresh())
    roots = []
    for number in range(12):
        roots.append(await easel.slack.post_as_person(GENERAL, f"{MENTION} say q{number}"))
        await asyncio.sleep(0.03)
    await refreshing
    for number, root in enumerate(roots):
        await wait_for_answers(easel.slack, GENERAL, root, seconds=60)
        assert [reply.text for reply in easel.list_replies(root)] == [f"q{number}"]


async def test_events_of_a_long_disconnect_come_when_the_socket_is_back(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack, run_easel(tmp_path, slack=slack) as easel:
        slack.socket.refuses = True
        await slack.socket.cut()
        root = await slack.post_as_person(GENERAL, f"{MENTION} say hello")
        slack.socket.refuses = False
        await wait_for_answers(slack, GENERAL, root, seconds=60)
        await easel.wait_until_idle()
        assert [reply.text for reply in slack.list_replies(GENERAL, root)] == ["hello"]


async def test_the_stop_button_keeps_what_was_said_and_ends_the_request(
    easel: EaselEnvironment,
) -> None:
    easel.model.token_delay = 0.01
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} write 900 words")
    await easel.slack.wait_until(lambda: count_words(easel, root) > 20)
    easel.slack.press_stop(GENERAL, root)
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()
    (reply,) = easel.list_replies(root)
    assert 20 < len(reply.text.split()) < 900
    assert not reply.streaming and not list_buttons(reply)
    assert reply.text.endswith(STOPPED_MESSAGE.msgid)


async def test_the_stop_button_ends_a_silent_request_at_once(easel: EaselEnvironment) -> None:
    easel.model.script(stall=True)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} draw something large")
    await easel.slack.wait_until(lambda: easel.slack.list_calls("assistant.threads.setStatus"))
    await wait_until(lambda: easel.model.requests)
    easel.slack.press_stop(GENERAL, root)
    await asyncio.wait_for(easel.wait_until_idle(), 60)
    (reply,) = easel.list_replies(root)
    assert reply.text == STOPPED_BEFORE_MESSAGE.msgid
    assert (await count_open_questions(easel)) == 0
