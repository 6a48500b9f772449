"""The limits of the played chat streams: place, recipient, size and lifetime."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.playground.slack_client import expect_error
from tests.support.answers import wait_for_answers
from tests.support.clock import Clock

GENERAL, DM = "C0GENERAL", "D0ALEX"
RECIPIENT: dict[str, Any] = {"recipient_user_id": "U0ALEX", "recipient_team_id": "T0EASEL"}


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    rules = Rules(rate_tiers=False, stream_lifetime=300.0)
    async with PlayedSlack(rules, clock=Clock()) as played:
        yield played


@pytest.fixture
async def here(slack: PlayedSlack, client: AsyncWebClient) -> dict[str, Any]:
    """Channel and ts of a stream that has started in a thread."""
    root = await slack.post_as_person(GENERAL, "hello")
    answer = await client.chat_startStream(
        channel=GENERAL, thread_ts=root, markdown_text="Once ", **RECIPIENT
    )
    return {"channel": GENERAL, "ts": str(answer["ts"])}


def get_streamed_message(slack: PlayedSlack, here: dict[str, Any]) -> PlayedMessage:
    message = slack.workspace.find_message(here["channel"], here["ts"])
    assert message is not None
    return message


async def test_a_stream_grows_in_its_thread_and_ends(
    slack: PlayedSlack, client: AsyncWebClient, here: dict[str, Any]
) -> None:
    message = get_streamed_message(slack, here)
    root = message.thread_ts
    assert root is not None and message.streaming and message.recipient == "U0ALEX"
    await client.chat_appendStream(**here, markdown_text="upon ")
    assert message.text == "Once upon "
    stopped = await client.chat_stopStream(**here, markdown_text="a time")
    assert stopped["message"]["text"] == "Once upon a time"
    assert await wait_for_answers(slack, GENERAL, root) == [message]
    assert not message.streaming and message.markdown and not message.unfurls


async def test_the_real_clients_own_stream_runs(slack: PlayedSlack, client: AsyncWebClient) -> None:
    root = await slack.post_as_person(GENERAL, "hello")
    stream = await client.chat_stream(
        channel=GENERAL, thread_ts=root, buffer_size=4, session_status=None, **RECIPIENT
    )
    for piece in ("Once ", "upon ", "a ", "time"):
        await stream.append(markdown_text=piece)
    await stream.stop()
    (reply,) = await wait_for_answers(slack, GENERAL, root)
    assert reply.text == "Once upon a time"
    assert "chunks" in slack.list_calls("chat.startStream")[0].args


async def test_the_reader_of_a_stream_is_somebody_in_the_workspace(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "hello")
    stream_args: dict[str, Any] = {"channel": GENERAL, "thread_ts": root, **RECIPIENT}
    await expect_error(
        client, "chat.startStream", **(stream_args | {"recipient_user_id": "U0NOBODY"})
    )
    assert slack.list_replies(GENERAL, root) == []


async def test_a_stream_hangs_from_a_root(slack: PlayedSlack, client: AsyncWebClient) -> None:
    root = await slack.post_as_person(GENERAL, "root")
    reply = await slack.post_as_person(GENERAL, "reply", thread_ts=root)
    for thread_ts in (reply, "1.000000", "", None):
        code = await expect_error(
            client, "chat.startStream", channel=GENERAL, thread_ts=thread_ts, **RECIPIENT
        )
        assert code == "invalid_thread_ts"


@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
async def test_a_stream_takes_text_or_chunks_and_not_both(
    slack: PlayedSlack, client: AsyncWebClient, here: dict[str, Any], method: str
) -> None:
    chunks = [{"type": "markdown_text", "text": "a"}]
    code = await expect_error(client, method, **here, markdown_text="b", chunks=chunks)
    assert code == "cannot_provide_both_markdown_text_and_chunks"
    assert get_streamed_message(slack, here).text == "Once "


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
async def test_one_call_of_a_stream_holds_so_much(
    slack: PlayedSlack, client: AsyncWebClient, here: dict[str, Any], method: str
) -> None:
    root = get_streamed_message(slack, here).thread_ts
    code = await expect_error(
        client, method, **here, **RECIPIENT, thread_ts=root, markdown_text="x" * 12_001
    )
    assert code == "msg_too_long"


async def test_a_whole_stream_holds_so_many_bytes(
    slack: PlayedSlack, client: AsyncWebClient, here: dict[str, Any]
) -> None:
    await client.chat_appendStream(**here, markdown_text="é" * 5_000)
    code = await expect_error(client, "chat.appendStream", **here, markdown_text="é" * 500)
    assert code == "msg_too_long"
    assert len(get_streamed_message(slack, here).text) == 5_005
    await client.chat_stopStream(**here)


async def test_an_empty_addition_is_refused_and_an_empty_end_is_not(
    client: AsyncWebClient, here: dict[str, Any]
) -> None:
    assert await expect_error(client, "chat.appendStream", **here) == "no_text"
    await client.chat_stopStream(**here)


@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
async def test_what_has_ended_takes_no_more(
    slack: PlayedSlack, client: AsyncWebClient, here: dict[str, Any], method: str
) -> None:
    await client.chat_stopStream(**here)
    code = await expect_error(client, method, **here, markdown_text="more")
    assert code == "message_not_in_streaming_state"
    assert get_streamed_message(slack, here).text == "Once "


@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
async def test_a_stream_ends_by_itself_after_its_lifetime_also_when_it_grew(
    slack: PlayedSlack, client: AsyncWebClient, here: dict[str, Any], method: str
) -> None:
    assert isinstance(slack.workspace.clock, Clock)
    slack.workspace.clock.now += 299.0
    await client.chat_appendStream(**here, markdown_text="upon")
    slack.workspace.clock.now += 2.0
    code = await expect_error(client, method, **here, markdown_text=" a time")
    assert code == "message_not_in_streaming_state"
    await client.chat_update(**here, markdown_text="Once upon a time")
    assert get_streamed_message(slack, here).text == "Once upon a time"


@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
async def test_only_the_bots_own_streams_grow(
    slack: PlayedSlack, client: AsyncWebClient, method: str
) -> None:
    ts = await slack.post_as_person(GENERAL, "mine")
    code = await expect_error(client, method, channel=GENERAL, ts=ts, markdown_text="x")
    assert code == "message_not_owned_by_app"
    code = await expect_error(client, method, channel=GENERAL, ts="1.000000", markdown_text="x")
    assert code == "message_not_found"


async def test_a_posted_message_is_no_stream(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=GENERAL, text="x")
    code = await expect_error(
        client, "chat.appendStream", channel=GENERAL, ts=posted["ts"], markdown_text="y"
    )
    assert code == "message_not_in_streaming_state"


async def test_the_stop_button_can_be_played(
    slack: PlayedSlack, client: AsyncWebClient, here: dict[str, Any]
) -> None:
    slack.fail("chat.appendStream", error="stopped_by_user")
    assert await expect_error(client, "chat.appendStream", **here, markdown_text="x") == (
        "stopped_by_user"
    )


async def test_a_reply_is_not_done_while_it_grows(
    slack: PlayedSlack, client: AsyncWebClient, here: dict[str, Any]
) -> None:
    root = get_streamed_message(slack, here).thread_ts
    assert root is not None
    with pytest.raises(TimeoutError):
        await wait_for_answers(slack, GENERAL, root, seconds=0.02)
    await client.chat_stopStream(**here)
    assert len(await wait_for_answers(slack, GENERAL, root)) == 1
