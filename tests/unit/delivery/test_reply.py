"""A reply is shown within Slack's limits, and never half."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from bot.delivery.markdown import MAX_MESSAGE_BYTES
from bot.delivery.reply import Reply
from bot.delivery.status import REFRESH_INTERVAL_SECONDS
from bot.delivery.status_board import StatusBoard
from bot.domain.errors import (
    SlackError,
    StoppedByPerson,
    StreamEnded,
    StreamRefused,
    TransientError,
)
from tests.support.chat import FakeChat, TimelessLoop
from tests.support.replies import run_reply, stream_words
from tests.support.values import build_question


def test_five_hundred_tokens_in_two_seconds_take_at_most_six_calls() -> None:
    chat = FakeChat(call_seconds=0.15)

    async def play(reply: Reply) -> None:
        await asyncio.sleep(1)
        await stream_words(reply, 500, interval_seconds=0.004)
        await reply.finish()

    run_reply(chat, play)
    assert len(chat.calls) <= 6
    assert chat.list_texts() == ["word " * 500]
    assert chat.max_in_flight == 1


def test_the_last_text_goes_out_at_once() -> None:
    chat = FakeChat(call_seconds=0.0)
    ended: list[float] = []

    async def play(reply: Reply) -> None:
        await stream_words(reply, 100, interval_seconds=0.01)
        reply.add("end")
        ended.append(asyncio.get_running_loop().time())
        await reply.finish()

    run_reply(chat, play)
    assert chat.calls[-1] == ("stop", ended[0])


def test_an_answer_that_is_complete_at_once_is_one_message() -> None:
    chat = FakeChat()

    async def play(reply: Reply) -> None:
        reply.add("391")
        await reply.finish()

    run_reply(chat, play)
    assert [name for name, _ in chat.calls if name != "status"] == ["post"]
    assert chat.list_texts() == ["391"]


def test_the_status_is_shown_soon_tells_the_time_while_waiting_and_is_gone_at_the_end() -> None:
    chat = FakeChat()

    async def play(reply: Reply) -> None:
        await asyncio.sleep(200)
        times = ["20 s", "40 s", "60 s", "90 s", "2 min", "3 min"]
        told = [f"is thinking… {time} so far" for time in times]
        assert chat.statuses == ["is thinking…", *told]
        sent_at = [at for name, at in chat.calls if name == "status"]
        assert max(b - a for a, b in pairwise(sent_at)) < REFRESH_INTERVAL_SECONDS
        await reply.finish("Sorry.")

    run_reply(chat, play)
    assert chat.calls[0][1] <= 0.011
    assert chat.status == ""


def test_a_long_answer_goes_on_in_a_new_message_with_its_code_block_whole() -> None:
    chat = FakeChat()

    async def play(reply: Reply) -> None:
        reply.add("```python\n")
        await stream_words(reply, 900, interval_seconds=0.01, word="value = compute(1)\n")
        reply.add("```\n")
        await reply.finish()

    run_reply(chat, play)
    texts = chat.list_texts()
    assert len(texts) == 2
    assert all(len(text.encode()) <= MAX_MESSAGE_BYTES for text in texts)
    assert all(text.startswith("```python\n") and text.rstrip().endswith("```") for text in texts)
    assert "".join(texts).count("compute") == 900
    assert not any(message.streaming for message in chat.messages.values())


def test_an_old_stream_is_followed_by_another() -> None:
    chat = FakeChat()

    async def play(reply: Reply) -> None:
        await stream_words(reply, 50, interval_seconds=6)
        await reply.finish()

    run_reply(chat, play)
    assert len(chat.messages) == 2
    assert "".join(chat.list_texts()) == "word " * 50


@pytest.mark.parametrize(
    "failure", [StreamRefused("channel_type_not_supported"), TransientError("x")]
)
def test_where_streams_are_refused_the_answer_is_posted(
    failure: SlackError | TransientError,
) -> None:
    chat = FakeChat(failures={"start": [failure]})

    async def play(reply: Reply) -> None:
        await stream_words(reply, 100, interval_seconds=0.1)
        await reply.finish()

    run_reply(chat, play)
    assert chat.list_texts() == ["word " * 100]
    assert chat.count_calls("update") <= 4


def test_without_any_allowance_the_status_stays_and_the_answer_comes_whole() -> None:
    chat = FakeChat(streams_left=0, updates_left=0)

    async def play(reply: Reply) -> None:
        await stream_words(reply, 100, interval_seconds=0.2)
        assert chat.messages == {} and chat.status == "is thinking…"
        await reply.finish()

    run_reply(chat, play)
    assert chat.list_texts() == ["word " * 100]
    assert chat.count_calls("post") == 1


def test_a_message_is_posted_early_only_if_its_completion_is_reserved() -> None:
    chat = FakeChat(streams_left=0, updates_left=1)

    async def play(reply: Reply) -> None:
        await stream_words(reply, 100, interval_seconds=0.1)
        await reply.finish()

    run_reply(chat, play)
    assert chat.list_texts() == ["word " * 100]
    assert (chat.count_calls("post"), chat.count_calls("update")) == (1, 1)


@pytest.mark.parametrize("call", ["append", "stop"])
def test_a_stream_that_slack_ended_is_repaired_by_an_edit(call: str) -> None:
    chat = FakeChat(failures={call: [StreamEnded("message_not_in_streaming_state")]})

    async def play(reply: Reply) -> None:
        await stream_words(reply, 300, interval_seconds=0.01)
        await reply.finish()

    run_reply(chat, play)
    assert chat.list_texts() == ["word " * 300]


@pytest.mark.parametrize("call", ["append", "stop"])
def test_a_call_whose_answer_was_lost_is_repaired_by_an_edit(call: str) -> None:
    chat = FakeChat(failures={call: [TransientError("timeout")]})

    async def play(reply: Reply) -> None:
        await stream_words(reply, 300, interval_seconds=0.01)
        await reply.finish()

    run_reply(chat, play)
    assert chat.list_texts() == ["word " * 300]
    assert not any(message.streaming for message in chat.messages.values())


def test_text_beyond_the_allowance_of_appends_waits_for_the_end() -> None:
    chat = FakeChat(appends_left=1)

    async def play(reply: Reply) -> None:
        await stream_words(reply, 500, interval_seconds=0.01)
        await reply.finish()

    run_reply(chat, play)
    assert chat.count_calls("append") == 1
    assert chat.list_texts() == ["word " * 500]


def test_the_persons_stop_ends_the_reply_quietly() -> None:
    chat = FakeChat(failures={"append": [StoppedByPerson("stopped_by_user")]})

    async def play(reply: Reply) -> None:
        await stream_words(reply, 300, interval_seconds=0.01)
        await reply.finish()
        assert reply.stop_button.is_pressed

    run_reply(chat, play)
    assert chat.count_calls("stop") == 0


def test_the_error_that_keeps_a_text_from_being_shown_is_raised_at_the_end() -> None:
    chat = FakeChat(failures={"post": [SlackError("is_archived")]})

    async def play(reply: Reply) -> None:
        reply.add("hello")
        with pytest.raises(SlackError, match="is_archived"):
            await reply.finish()

    run_reply(chat, play)


def test_a_cancelled_answer_leaves_no_message_streaming_and_no_status() -> None:
    chat = FakeChat(call_seconds=1.0)

    async def run() -> None:
        async def work() -> None:
            async with Reply(chat, build_question(), chat, StatusBoard(chat)) as reply:
                reply.add("half of it")
                await asyncio.sleep(60)

        task = asyncio.create_task(work())
        await asyncio.sleep(1.5)  # the stream is just being started
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    with asyncio.Runner(loop_factory=TimelessLoop) as runner:
        runner.run(run())
    assert chat.list_texts() == ["half of it"]
    assert not any(message.streaming for message in chat.messages.values())
    assert chat.status == ""


def test_a_note_of_ours_is_a_paragraph_of_its_own() -> None:
    chat = FakeChat()

    async def play(reply: Reply) -> None:
        reply.add("Half an answer")
        await reply.finish("The model broke off.")

    run_reply(chat, play)
    assert chat.list_texts() == ["Half an answer\n\nThe model broke off."]


def test_white_space_alone_is_never_posted() -> None:
    chat = FakeChat()

    async def play(reply: Reply) -> None:
        reply.add(" \n ")
        await asyncio.sleep(10)
        await reply.finish()

    run_reply(chat, play)
    assert chat.messages == {}


def test_a_ping_cut_in_two_by_the_stream_is_still_defused() -> None:
    chat = FakeChat()

    async def play(reply: Reply) -> None:
        for piece in ("Hi <!cha", "nnel> and <", "@U0SAM> and <@U0", "ALEX>"):
            reply.add(piece)
            await asyncio.sleep(1.5)
        await reply.finish()

    run_reply(chat, play)
    assert chat.list_texts() == ["Hi &lt;!channel> and another person and <@U0ALEX>"]
