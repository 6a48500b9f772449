"""“Stop” as a message: ends the answer in its thread, is never a question, holds after a crash."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.answering.showing.stops import STOPPED_BEFORE_MESSAGE, STOPPED_MESSAGE
from bot.playground.slack import PlayedSlack
from bot.queue.steering_notices import NOT_THEIRS_MESSAGE, NOTHING_TO_STOP_MESSAGE
from storage.engine.sqlite import open_database
from storage.steering.store import SqlSteeringStore
from tests.support.crash import crash_easel, restart_easel
from tests.support.easel import (
    DM,
    GENERAL,
    MENTION,
    QUICK_RULES,
    EaselEnvironment,
    run_easel,
    wait_until,
)
from tests.support.files import list_texts
from tests.support.observing import count_words


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    async with run_easel(tmp_path / "data") as running:
        yield running


@pytest.mark.parametrize("words", ["stop", f"{MENTION} Hör auf!", "  CANCEL.  "])
async def test_the_word_ends_the_answer_and_is_no_question(
    easel: EaselEnvironment, words: str
) -> None:
    easel.model.token_delay = 0.01
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} write 900 words")
    await easel.slack.wait_until(lambda: count_words(easel, root) > 20)
    await easel.slack.post_as_person(GENERAL, words, thread_ts=root)
    await asyncio.wait_for(easel.wait_until_idle(), 60)
    (text,) = list_texts(easel, root)
    assert text.endswith(STOPPED_MESSAGE.msgid) and 20 < len(text.split()) < 800
    assert [turn["speaker"] for turn in easel.list_turns()] == ["person", "easel"]
    (request,) = easel.list_model_requests()
    assert request["outcome"] == "stopped" and request["worst_nano"] > 0
    assert len(easel.model.requests) == 1


async def test_a_silent_request_is_stopped_and_the_thread_goes_on(easel: EaselEnvironment) -> None:
    easel.model.script(stall=True)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} draw something large")
    await wait_until(lambda: easel.model.requests)
    await easel.slack.post_as_person(GENERAL, "say next", thread_ts=root)
    await easel.slack.post_as_person(GENERAL, "stop", thread_ts=root)
    await asyncio.wait_for(easel.wait_until_idle(), 60)
    stopped, answer = list_texts(easel, root)
    assert stopped.endswith(STOPPED_BEFORE_MESSAGE.msgid) and answer.endswith("next")


async def test_with_nothing_running_it_costs_nothing(easel: EaselEnvironment) -> None:
    root = await easel.ask("say hello")
    await easel.slack.post_as_person(GENERAL, "arrête", thread_ts=root)
    await easel.slack.wait_until(lambda: len(list_texts(easel, root)) == 2)
    await easel.wait_until_idle()
    assert len(easel.model.requests) == 1 and len(easel.list_model_requests()) == 1
    fresh = await easel.slack.post_as_person(GENERAL, f"{MENTION} stop")
    await easel.slack.wait_until(lambda: list_texts(easel, fresh))
    assert list_texts(easel, fresh) == [NOTHING_TO_STOP_MESSAGE.msgid]


async def test_only_who_asked_may_stop_it_at_first(easel: EaselEnvironment) -> None:
    easel.model.token_delay = 0.01
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} write 300 words")
    await easel.slack.wait_until(lambda: count_words(easel, root) > 20)
    await easel.slack.post_as_person(GENERAL, "stop", thread_ts=root, user="U0SAM")
    await easel.slack.wait_until(lambda: easel.slack.workspace.ephemerals)
    await easel.wait_until_idle()
    (text,) = list_texts(easel, root)
    assert len(text.split()) == 300
    (ephemeral,) = easel.slack.workspace.ephemerals
    assert (ephemeral.person, ephemeral.text) == ("U0SAM", NOT_THEIRS_MESSAGE.msgid)


async def test_in_direct_messages_it_needs_no_thread(easel: EaselEnvironment) -> None:
    easel.model.script(stall=True)
    root = await easel.slack.post_as_person(DM, "draw something large")
    await wait_until(lambda: easel.model.requests)
    await easel.slack.post_as_person(DM, "stop")
    await asyncio.wait_for(easel.wait_until_idle(), 60)
    assert list_texts(easel, root, DM) == [STOPPED_BEFORE_MESSAGE.msgid]


async def test_a_hundred_words_stop_once(easel: EaselEnvironment) -> None:
    easel.model.script(stall=True)
    root = await easel.slack.post_as_person(GENERAL, f"{MENTION} draw something large")
    await wait_until(lambda: easel.model.requests)
    for _ in range(100):
        await easel.slack.post_as_person(GENERAL, "stop", thread_ts=root)
    await asyncio.wait_for(easel.wait_until_idle(), 60)
    assert list_texts(easel, root)[0] == STOPPED_BEFORE_MESSAGE.msgid
    assert len(list_texts(easel, root)) < 30 and len(easel.model.requests) == 1


async def test_an_answer_that_was_to_stop_does_so_after_a_crash(tmp_path: Path) -> None:
    async with PlayedSlack(QUICK_RULES) as slack:
        async with (
            crash_easel(slack, tmp_path) as dead,
            open_database(tmp_path / "easel.db") as database,
        ):
            assert await SqlSteeringStore(database).stop_thread(dead.question.thread)
        async with restart_easel(slack, tmp_path) as easel:
            await easel.wait_until_idle()
            assert list_texts(easel, dead.root) == [STOPPED_BEFORE_MESSAGE.msgid]
            assert not easel.model.requests
