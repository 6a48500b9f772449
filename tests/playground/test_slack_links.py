"""Links to messages in the played Slack: copied, followed to one message, and shared."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.support.clock import Clock
from tests.support.easel import build_png

GENERAL, DM = "C0GENERAL", "D0ALEX"


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(Rules(rate_tiers=False), clock=clock) as played:
        yield played


@pytest.fixture
async def thread(slack: PlayedSlack) -> list[str]:
    """The ts of a root and of three replies."""
    root = await slack.post_as_person(GENERAL, "0")
    return [root, *[await slack.post_as_person(GENERAL, str(n), thread_ts=root) for n in (1, 2, 3)]]


async def fetch_texts(client: AsyncWebClient, ts: str, **bounds: Any) -> str:
    answer = await client.conversations_replies(channel=GENERAL, ts=ts, **bounds)
    return "".join(message["text"] for message in answer["messages"])


async def test_a_link_names_channel_and_ts_and_for_a_reply_its_thread(
    slack: PlayedSlack, thread: list[str]
) -> None:
    root, reply, *_ = thread
    base = "https://playground.slack.com/archives/C0GENERAL/p"
    assert slack.get_permalink(GENERAL, root) == base + root.replace(".", "")
    assert slack.get_permalink(GENERAL, reply) == (
        f"{base}{reply.replace('.', '')}?thread_ts={root}&cid=C0GENERAL"
    )
    with pytest.raises(LookupError):
        slack.get_permalink(GENERAL, "1.0")


async def test_every_message_can_be_asked_for_alone(
    client: AsyncWebClient, thread: list[str]
) -> None:
    for number, ts in enumerate(thread):
        bounds = {"oldest": ts, "latest": ts, "inclusive": True, "limit": 1}
        assert await fetch_texts(client, thread[0], **bounds) == str(number)


async def test_a_reply_can_be_asked_for_by_its_own_ts(
    client: AsyncWebClient, thread: list[str]
) -> None:
    bounds = {"oldest": thread[2], "latest": thread[2], "inclusive": True, "limit": 1}
    assert await fetch_texts(client, thread[2], **bounds) == "2"
    assert await fetch_texts(client, thread[2]) == "2"


async def test_what_is_asked_for_alone_and_not_there_is_not_found(
    client: AsyncWebClient, thread: list[str]
) -> None:
    bounds = {"oldest": "9.9", "latest": "9.9", "inclusive": True, "limit": 1}
    assert await fetch_texts(client, thread[0], **bounds) == ""
    with pytest.raises(SlackApiError, match="thread_not_found"):
        await fetch_texts(client, "9.9", **bounds)


@pytest.mark.parametrize(
    ("inclusive", "after", "before", "between"),
    [(False, "03", "01", "02"), (True, "023", "012", "0123")],
)
async def test_bounds_count_only_if_they_are_to_be_included(
    client: AsyncWebClient,
    thread: list[str],
    inclusive: bool,
    after: str,
    before: str,
    between: str,
) -> None:
    root, one, two, three = thread
    how = {"inclusive": inclusive}
    assert await fetch_texts(client, root, oldest=two, **how) == after
    assert await fetch_texts(client, root, latest=two, **how) == before
    assert await fetch_texts(client, root, oldest=one, latest=three, **how) == between


async def test_a_message_that_is_passed_on_hangs_on_the_one_that_passes_it_on(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    ts = await slack.post_as_person(
        GENERAL, "a fox", user="U0SAM", files=[("fox.png", build_png())]
    )
    comment = await slack.post_as_person(DM, "make it blue", shared=(GENERAL, ts))
    (attachment,) = slack.deliveries[-1].body["event"]["attachments"]
    fields = {key: attachment[key] for key in ("is_share", "is_msg_unfurl", "channel_id", "ts")}
    assert fields == {"is_share": True, "is_msg_unfurl": True, "channel_id": GENERAL, "ts": ts}
    assert attachment["from_url"] == slack.get_permalink(GENERAL, ts)
    assert (attachment["author_id"], attachment["text"]) == ("U0SAM", "a fox")
    assert [file["name"] for file in attachment["files"]] == ["fox.png"]
    (message,) = (await client.conversations_replies(channel=DM, ts=comment))["messages"]
    assert message["attachments"] == [attachment] and "files" not in message


async def test_a_mention_with_a_message_passed_on_carries_it_too(slack: PlayedSlack) -> None:
    ts = await slack.post_as_person(GENERAL, "a fox")
    await slack.post_as_person(GENERAL, "<@U0EASEL> draw this", shared=(GENERAL, ts))
    mention, message = [delivery.body["event"] for delivery in slack.deliveries[-2:]]
    assert mention["attachments"] == message["attachments"]
    assert "files" not in mention["attachments"][0]


async def test_what_is_gone_cannot_be_passed_on(slack: PlayedSlack) -> None:
    with pytest.raises(LookupError):
        await slack.post_as_person(DM, "look", shared=(GENERAL, "1.0"))
    assert slack.workspace.list_messages(DM) == []
