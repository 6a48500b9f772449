"""The message with a Stop button: when it comes, what it costs, and that none stays behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.delivery.reply import Reply
from bot.delivery.status_board import StatusBoard
from bot.delivery.stopping.stop_message import STOP_AFTER_SECONDS, WORKING_MESSAGE
from bot.domain.conversation import Person
from bot.domain.errors import AllowanceUsed, EaselError, SlackError, TransientError
from bot.domain.posts import Button
from bot.domain.questions import Answer, Question
from tests.support.chat import FakeChat, TimelessLoop
from tests.support.values import THREAD, build_question

DIRECT = replace(build_question(), thread=replace(THREAD, channel="D0ALEX"))


def run_script(
    chat: FakeChat,
    script: Callable[[Reply], Awaitable[None]],
    question: Question | None = None,
) -> None:
    async def run() -> None:
        board = StatusBoard(chat)
        async with Reply(chat, question or build_question(), chat, board) as reply:
            await script(reply)

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(run())


async def answer_slowly(reply: Reply) -> None:
    await asyncio.sleep(10)
    reply.add("hello")
    await reply.finish()


def test_it_comes_after_three_seconds_and_goes_with_the_end() -> None:
    chat = FakeChat(removals_left=1)

    async def play(reply: Reply) -> None:
        await asyncio.sleep(STOP_AFTER_SECONDS - 0.1)
        assert chat.messages == {}
        await asyncio.sleep(1)
        (message,) = chat.messages.values()
        assert message.text == WORKING_MESSAGE and message.metadata is not None
        assert message.metadata.controls.buttons == (Button.STOP,)
        assert chat.status == "is thinking…", "Slack had cleared it"
        await answer_slowly(reply)

    run_script(chat, play)
    assert chat.list_texts() == ["hello"] and len(chat.recorded) == 1
    # What it costs: the post, the status again, the deletion.
    names = [name for name, _ in chat.calls]
    assert names == ["status", "post", "status", "post", "delete"]


@pytest.mark.parametrize(
    "question",
    [
        DIRECT,
        replace(build_question(), asker=Person("B0FLOW", "T0EASEL")),
        replace(build_question(), answer=Answer("settled")),
    ],
)
def test_where_it_helps_no_one_there_is_none(question: Question) -> None:
    chat = FakeChat(removals_left=1)
    run_script(chat, answer_slowly, question)
    assert "delete" not in {name for name, _ in chat.calls}


@pytest.mark.parametrize(
    ("failures", "posts"),
    [
        ([SlackError("restricted_action")], 2),
        ([AllowanceUsed("chat.postMessage")], 3),
        ([TransientError("503")], 2),
    ],
)
def test_an_answer_comes_without_it_too(failures: list[EaselError | None], posts: int) -> None:
    chat = FakeChat(removals_left=9, failures={"post": [*failures]})
    run_script(chat, answer_slowly)
    assert chat.list_texts() == ["hello"] and chat.count_calls("post") == posts


def test_one_whose_answer_was_lost_is_found_and_reused() -> None:
    chat = FakeChat(removals_left=9, loses_answers=True, failures={"post": [TransientError("x")]})
    run_script(chat, answer_slowly)
    assert chat.list_texts() == ["hello"]


@pytest.mark.parametrize("error", [RuntimeError("a bug"), SlackError("is_archived")])
def test_an_answer_that_fails_leaves_none(error: Exception) -> None:
    chat = FakeChat(removals_left=1)

    async def fail(_: Reply) -> None:
        await asyncio.sleep(5)
        raise error

    with pytest.raises(type(error)):
        run_script(chat, fail)
    assert chat.messages == {} and chat.recorded == []


def test_what_slack_does_not_delete_at_once_is_tried_again() -> None:
    chat = FakeChat(removals_left=1, failures={"delete": [TransientError("503")]})

    async def play(reply: Reply) -> None:
        await answer_slowly(reply)
        await reply.stop_message.remove()

    run_script(chat, play)
    assert chat.list_texts() == ["hello"]
