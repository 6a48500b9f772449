"""A status goes away however an answer ends: Slack takes it away only when the app posts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.answering.showing.drawing import DrawingProgress
from bot.delivery.reply import Reply
from bot.delivery.status import (
    DRAWING_STATUS,
    TRYING_STATUS,
    count_seconds_to_next,
    describe_elapsed,
)
from bot.delivery.status_board import StatusBoard
from bot.domain.errors import SlackError, StreamRefused, TransientError
from bot.domain.messages import render
from bot.domain.questions import Question
from tests.support.chat import FakeChat, FakeMessage, TimelessLoop
from tests.support.replies import stream_words
from tests.support.values import THREAD, build_question

OLD = "1700000001.000000"
RETRIED_QUESTION = replace(build_question(), claims=2, messages=(OLD,))


def run_script(
    chat: FakeChat,
    question: Question,
    script: Callable[[Reply], Awaitable[None]],
    *,
    board: StatusBoard | None = None,
) -> None:
    async def run() -> None:
        async with Reply(chat, question, chat, board or StatusBoard(chat)) as reply:
            await script(reply)

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(run())


async def answer_at_once(reply: Reply) -> None:
    reply.add("hello")
    await reply.finish()
    await reply.status.clear()


async def answer_slowly(reply: Reply) -> None:
    await stream_words(reply, 100, interval_seconds=0.1)
    await reply.finish()
    await reply.status.clear()


async def say_nothing(reply: Reply) -> None:
    await asyncio.sleep(5)
    await reply.finish()


@pytest.mark.parametrize("script", [answer_at_once, answer_slowly, say_nothing])
def test_an_answer_that_edits_an_old_message_leaves_no_status(
    script: Callable[[Reply], Awaitable[None]],
) -> None:
    chat = FakeChat(messages={OLD: FakeMessage("It failed.")}, status="is thinking…")
    run_script(chat, RETRIED_QUESTION, script)
    assert chat.status == ""


@pytest.mark.parametrize("script", [answer_at_once, answer_slowly, say_nothing])
def test_an_answer_that_is_posted_and_edited_leaves_no_status(
    script: Callable[[Reply], Awaitable[None]],
) -> None:
    chat = FakeChat(failures={"start": [StreamRefused("channel_type_not_supported")]})
    run_script(chat, build_question(), script)
    assert chat.status == ""


@pytest.mark.parametrize("error", [SlackError("is_archived"), RuntimeError("a bug")])
def test_an_answer_that_fails_leaves_no_status(error: Exception) -> None:
    async def fail(_: Reply) -> None:
        await asyncio.sleep(5)
        raise error

    chat = FakeChat(messages={OLD: FakeMessage("It failed.")})
    with pytest.raises(type(error)):
        run_script(chat, RETRIED_QUESTION, fail)
    assert chat.status == ""


def test_a_status_that_could_not_be_taken_away_at_once_goes_at_the_second_try() -> None:
    chat = FakeChat(messages={OLD: FakeMessage("It failed.")})

    async def play(reply: Reply) -> None:
        await asyncio.sleep(5)
        chat.failures["status"] = [TransientError("503")]
        await answer_at_once(reply)

    run_script(chat, RETRIED_QUESTION, play)
    assert chat.status == ""


def test_an_answer_that_is_put_back_says_so_meanwhile() -> None:
    async def fail(_: Reply) -> None:
        await asyncio.sleep(5)
        raise TransientError("503")

    chat = FakeChat()
    with pytest.raises(TransientError):
        run_script(chat, build_question(), fail)
    assert chat.status == TRYING_STATUS


def test_a_posted_answer_costs_no_call_to_take_the_status_away() -> None:
    chat = FakeChat()

    async def play(reply: Reply) -> None:
        await asyncio.sleep(5)
        await answer_at_once(reply)

    run_script(chat, build_question(), play)
    assert chat.statuses == ["is thinking…"]


def test_a_status_that_slack_did_not_take_is_sent_again_soon() -> None:
    chat = FakeChat(failures={"status": [TransientError("503")] * 2})

    async def play(reply: Reply) -> None:
        await asyncio.sleep(29)
        assert chat.status == "is thinking… 20 s so far"
        await reply.finish("Sorry.")

    run_script(chat, build_question(), play)


def test_a_board_knows_what_slack_shows_and_what_it_may_show() -> None:
    chat = FakeChat()

    async def run() -> None:
        board = StatusBoard(chat)
        await board.show(THREAD, "is thinking…")
        assert board.is_visible(THREAD)
        chat.failures["status"] = [TransientError("429", retry_after=30), TransientError("lost")]
        assert not await board.show(THREAD, "")
        assert board.is_visible(THREAD), "Slack has said that it did nothing"
        assert not await board.show(THREAD, "")
        assert board.has_status(THREAD), "Slack may have done it or not"
        await asyncio.sleep(130)
        assert board.list_threads() == [], "Slack has taken it away by itself"

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(run())


def test_a_status_that_changes_goes_on_telling_the_time() -> None:
    chat = FakeChat()

    async def play(reply: Reply) -> None:
        await asyncio.sleep(25)
        reply.set_status(DRAWING_STATUS)
        await asyncio.sleep(5)
        reply.add("hello")
        await reply.finish()

    run_script(chat, build_question(), play)
    assert chat.statuses == [
        "is thinking…",
        "is thinking… 20 s so far",
        "is drawing… 20 s so far",
    ]


@pytest.mark.parametrize("elapsed", [0.0, 19.9, 20.0, 59.9, 60.0, 119.9, 120.0, 600.0, 9_999.9])
def test_the_time_is_told_again_before_slack_drops_the_status(elapsed: float) -> None:
    assert 0 < count_seconds_to_next(elapsed) <= 60


def test_the_time_is_told_in_every_language() -> None:
    status = describe_elapsed(render(DRAWING_STATUS, "de"), 47.0)
    assert render(status, "de") == "zeichnet … seit 40 s"
    assert render(describe_elapsed(render(DRAWING_STATUS, "ja"), 185.0), "ja").endswith("3分経過")


def test_of_several_pictures_the_status_says_which_is_drawn() -> None:
    chat = FakeChat()

    async def play(reply: Reply) -> None:
        await asyncio.sleep(1)
        drawing = DrawingProgress(reply)
        drawing.plan(3)
        drawing.show()
        for _ in range(3):
            await asyncio.sleep(1)
            drawing.note_picture()
        await asyncio.sleep(1)
        reply.add("hello")
        await reply.finish()

    run_script(chat, build_question(), play)
    drawn = ["is drawing 1 of 3…", "is drawing 2 of 3…", "is drawing 3 of 3…"]
    assert chat.statuses == ["is thinking…", *drawn]
