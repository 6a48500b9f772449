"""The events of the played Slack: which it sends, and that their shapes are the recorded ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from tests.playground.recorded_events import load_recorded_body
from tests.support.easel import build_png

GENERAL, DM = "C0GENERAL", "D0ALEX"
MENTION = "<@U0EASEL> hello"
PICTURE = ("fox.png", build_png())
# Recorded keys about what this workspace lacks: an enterprise, agents' tokens, public links,
# earlier shares.
UNPLAYED_FIELDS = {"assistant_thread", "enterprise_id", "permalink_public", "skipped_shares"}


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    async with PlayedSlack(Rules(rate_tiers=False, share_delay=0.0)) as played:
        yield played


def list_sent(slack: PlayedSlack) -> list[dict[str, Any]]:
    return [delivery.body["event"] for delivery in slack.deliveries]


def list_kinds(slack: PlayedSlack) -> list[tuple[str, str | None]]:
    return [(event["type"], event.get("subtype")) for event in list_sent(slack)]


async def test_a_mention_is_sent_in_the_views_asked_for_and_in_their_order(
    slack: PlayedSlack,
) -> None:
    await slack.post_as_person(GENERAL, MENTION, views=("message", "app_mention"))
    await slack.post_as_person(GENERAL, MENTION, views=("app_mention",))
    await slack.post_as_person(GENERAL, MENTION, views=("message",))
    assert [kind for kind, _ in list_kinds(slack)] == [
        "message",
        "app_mention",
        "app_mention",
        "message",
    ]


async def test_what_mentions_nobody_is_one_event(slack: PlayedSlack) -> None:
    ts = await slack.post_as_person(GENERAL, "lunch?", user="U0SAM")
    (event,) = list_sent(slack)
    assert (event["type"], event["user"], event["text"]) == ("message", "U0SAM", "lunch?")
    assert (event["ts"], event["event_ts"], event["channel"]) == (ts, ts, GENERAL)
    assert event["channel_type"] == "channel"
    assert not {"thread_ts", "subtype", "bot_id", "files"} & set(event)


async def test_a_mention_of_somebody_else_is_no_mention(slack: PlayedSlack) -> None:
    await slack.post_as_person(GENERAL, "<@U0SAM> hello")
    assert list_kinds(slack) == [("message", None)]


async def test_a_direct_message_is_one_event_outside_any_thread(slack: PlayedSlack) -> None:
    await slack.post_as_person(DM, MENTION)
    (event,) = list_sent(slack)
    assert (event["type"], event["channel_type"]) == ("message", "im")
    assert "thread_ts" not in event


async def test_a_reply_names_its_thread(slack: PlayedSlack) -> None:
    root = await slack.post_as_person(GENERAL, "root")
    await slack.post_as_person(GENERAL, MENTION, thread_ts=root)
    assert [event.get("thread_ts") for event in list_sent(slack)] == [None, root, root]


@pytest.mark.parametrize(
    ("views", "carried"),
    [
        (("app_mention", "message"), [True, True]),
        (("app_mention without files", "message"), [False, True]),
        (("app_mention", "message without files"), [True, False]),
    ],
)
async def test_a_view_carries_the_files_or_not_as_asked(
    slack: PlayedSlack, views: tuple[str, ...], carried: list[bool]
) -> None:
    await slack.post_as_person(GENERAL, MENTION, files=[PICTURE], views=views)
    assert ["files" in event for event in list_sent(slack)] == carried
    assert [subtype for _, subtype in list_kinds(slack)] == [None, "file_share"]
    assert "team" not in list_sent(slack)[1]


async def test_nothing_is_heard_of_a_channel_the_bot_is_not_in(slack: PlayedSlack) -> None:
    slack.workspace.add_channel("C0SECRET", "secret", with_bot=False)
    await slack.post_as_person("C0SECRET", MENTION)
    assert slack.deliveries == []


async def test_edits_deletions_and_joins_are_news_about_a_message(slack: PlayedSlack) -> None:
    ts = await slack.post_as_person(GENERAL, "before")
    slack.edit(GENERAL, ts, "after")
    slack.delete(GENERAL, ts)
    slack.join(GENERAL, "U0SAM")
    assert list_kinds(slack)[1:] == [
        ("message", "message_changed"),
        ("message", "message_deleted"),
        ("message", "channel_join"),
    ]
    _, changed, deleted, joined = list_sent(slack)
    assert (changed["message"]["ts"], changed["message"]["text"]) == (ts, "after")
    assert changed["ts"] > ts and "edited" in changed["message"]
    assert deleted["deleted_ts"] == ts and deleted["previous_message"]["text"] == "after"
    assert (joined["user"], joined["channel"]) == ("U0SAM", GENERAL)
    assert slack.workspace.list_messages(GENERAL) == []


async def test_the_bot_hears_its_own_posts_streams_edits_and_uploads(
    slack: PlayedSlack, client: AsyncWebClient
) -> None:
    root = await slack.post_as_person(DM, "hello")
    posted = await client.chat_postMessage(channel=DM, thread_ts=root, text="hi")
    await client.chat_update(channel=DM, ts=posted["ts"], text="hi!")
    stream = await client.chat_startStream(channel=DM, thread_ts=root)
    await client.chat_stopStream(channel=DM, ts=stream["ts"], markdown_text="done")
    await client.files_upload_v2(content=b"x", filename="a.png", channel=DM, thread_ts=root)
    await slack.wait_until(lambda: len(slack.deliveries) == 6)
    assert [subtype for _, subtype in list_kinds(slack)] == [
        None,
        None,
        "message_changed",
        None,
        "message_changed",
        "file_share",
    ]
    bot_ids = [event.get("message", event).get("bot_id") for event in list_sent(slack)]
    assert bot_ids == [None] + ["B0EASEL"] * 5
    assert list_sent(slack)[-1]["files"][0]["name"] == "a.png"


async def test_echoes_can_be_left_out() -> None:
    async with PlayedSlack(Rules(echoes=False, share_delay=0.0)) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        await client.chat_postMessage(channel=GENERAL, text="hi")
        await client.files_upload_v2(content=b"x", filename="a.png", channel=GENERAL)
        await slack.wait_until_quiet()
        assert slack.deliveries == [] and len(slack.workspace.list_messages(GENERAL)) == 2


async def test_any_event_can_be_sent_and_any_body_sent_again(slack: PlayedSlack) -> None:
    first = slack.emit({"type": "reaction_added"}, event_id="Ev0MINE")
    again = slack.send_body(first.body)
    assert first.event_id == again.event_id == "Ev0MINE"
    assert first is not again and slack.deliveries == [first, again]


async def test_no_two_events_share_an_id(slack: PlayedSlack) -> None:
    for _ in range(20):
        await slack.post_as_person(GENERAL, MENTION)
    assert len({delivery.event_id for delivery in slack.deliveries}) == 40


@pytest.mark.parametrize(
    ("name", "channel", "files"),
    [
        ("channel-mention-slack.mention", GENERAL, False),
        ("dm-slack-direct.directDM", DM, False),
        ("streaming-slack.aiMention", GENERAL, False),
        ("streaming-slack.aiMentionWithFile", GENERAL, True),
    ],
)
async def test_an_event_has_every_key_that_the_recorded_one_has(
    slack: PlayedSlack, specs: Path, name: str, channel: str, files: bool
) -> None:
    real = load_recorded_body(specs, name)
    await slack.post_as_person(channel, MENTION, files=[PICTURE] if files else [])
    kind = real["event"]["type"]
    (played,) = [d.body for d in slack.deliveries if d.body["event"]["type"] == kind]
    assert set(real) - set(played) - UNPLAYED_FIELDS == set()
    assert set(real["event"]) - set(played["event"]) - UNPLAYED_FIELDS == set()
    assert set(real["authorizations"][0]) <= set(played["authorizations"][0])
    assert find_type_differences(real, played) == []


async def test_a_file_has_every_key_that_the_recorded_one_has(
    slack: PlayedSlack, specs: Path
) -> None:
    (real,) = load_recorded_body(specs, "streaming-slack.aiMentionWithFile")["event"]["files"]
    await slack.post_as_person(GENERAL, MENTION, files=[PICTURE])
    (played,) = list_sent(slack)[0]["files"]
    lacks = {key for key in set(real) - set(played) if not key.startswith("thumb_")}
    assert lacks - UNPLAYED_FIELDS == set()
    assert find_type_differences(real, played) == []


def find_type_differences(recorded: dict[str, Any], played: dict[str, Any]) -> list[str]:
    """The keys of both whose values are of different types."""
    both = set(recorded) & set(played)
    optional_types = {None.__class__}
    return sorted(
        key
        for key in both
        if type(recorded[key]) is not type(played[key])
        and not {type(recorded[key]), type(played[key])} & optional_types
    )
