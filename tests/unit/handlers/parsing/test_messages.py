"""Which of Slack's events are for Easel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Ignored, IncomingMessage, Person, Thread, Trigger
from handlers.identifiers import REPLY_EVENT_TYPE
from handlers.parsing.messages import is_echo, parse_message
from handlers.parsing.thread_messages import parse_own_post, parse_turn
from tests.support.payloads import FILE

BOT_USER = "U0EASEL"


def build_body(**event: Any) -> dict[str, Any]:
    basic = {
        "type": "message",
        "user": "U0ALEX",
        "text": "hello",
        "ts": "1700000000.000100",
        "channel": "C0GENERAL",
        "channel_type": "channel",
    }
    kept = {name: value for name, value in {**basic, **event}.items() if value is not None}
    around = {"team_id": "T0EASEL", "api_app_id": "A0EASEL", "type": "event_callback"}
    return {**around, "event_id": "Ev1", "event": kept}


def parse_event(watched: frozenset[str] = frozenset(), **event: Any) -> IncomingMessage | Ignored:
    return parse_message(build_body(**event), bot_user_id=BOT_USER, watched_channels=watched)


def parse_trigger(watched: frozenset[str] = frozenset(), **event: Any) -> Trigger | None:
    match parse_event(watched, **event):
        case IncomingMessage() as message:
            return message.trigger
        case Ignored():
            return None


def test_a_mention_in_a_channel_starts_a_thread_of_its_own() -> None:
    message = parse_event(type="app_mention", text=f"<@{BOT_USER}> draw a fox", channel_type=None)
    assert message == IncomingMessage(
        "Ev1",
        Thread("T0EASEL", "C0GENERAL", "1700000000.000100"),
        "1700000000.000100",
        Person("U0ALEX", "T0EASEL"),
        "draw a fox",
        Trigger.MENTION,
    )


def test_both_views_of_a_mention_mean_the_same() -> None:
    text = f"<@{BOT_USER}> draw a fox"
    assert parse_event(type="app_mention", text=text, channel_type=None) == parse_event(text=text)


def test_a_direct_message_needs_no_mention() -> None:
    assert parse_trigger(channel="D0ALEX", channel_type="im") is Trigger.DIRECT


def test_a_reply_in_a_direct_message_belongs_to_its_thread() -> None:
    message = parse_event(channel="D0ALEX", channel_type="im", thread_ts="1600000000.000100")
    assert isinstance(message, IncomingMessage) and message.thread.root == "1600000000.000100"


def test_a_follow_up_in_a_thread_may_be_for_easel() -> None:
    assert parse_trigger(thread_ts="1600000000.000100") is Trigger.THREAD


@pytest.mark.parametrize("whom", ["<@U0SAM>", "<@W0SAM|sam>", "<!subteam^S1>", "<!here>"])
def test_a_follow_up_that_names_somebody_else_is_not(whom: str) -> None:
    assert parse_trigger(thread_ts="1600000000.000100", text=f"{whom} look") is Trigger.OVERHEARD


def test_naming_easel_and_somebody_else_is_for_easel() -> None:
    assert parse_trigger(text=f"<@{BOT_USER}> and <@U0SAM>: what now?") is Trigger.MENTION


def test_channel_talk_is_not_for_easel() -> None:
    assert parse_event() == Ignored("channel talk")


def test_an_upload_with_a_mention_in_its_comment_is_a_question_with_files() -> None:
    message = parse_event(subtype="file_share", text=f"<@{BOT_USER}> what is this?", files=[FILE])
    assert isinstance(message, IncomingMessage)
    assert message.trigger is Trigger.MENTION
    assert message.files[0].url == "https://files.slack.com/b"


def test_an_upload_into_a_thread_may_be_for_easel() -> None:
    upload = parse_event(subtype="file_share", text="", files=[FILE], thread_ts="1600000000.000100")
    assert isinstance(upload, IncomingMessage) and upload.trigger is Trigger.THREAD


def test_every_picture_in_a_watched_channel_is_for_easel() -> None:
    watched = frozenset({"C0GENERAL"})
    picture = {**FILE, "mimetype": "", "name": "PHOTO.HEIC"}
    assert parse_trigger(watched, subtype="file_share", text="", files=[picture]) is Trigger.WATCHED
    assert parse_trigger(watched, text="just talk") is None
    pdf = {**FILE, "mimetype": "application/pdf", "name": "a.pdf"}
    assert parse_trigger(watched, subtype="file_share", files=[pdf]) is None
    assert parse_trigger(subtype="file_share", text="", files=[picture]) is None


@pytest.mark.parametrize(
    "event",
    [
        {"user": BOT_USER},
        {"user": None, "bot_id": "B0OTHER", "app_id": "A0OTHER"},
        {"subtype": "bot_message", "bot_id": "B0OTHER", "username": "Grafana"},
        {"app_id": "A0EASEL", "bot_id": "B0EASEL", "user": None},
        {"subtype": "channel_join"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_topic"},
        {"type": "app_mention", "edited": {"user": "U0ALEX", "ts": "1.1"}},
        {"user": "USLACKBOT"},
        {"user": None},
        {"type": "reaction_added"},
        {"text": "  "},
        {"channel": None},
        {"ts": "yesterday"},
        {"thread_ts": "0'; DROP TABLE turns"},
    ],
)
def test_easel_stays_silent_on(event: dict[str, Any]) -> None:
    assert isinstance(parse_event(**{"text": f"<@{BOT_USER}> hi", **event}), Ignored)


def test_a_broadcast_reply_is_a_real_message() -> None:
    broadcast = parse_trigger(subtype="thread_broadcast", thread_ts="1600000000.000100")
    assert broadcast is Trigger.THREAD


def test_text_is_read_as_a_person_would() -> None:
    message = parse_event(
        text=f"<@{BOT_USER}>: is 1 &lt; 2 &amp;&amp; does <@{BOT_USER}|easel> know?"
    )
    assert isinstance(message, IncomingMessage)
    assert message.text == "is 1 < 2 && does @Easel know?"


NUMBERS = ["9" * 5_000, "x" + "f" * 5_000, "9" * 7, "xffffff", "0", "xd800", "-1", "٣", ""]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:7])
def test_a_reference_to_no_character_raises_nothing(number: str) -> None:
    text = f"a &#{number}; b &amp;lt; &amp &nosuch; &quot;"
    message = parse_message(build_body(channel_type="im", text=text), bot_user_id=BOT_USER)
    assert isinstance(message, IncomingMessage)
    message.text.encode()
    assert message.text.endswith('b &lt; &amp &nosuch; "')
    turn = parse_turn({"ts": "1.1", "user": "U1", "text": text}, BOT_USER)
    assert turn is not None and turn.text == message.text


def test_a_question_number_of_thousands_of_digits_is_none() -> None:
    metadata = {"event_type": REPLY_EVENT_TYPE, "event_payload": {"question": "9" * 5_000}}
    post = parse_own_post({"ts": "1.1", "user": BOT_USER, "metadata": metadata}, BOT_USER)
    assert post is not None and post.question_id is None


def test_somebody_from_another_workspace_keeps_their_own_team() -> None:
    message = parse_event(text=f"<@{BOT_USER}> hi", user_team="T0PARTNER", team="T0PARTNER")
    assert isinstance(message, IncomingMessage)
    assert message.sender == Person("U0ALEX", "T0PARTNER")
    assert message.thread.team == "T0EASEL"


def test_a_lone_surrogate_becomes_text_that_can_be_stored() -> None:
    message = parse_event(text=f"<@{BOT_USER}> \ud83d")
    assert isinstance(message, IncomingMessage)
    message.text.encode("utf-8")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
_FIELDS = st.sampled_from(
    ["type", "subtype", "user", "text", "ts", "channel", "files", "thread_ts", "team", "bot_id"]
)


@given(st.dictionaries(_FIELDS, _JSON | st.just("message")), _JSON)
def test_no_event_whatever_it_holds_raises(event: dict[str, Any], team: object) -> None:
    parse_message(
        {**build_body(), "team_id": team, "event": {**build_body()["event"], **event}},
        bot_user_id=BOT_USER,
    )
    parse_message({"event": event}, bot_user_id=BOT_USER)


def _load_events(folder: Path) -> list[tuple[str, dict[str, Any], str]]:
    found = []
    for path in sorted(folder.glob("*.json")):
        recorded = json.loads(path.read_text())
        for name, value in recorded.items():
            if isinstance(value, dict) and isinstance(value.get("event"), dict):
                bot = recorded.get("botUserId", BOT_USER)
                found.append((f"{path.stem}.{name}", value, bot))
    return found


def test_recorded_events_are_read_as_their_names_say(specs: Path) -> None:
    seen = {
        name: parse_message(value, bot_user_id=bot)
        for name, value, bot in _load_events(specs / "slack-events")
    }
    assert len(seen) > 10
    with_file = seen["streaming-slack.aiMentionWithFile"]
    assert isinstance(with_file, IncomingMessage) and with_file.files[0].name == "image.png"
    mention = seen["streaming-slack.aiMention"]
    assert isinstance(mention, IncomingMessage) and mention.text == "AI What is love?"
    direct = seen["dm-slack-direct.directDM"]
    assert isinstance(direct, IncomingMessage) and direct.trigger is Trigger.DIRECT


@pytest.mark.parametrize(
    ("event", "echo"),
    [
        ({"type": "message", "user": "U0BOT", "text": "x"}, True),
        ({"type": "message", "hidden": True, "message": {"user": "U0BOT"}}, True),
        ({"type": "message", "hidden": True, "previous_message": {"user": "U0BOT"}}, True),
        ({"type": "message", "hidden": True, "message": {"user": "U0ALEX"}}, False),
        ({"type": "message", "subtype": "message_deleted", "user": "U0BOT"}, False),
        ({"type": "message", "user": "U0ALEX", "text": "<@U0BOT>"}, False),
        ({"type": "app_mention", "user": "U0BOT"}, False),
        ({"type": "message"}, False),
        (None, False),
        ("message", False),
    ],
)
def test_what_easel_itself_has_done_is_told_from_what_people_do(event: object, echo: bool) -> None:
    assert is_echo({"event": event}, bot_user_id="U0BOT") is echo
    assert not is_echo({"event": event}, bot_user_id="")
