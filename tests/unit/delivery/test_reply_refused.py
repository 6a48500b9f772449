"""A reply finds another way for its words, whatever single call Slack refuses or answers late."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.delivery.markdown import MAX_MESSAGE_BYTES
from bot.delivery.reply import Reply
from bot.delivery.status_board import StatusBoard
from bot.domain.errors import (
    ContentRefused,
    EaselError,
    SlackError,
    StreamEnded,
    StreamRefused,
    TransientError,
)
from bot.domain.posts import Button, Controls
from tests.support.chat import FakeChat, FakeMessage, TimelessLoop
from tests.support.replies import run_reply, stream_words
from tests.support.values import build_question

LIMITED = TransientError("429", retry_after=30.0)
LOST = TransientError("timeout")
REFUSED = ContentRefused("invalid_blocks")
STILL_STREAMING = SlackError("streaming_state_conflict")


def repeat(error: EaselError, times: int = 999) -> list[EaselError | None]:
    return [error] * times


def run_long_answer(chat: FakeChat, *, buttons: tuple[Button, ...] = ()) -> None:
    """Stream 3,000 words over a minute, which takes two messages."""

    async def play(reply: Reply) -> None:
        await stream_words(reply, 3000, interval_seconds=0.02)
        await reply.finish("A note.", controls=Controls(buttons))

    run_reply(chat, play)


def check_words(chat: FakeChat) -> None:
    shown = "".join(chat.list_texts()).split()
    assert shown == ["word"] * 3000 + ["A", "note."]
    assert not any(message.streaming for message in chat.messages.values())


@pytest.mark.parametrize("error", [LIMITED, LOST])
@pytest.mark.parametrize("name", ["start", "append", "stop"])
def test_streams_that_fail_are_replaced(name: str, error: TransientError) -> None:
    chat = FakeChat(failures={name: repeat(error)})
    run_long_answer(chat)
    check_words(chat)


@pytest.mark.parametrize("error", [LIMITED, LOST, REFUSED, STILL_STREAMING])
def test_edits_that_fail_are_replaced_by_new_messages(error: EaselError) -> None:
    refused = repeat(StreamRefused("channel_type_not_supported"))
    chat = FakeChat(failures={"start": refused, "update": repeat(error)})
    run_long_answer(chat, buttons=(Button.RETRY,))
    check_words(chat)
    last = list(chat.messages.values())[-1]
    assert last.metadata is not None and last.metadata.controls.buttons == (Button.RETRY,)


@pytest.mark.parametrize("error", [LIMITED, LOST, REFUSED])
def test_posts_that_fail_are_replaced_by_streams(error: EaselError) -> None:
    chat = FakeChat(failures={"post": repeat(error)})

    async def play(reply: Reply) -> None:
        reply.add("hello")
        await reply.finish("A note.", controls=Controls((Button.RETRY,)))

    run_reply(chat, play)
    assert chat.list_texts() == ["hello\n\nA note."]
    (message,) = chat.messages.values()
    assert not message.streaming and message.metadata is not None
    assert message.metadata.controls.buttons == (Button.RETRY,)


def test_a_limit_is_no_reason_to_look_for_a_lost_message() -> None:
    chat = FakeChat(failures={"post": [LIMITED]})

    async def play(reply: Reply) -> None:
        reply.add("hello")
        await reply.finish()

    run_reply(chat, play)
    assert chat.count_calls("own") == 0 and chat.list_texts() == ["hello"]


def test_text_that_slack_does_not_take_now_waits_and_is_shown_later() -> None:
    failures: Sequence[EaselError] = [LOST] * 2
    chat = FakeChat(failures={"post": list(failures), "start": [LOST] * 2})

    async def play(reply: Reply) -> None:
        await stream_words(reply, 3000, interval_seconds=0.02)
        assert chat.messages, "the outage is over while the model still writes"
        await reply.finish("A note.")

    run_reply(chat, play)
    check_words(chat)


@pytest.mark.parametrize("limit", [MAX_MESSAGE_BYTES // 2, 1_000])
def test_messages_are_as_short_as_slack_wants_them(limit: int) -> None:
    class StrictChat(FakeChat):
        async def post(self, thread, text, metadata, **options):  # type: ignore[no-untyped-def] # any
            if len(text) > limit:
                raise ContentRefused("msg_too_long")
            return await super().post(thread, text, metadata, **options)

    chat = StrictChat(streams_left=0, updates_left=0)

    async def play(reply: Reply) -> None:
        reply.add("```python\n" + "value = compute(1)\n" * 800 + "```\n")
        await reply.finish("A note.", controls=Controls((Button.RETRY,)))

    run_reply(chat, play)
    texts = chat.list_texts()
    assert "".join(texts).count("compute") == 800 and texts[-1].endswith("A note.")
    assert all(text.count("```") % 2 == 0 for text in texts), "no code block is left open"
    buttons = [
        m.metadata.controls.buttons for m in chat.messages.values() if m.metadata is not None
    ]
    assert buttons[-1] == (Button.RETRY,) and not any(buttons[:-1])


@pytest.mark.parametrize("names", [("update", "delete"), ("stop", "delete")])
def test_words_that_may_be_shown_twice_are_left_to_the_next_attempt(names: Sequence[str]) -> None:
    chat = FakeChat(failures={name: repeat(LOST) for name in names})
    if "update" in names:
        chat.failures["start"] = repeat(StreamRefused("channel_type_not_supported"))

    async def play(reply: Reply) -> None:
        await stream_words(reply, 500, interval_seconds=0.02)
        with pytest.raises(TransientError):
            await reply.finish()

    run_reply(chat, play)
    assert len(chat.messages) == 1


def test_a_stream_that_takes_neither_text_nor_edits_is_replaced() -> None:
    chat = FakeChat(failures={"append": [StreamEnded("no_text")], "update": [REFUSED] * 9})
    run_long_answer(chat)
    check_words(chat)


def test_a_reply_that_nothing_takes_ends_with_the_reason() -> None:
    chat = FakeChat(failures={"post": repeat(REFUSED), "start": repeat(StreamRefused("no_text"))})

    async def play(reply: Reply) -> None:
        reply.add("hello")
        with pytest.raises(ContentRefused):
            async with asyncio.timeout(60):
                await reply.finish()

    run_reply(chat, play)


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long"])
def test_an_end_that_is_refused_for_its_form_shows_no_words_twice(code: str) -> None:
    chat = FakeChat(failures={"stop": [ContentRefused(code)], "delete": [LOST] * 9})

    async def play(reply: Reply) -> None:
        reply.add("hello world ")
        await asyncio.sleep(3)
        reply.add("end")
        with pytest.raises(TransientError):
            await reply.finish()

    run_reply(chat, play)
    assert "".join(chat.list_texts()).count("hello world") == 1


def test_a_message_of_an_earlier_attempt_that_cannot_go_is_not_repeated() -> None:
    chat = FakeChat(failures={"update": [ContentRefused("invalid_blocks")], "delete": [LOST] * 9})
    old = "1700000001.000000"
    chat.messages[old] = FakeMessage("the whole answer")

    async def run() -> None:
        question = replace(build_question(), messages=(old,))
        async with Reply(chat, question, chat, StatusBoard(chat)) as reply:
            reply.add("the whole answer")
            with pytest.raises(TransientError):
                await reply.finish()

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(run())
    assert chat.list_texts() == ["the whole answer"]
