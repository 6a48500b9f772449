"""Deleted messages and files in the played Slack: what is left, and which events are sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedFile, PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.support.easel import build_png

GENERAL, DM = "C0GENERAL", "D0ALEX"
FOX, HARE = ("fox.png", build_png()), ("hare.png", build_png((8, 8)))


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(Rules(rate_tiers=False, share_delay=0.0)) as played:
        yield played


def list_events(slack: PlayedSlack, kind: str) -> list[dict[str, Any]]:
    """Return the events of a type or subtype, oldest first."""
    events = [delivery.body["event"] for delivery in slack.deliveries]
    return [event for event in events if kind in (event["type"], event.get("subtype"))]


def find_file(slack: PlayedSlack, name: str) -> PlayedFile:
    return next(file for file in slack.workspace.files.values() if file.name == name)


async def share_picture(slack: PlayedSlack, client: AsyncWebClient, root: str) -> PlayedFile:
    """Share a picture in the thread as Easel."""
    await client.files_upload_v2(
        content=build_png(), filename="fox-v1.png", channel=GENERAL, thread_ts=root
    )
    await slack.wait_until(lambda: slack.list_replies(GENERAL, root))
    return find_file(slack, "fox-v1.png")


async def test_a_deleted_message_is_gone_and_the_app_hears_what_it_held(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "hi")
    ts = await slack.post_as_person(GENERAL, "look", files=[FOX], thread_ts=root)
    slack.delete_message(GENERAL, ts)
    (event,) = list_events(slack, "message_deleted")
    assert (event["deleted_ts"], event["hidden"]) == (ts, True) and event["ts"] > ts
    assert event["previous_message"]["text"] == "look"
    assert [file["name"] for file in event["previous_message"]["files"]] == ["fox.png"]
    thread = await client.conversations_replies(channel=GENERAL, ts=root)
    assert [message["text"] for message in thread["messages"]] == ["hi"]


async def test_the_files_of_a_deleted_message_stay(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    slack.delete_message(GENERAL, await slack.post_as_person(GENERAL, "look", files=[FOX]))
    file = find_file(slack, "fox.png")
    assert (await client.files_info(file=file.id))["file"]["name"] == "fox.png"
    assert file.data == build_png()


async def test_a_deleted_root_with_replies_stays_as_a_tombstone(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "look", files=[FOX])
    await slack.post_as_person(GENERAL, "nice", thread_ts=root, user="U0SAM")
    slack.delete_message(GENERAL, root)
    first, second = (await client.conversations_replies(channel=GENERAL, ts=root))["messages"]
    assert (first["subtype"], first["text"]) == ("tombstone", "This message was deleted.")
    assert (first["user"], first["ts"]) == ("USLACKBOT", root) and "files" not in first
    assert second["text"] == "nice"


async def test_a_tombstone_is_told_of_as_a_change_with_what_was_there(slack: PlayedSlack) -> None:
    root = await slack.post_as_person(GENERAL, "look", files=[FOX])
    await slack.post_as_person(GENERAL, "nice", thread_ts=root, user="U0SAM")
    slack.delete_message(GENERAL, root)
    (event,) = list_events(slack, "message_changed")
    assert list_events(slack, "message_deleted") == []
    assert event["message"]["subtype"] == "tombstone" and event["message"]["ts"] == root
    assert event["previous_message"]["user"] == "U0ALEX"
    assert [file["name"] for file in event["previous_message"]["files"]] == ["fox.png"]


async def test_a_tombstone_goes_with_the_last_reply(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "one")
    reply = await slack.post_as_person(GENERAL, "two", thread_ts=root)
    slack.delete_message(GENERAL, root)
    slack.delete_message(GENERAL, reply)
    assert slack.workspace.list_messages(GENERAL) == []
    with pytest.raises(SlackApiError, match="thread_not_found"):
        await client.conversations_replies(channel=GENERAL, ts=root)


async def test_a_thread_whose_root_was_deleted_goes_on(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "one")
    await slack.post_as_person(GENERAL, "two", thread_ts=root)
    slack.delete_message(GENERAL, root)
    await client.chat_postMessage(channel=GENERAL, thread_ts=root, text="three")
    assert [message.text for message in slack.list_thread(GENERAL, root)][1:] == ["two", "three"]


async def test_nobody_deletes_what_is_not_theirs_or_not_there(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    ts = await slack.post_as_person(GENERAL, "mine", files=[FOX])
    own = (await client.chat_postMessage(channel=GENERAL, text="Easel's"))["ts"]
    with pytest.raises(PermissionError):
        slack.delete_message(GENERAL, ts, user="U0SAM")
    with pytest.raises(PermissionError):
        slack.delete_message(GENERAL, own)
    with pytest.raises(PermissionError):
        slack.delete_file(find_file(slack, "fox.png").id, user="U0SAM")
    with pytest.raises(LookupError):
        slack.delete_message(GENERAL, "1.0")
    with pytest.raises(LookupError):
        slack.delete_file("F0NOWHERE")
    assert len(slack.workspace.list_messages(GENERAL)) == 2


async def test_a_deleted_file_leaves_a_stub_in_every_message_that_showed_it(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    ts = await slack.post_as_person(GENERAL, "look", files=[FOX, HARE])
    await slack.post_as_person(DM, "pass on", shared=(GENERAL, ts))
    file = find_file(slack, "fox.png")
    slack.delete_file(file.id)
    stub = {"id": file.id, "mode": "tombstone"}
    (message,) = (await client.conversations_replies(channel=GENERAL, ts=ts))["messages"]
    assert message["files"][0] == stub and message["files"][1]["name"] == "hare.png"
    in_channel, in_dm = list_events(slack, "message_changed")
    assert in_channel["message"]["files"][0] == stub
    assert in_channel["previous_message"]["files"][0]["name"] == "fox.png"
    assert "edited" not in in_channel["message"]
    assert in_dm["channel"] == DM and in_dm["message"]["attachments"][0]["files"][0] == stub


async def test_the_app_hears_that_a_file_was_deleted_and_where_it_was(slack: PlayedSlack) -> None:
    await slack.post_as_person(GENERAL, "look", files=[FOX])
    file = find_file(slack, "fox.png")
    slack.delete_file(file.id)
    (event,) = list_events(slack, "file_deleted")
    assert set(event) == {"type", "file_id", "channel_ids", "event_ts"}
    assert (event["file_id"], event["channel_ids"]) == (file.id, [GENERAL])
    body = next(d.body for d in slack.deliveries if d.body["event"] is event)
    assert body["type"] == "event_callback" and body["event_id"].startswith("Ev")


async def test_the_bytes_of_a_deleted_file_are_gone(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    await slack.post_as_person(GENERAL, "look", files=[FOX])
    url = slack.deliveries[-1].body["event"]["files"][0]["url_private_download"]
    file = find_file(slack, "fox.png")
    slack.delete_file(file.id)
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as got:
        assert got.status == 404
    with pytest.raises(SlackApiError, match="file_deleted"):
        await client.files_info(file=file.id)
    assert file.data == b""
    with pytest.raises(LookupError):
        slack.delete_file(file.id)


async def test_a_person_can_delete_easels_picture(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "draw")
    picture = await share_picture(slack, client, root)
    slack.delete_file(picture.id, user="U0SAM")
    (event,) = list_events(slack, "message_changed")
    assert event["message"]["user"] == "U0EASEL"
    assert event["message"]["files"] == [{"id": picture.id, "mode": "tombstone"}]


async def test_easel_hears_that_it_deleted_its_own_file(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(GENERAL, "draw")
    picture = await share_picture(slack, client, root)
    await client.files_delete(file=picture.id)
    assert [event["file_id"] for event in list_events(slack, "file_deleted")] == [picture.id]
    assert len(list_events(slack, "message_changed")) == 1
    with pytest.raises(SlackApiError, match="file_deleted"):
        await client.files_delete(file=picture.id)


async def test_nothing_is_told_of_channels_that_the_app_is_not_in(slack: PlayedSlack) -> None:
    slack.workspace.add_channel("C0SECRET", "secret", with_bot=False)
    ts = await slack.post_as_person("C0SECRET", "psst", files=[FOX])
    slack.delete_file(find_file(slack, "fox.png").id)
    slack.delete_message("C0SECRET", ts)
    events = [delivery.body["event"] for delivery in slack.deliveries]
    assert [(event["type"], event["channel_ids"]) for event in events] == [("file_deleted", [])]
