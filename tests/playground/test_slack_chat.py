"""The played chat methods: posts, edits, deletions, status and reading threads, with refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedMessage, PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.playground.slack_client import expect_error
from tests.support.answers import wait_for_answers

GENERAL, DM = "C0GENERAL", "D0ALEX"


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(Rules(rate_tiers=False)) as played:
        yield played


def get_message(slack: PlayedSlack, ts: object, channel: str = GENERAL) -> PlayedMessage:
    message = slack.workspace.find_message(channel, str(ts))
    assert message is not None
    return message


async def test_a_post_stands_in_its_thread_as_the_bots(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "hello")
    answer = await client.chat_postMessage(channel=GENERAL, thread_ts=root, text="hi")
    (reply,) = await wait_for_answers(slack, GENERAL, root)
    assert (reply.ts, reply.text, reply.thread_ts) == (answer["ts"], "hi", root)
    assert reply.from_bot and not reply.markdown
    shown = answer["message"]
    assert (shown["user"], shown["bot_id"], shown["thread_ts"]) == ("U0EASEL", "B0EASEL", root)


async def test_markdown_is_told_apart_from_slacks_own_markup(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    answer = await client.chat_postMessage(channel=GENERAL, markdown_text="**hi**")
    assert get_message(slack, answer["ts"]).markdown


async def test_a_post_unfurls_unless_both_kinds_are_declined(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    plain = await client.chat_postMessage(channel=GENERAL, text="x")
    half = await client.chat_postMessage(channel=GENERAL, text="x", unfurl_links=False)
    none = await client.chat_postMessage(
        channel=GENERAL, text="x", unfurl_links=False, unfurl_media=False
    )
    unfurls = [get_message(slack, answer["ts"]).unfurls for answer in (plain, half, none)]
    assert unfurls == [True, True, False]


async def test_long_text_is_cut_and_long_markdown_refused(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    answer = await client.chat_postMessage(channel=GENERAL, text="x" * 40_001)
    assert len(get_message(slack, answer["ts"]).text) == 40_000
    await client.chat_postMessage(channel=GENERAL, markdown_text="x" * 12_000)
    too_long = "x" * 12_001
    code = await expect_error(client, "chat.postMessage", channel=GENERAL, markdown_text=too_long)
    assert code == "msg_too_long"


@pytest.mark.parametrize("other", [{"text": "a"}, {"blocks": [{"type": "divider"}]}])
async def test_markdown_stands_alone(client: AsyncWebClient, other: dict[str, object]) -> None:
    code = await expect_error(
        client, "chat.postMessage", channel=GENERAL, markdown_text="b", **other
    )
    assert code == "markdown_text_conflict"


@pytest.mark.parametrize("args", [{}, {"text": ""}, {"text": None}, {"text": 7}, {"text": " \n"}])
async def test_a_post_without_text_is_refused(
    client: AsyncWebClient, args: dict[str, object]
) -> None:
    assert await expect_error(client, "chat.postMessage", channel=GENERAL, **args) == "no_text"


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update", "chat.startStream"])
async def test_the_bot_writes_only_where_it_is_a_member_and_nobody_closed(
    slack: PlayedSlack, client: AsyncWebClient, method: str
) -> None:
    slack.workspace.add_channel("C0SECRET", "secret", with_bot=False)
    slack.workspace.add_channel("C0OLD", "old").archived = True
    codes = [
        await expect_error(client, method, channel=channel, text="x")
        for channel in ("C0NOWHERE", "C0SECRET", "C0OLD")
    ]
    assert codes == ["channel_not_found", "not_in_channel", "is_archived"]


@pytest.mark.parametrize("channel", [None, 5, ["C0GENERAL"], {}, ""])
async def test_a_channel_that_is_no_name_is_not_found(
    client: AsyncWebClient, channel: object
) -> None:
    code = await expect_error(client, "chat.postMessage", channel=channel, text="x")
    assert code == "channel_not_found"


async def test_a_reply_hangs_from_a_root_and_not_from_a_reply(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "root")
    reply = await slack.post_as_person(GENERAL, "reply", thread_ts=root)
    code = await expect_error(
        client, "chat.postMessage", channel=GENERAL, thread_ts=reply, text="x"
    )
    assert code == "cannot_reply_to_message"


async def test_an_edit_replaces_the_whole_message(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel=GENERAL, text="before"))["ts"]
    await client.chat_update(channel=GENERAL, ts=ts, markdown_text="**after**")
    message = get_message(slack, ts)
    assert (message.text, message.markdown, bool(message.edited_ts)) == ("**after**", True, True)


async def test_an_edit_takes_less_text_than_a_post_and_as_much_markdown(
    client: AsyncWebClient,
) -> None:
    posted = await client.chat_postMessage(channel=GENERAL, text="x")
    here = {"channel": GENERAL, "ts": posted["ts"]}
    await client.chat_update(**here, text="x" * 4_000)
    await client.chat_update(**here, markdown_text="x" * 12_000)
    assert await expect_error(client, "chat.update", **here, text="x" * 4_001) == "msg_too_long"
    too_long = "x" * 12_001
    assert (
        await expect_error(client, "chat.update", **here, markdown_text=too_long) == "msg_too_long"
    )


@pytest.mark.parametrize("method", ["chat.update", "chat.delete"])
async def test_what_is_not_there_is_neither_edited_nor_deleted(
    client: AsyncWebClient, method: str
) -> None:
    code = await expect_error(client, method, channel=GENERAL, ts="1.000000", text="x")
    assert code == "message_not_found"


@pytest.mark.parametrize("method", ["chat.update", "chat.delete"])
async def test_a_persons_message_is_neither_edited_nor_deleted(
    slack: PlayedSlack, client: AsyncWebClient, method: str
) -> None:
    ts = await slack.post_as_person(GENERAL, "mine")
    await expect_error(client, method, channel=GENERAL, ts=ts, text="x")
    assert get_message(slack, ts).text == "mine"


async def test_a_deleted_message_is_gone(slack: PlayedSlack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=GENERAL, text="x")
    await client.chat_delete(channel=GENERAL, ts=posted["ts"])
    assert slack.workspace.list_messages(GENERAL) == []


async def test_a_status_shows_under_its_thread_until_it_is_cleared(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "hello")
    here: dict[str, Any] = {"channel_id": GENERAL, "thread_ts": root}
    await client.assistant_threads_setStatus(**here, status="is thinking…")
    assert slack.workspace.list_statuses() == {(GENERAL, root): "is thinking…"}
    await client.assistant_threads_setStatus(**here, status="")
    assert slack.workspace.get_status(GENERAL, root) == ""


@pytest.mark.parametrize("how", ["a post", "a stream"])
async def test_the_bots_next_message_clears_the_status_of_its_thread_only(
    slack: PlayedSlack, client: AsyncWebClient, how: str
) -> None:
    one, two = await slack.post_as_person(DM, "one"), await slack.post_as_person(DM, "two")
    for root in (one, two):
        await client.assistant_threads_setStatus(channel_id=DM, thread_ts=root, status="is busy")
    if how == "a post":
        await client.chat_postMessage(channel=DM, thread_ts=one, text="done")
    else:
        await client.chat_startStream(channel=DM, thread_ts=one)
    assert slack.workspace.list_statuses() == {(DM, two): "is busy"}


async def test_a_status_needs_a_channel_and_a_message(client: AsyncWebClient) -> None:
    method, status_args = "assistant.threads.setStatus", {"thread_ts": "1.0", "status": "is busy"}
    assert (
        await expect_error(client, method, channel_id="C0NOWHERE", **status_args)
        == "channel_not_found"
    )
    assert (
        await expect_error(client, method, channel_id=GENERAL, **status_args) == "invalid_thread_ts"
    )


async def test_a_thread_is_read_page_by_page_root_first(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "0")
    for number in range(1, 5):
        await slack.post_as_person(GENERAL, str(number), thread_ts=root)
    pages, cursor = [], ""
    for _ in range(3):
        page = await client.conversations_replies(
            channel=GENERAL, ts=root, limit=2, cursor=cursor or None
        )
        pages.append([message["text"] for message in page["messages"]])
        cursor = page["response_metadata"]["next_cursor"]
        assert page["has_more"] is bool(cursor)
    assert pages == [["0", "1"], ["2", "3"], ["4"]]
    assert cursor == ""


async def test_a_thread_can_be_read_up_to_a_message_that_is_left_out(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "root")
    latest = await slack.post_as_person(GENERAL, "first", thread_ts=root)
    page = await client.conversations_replies(channel=GENERAL, ts=root, latest=latest)
    assert [message["text"] for message in page["messages"]] == ["root"]


async def test_a_thread_that_is_read_shows_who_spoke_and_which_files(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "look", files=[("a.png", b"bytes")])
    await client.chat_postMessage(channel=GENERAL, thread_ts=root, text="nice")
    page = await client.conversations_replies(channel=GENERAL, ts=root)
    person, bot = page["messages"]
    assert (person["user"], person["files"][0]["name"]) == ("U0ALEX", "a.png")
    assert (bot["user"], bot["bot_id"], bot["thread_ts"]) == ("U0EASEL", "B0EASEL", root)


async def test_a_thread_is_read_only_where_it_is_and_the_bot_may(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    slack.workspace.add_channel("C0SECRET", "secret", with_bot=False)
    secret = await slack.post_as_person("C0SECRET", "psst")
    method = "conversations.replies"
    assert await expect_error(client, method, channel="C0NOWHERE", ts="1.0") == "channel_not_found"
    assert await expect_error(client, method, channel="C0SECRET", ts=secret) == "not_in_channel"
    assert await expect_error(client, method, channel=GENERAL, ts="1.0") == "thread_not_found"
