"""Messages of an earlier attempt are reused, found or deleted: no reply appears twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.delivery.reply import Reply
from bot.delivery.status_board import StatusBoard
from bot.domain.errors import SlackError, TransientError
from bot.domain.posts import Button, Controls
from tests.support.chat import FakeChat, FakeMessage, TimelessLoop
from tests.support.replies import run_reply, stream_words
from tests.support.values import build_question


def test_the_ts_of_every_message_is_recorded() -> None:
    chat = FakeChat()

    async def play(reply: Reply) -> None:
        await stream_words(reply, 3000, interval_seconds=0.01)
        await reply.finish()

    run_reply(chat, play)
    assert len(chat.messages) == 2
    assert chat.recorded == list(chat.messages)


def test_messages_of_an_earlier_attempt_are_reused_and_the_others_deleted() -> None:
    chat = FakeChat()
    chat.messages = {
        f"170000000{n}.000000": FakeMessage("half", streaming=n == 3) for n in (1, 2, 3)
    }
    leftovers = tuple(chat.messages)

    async def run() -> None:
        async with Reply(
            chat, replace(build_question(), messages=leftovers), chat, StatusBoard(chat)
        ) as reply:
            await stream_words(reply, 2500, interval_seconds=0.01)
            await reply.finish()

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(run())
    assert "".join(chat.list_texts()).split() == ["word"] * 2500
    assert list(chat.messages) == list(leftovers[:2])
    assert chat.deleted == [leftovers[2]]
    assert chat.count_calls("post") == chat.count_calls("start") == 0


def test_a_deleted_message_is_replaced_by_a_new_one() -> None:
    chat = FakeChat(failures={"update": [SlackError("message_not_found")]})
    old = "1700000001.000000"

    async def run() -> None:
        async with Reply(
            chat, replace(build_question(), messages=(old,)), chat, StatusBoard(chat)
        ) as reply:
            reply.add("the whole answer")
            await reply.finish()

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(run())
    assert chat.list_texts() == ["the whole answer"]


def test_a_post_that_slack_took_without_saying_so_is_not_posted_again() -> None:
    chat = FakeChat(failures={"post": [TransientError("timeout")]}, loses_answers=True)

    async def play(reply: Reply) -> None:
        reply.add("391")
        await reply.finish()

    run_reply(chat, play)
    assert chat.list_texts() == ["391"]
    assert chat.count_calls("post") == 1 and len(chat.recorded) == 1


def test_a_post_that_slack_did_not_take_is_posted_again() -> None:
    chat = FakeChat(failures={"post": [TransientError("timeout")]})

    async def play(reply: Reply) -> None:
        reply.add("391")
        await reply.finish()

    run_reply(chat, play)
    assert chat.list_texts() == ["391"]
    assert chat.count_calls("post") == 2


def test_a_failed_answer_carries_the_button_on_its_last_message_only() -> None:
    chat = FakeChat()

    async def play(reply: Reply) -> None:
        await stream_words(reply, 3000, interval_seconds=0.01)
        await reply.finish("It broke off.", controls=Controls((Button.RETRY,)))

    run_reply(chat, play)
    all_metadata = [message.metadata for message in chat.messages.values()]
    buttons = [metadata.controls.buttons for metadata in all_metadata if metadata is not None]
    assert buttons == [(), (Button.RETRY,)]
