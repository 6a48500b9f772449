"""A status goes away however an answer ends: Slack takes it away only when the app posts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.delivery.reply import Reply
from bot.delivery.status import TRYING_STATUS
from bot.delivery.status_board import StatusBoard
from bot.domain.errors import SlackError, StreamRefused, TransientError
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
        assert chat.status == "is thinking…"
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
