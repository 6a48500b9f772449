"""Buttons, the stop button, files and the messages of a thread: read whole, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.conversation import Speaker, Thread
from bot.domain.posts import Button, Controls, OwnPost, PostMetadata
from handlers.parsing.actions import ButtonPress, parse_button_press
from handlers.parsing.agent_sessions import parse_stopped_thread
from handlers.parsing.fields import is_ts, read_mapping, read_mappings, read_text
from handlers.parsing.files import MAX_FILES, is_shared_in, merge_files, parse_files
from handlers.parsing.thread_messages import parse_own_post, parse_turn
from handlers.web_api.blocks import build_metadata
from handlers.web_api.message_forms import build_post_forms

BOT_USER = "U0EASEL"
ODD_VALUES: tuple[Any, ...] = (None, True, 7, "", "\ud800", [], [[]], [None], {}, {"id": []})


def test_a_field_of_the_wrong_type_is_empty() -> None:
    assert [read_text(odd) for odd in ODD_VALUES if odd != "\ud800"] == [""] * 9
    assert read_text("a\ud800") == "a?"
    assert read_mapping({"a": "text"}, "a") == read_mapping({}, "a") == {}
    assert read_mappings([{"a": 1}, "b", None]) == [{"a": 1}]
    assert read_mappings({"a": 1}) == read_mappings("text") == []


def test_a_ts_is_two_numbers() -> None:
    assert is_ts("1700000000.000100")
    for odd in ("", "now", "1700000000", "1.2; drop", "١.٢", "1.2\n"):
        assert not is_ts(odd), odd


def test_a_pressed_button_names_its_question_and_its_channel() -> None:
    body = {"channel": {"id": "C1"}, "actions": [{"value": "7"}]}
    assert parse_button_press(body) == ButtonPress(7, "C1")
    for value in (*ODD_VALUES, "-1", "seven", "1" * 19):
        assert parse_button_press(body | {"actions": [{"value": value}]}) is None
        assert parse_button_press(body | {"actions": value}) is None
        assert parse_button_press(body | {"channel": value}) is None


def test_the_stop_button_names_its_thread() -> None:
    event = {"channel": "C1", "thread_ts": "1.2"}
    assert parse_stopped_thread({"team_id": "T1", "event": event}) == Thread("T1", "C1", "1.2")
    assert parse_stopped_thread({"team_id": "T1", "event": {"channel": "C1"}}) is None
    for odd in ODD_VALUES:
        assert parse_stopped_thread({"team_id": "T1", "event": odd}) is None
        assert parse_stopped_thread({"team_id": [], "event": event | {"channel": odd}}) is None


def test_files_are_merged_by_their_ids_and_are_not_too_many() -> None:
    refs = parse_files([{"id": "F1", "name": "a"}, {"id": "F1", "name": "b"}, {"name": "c"}, 7])
    assert [ref.name for ref in merge_files(refs)] == ["a"]
    many = parse_files([{"id": f"F{number}"} for number in range(100)])
    assert len(many) == MAX_FILES
    assert len(merge_files([*many, *parse_files([{"id": "G1"}])])) == MAX_FILES


def test_a_file_is_shared_in_the_channels_that_it_lists() -> None:
    file = {"id": "F1", "shares": {"public": {"C1": [{"ts": "1.2"}]}, "private": None}}
    assert is_shared_in(file, "C1") and not is_shared_in(file, "C2")
    for odd in ODD_VALUES:
        assert not is_shared_in({"shares": odd}, "C1")


def test_a_message_of_a_thread_is_a_turn_of_its_author() -> None:
    raw = {
        "ts": "1.2",
        "user": "U0ALEX",
        "text": f"<@{BOT_USER}> 1 &lt; 2",
        "files": [{"id": "F1"}],
    }
    turn = parse_turn(raw, BOT_USER)
    assert turn is not None
    assert (turn.speaker, turn.ts, turn.text, turn.user) == (
        Speaker.PERSON,
        "1.2",
        "1 < 2",
        "U0ALEX",
    )
    assert [ref.id for ref in turn.files] == ["F1"]
    own = parse_turn(raw | {"user": BOT_USER}, BOT_USER)
    assert own is not None and own.speaker is Speaker.EASEL


@pytest.mark.parametrize(
    "changed",
    [{"subtype": "channel_join"}, {"ts": None}, {"text": "  "}, {"text": None}],
    ids=str,
)
def test_what_says_nothing_is_no_turn(changed: dict[str, Any]) -> None:
    assert parse_turn({"ts": "1.2", "user": "U0ALEX", "text": "hi"} | changed, BOT_USER) is None


def test_a_post_of_easels_is_known_by_its_author_and_its_question_by_the_metadata() -> None:
    metadata = {"event_type": "easel_reply", "event_payload": {"question": "7"}}
    raw = {"ts": "1.2", "user": BOT_USER, "metadata": metadata}
    assert parse_own_post(raw, BOT_USER) == OwnPost("1.2", 7)
    sign = raw | {"metadata": build_metadata(PostMetadata(7, is_sign=True))}
    assert parse_own_post(sign, BOT_USER) == OwnPost("1.2", 7, is_sign=True)
    for odd in (*ODD_VALUES, metadata | {"event_type": "other"}, metadata | {"event_payload": 7}):
        assert parse_own_post(raw | {"metadata": odd}, BOT_USER) == OwnPost("1.2", None)
    assert parse_own_post(raw | {"user": "U0ALEX"}, BOT_USER) is None
    assert parse_own_post(raw | {"files": [{"id": "F1"}]}, BOT_USER) is None
    assert parse_own_post(raw | {"ts": None}, BOT_USER) is None


@pytest.mark.parametrize(
    "text",
    [
        "It failed.",
        "## Sales\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\nAll of them.",
        "Here:\n\n| a | b |\n| --- | --- |\n| 1 | 2 |",
    ],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_of_easels_own_posts_its_words_are_read_and_not_what_surrounds_them(
    text: str, language: str
) -> None:
    metadata = PostMetadata(7, Controls((Button.RETRY, Button.WITHOUT)), language=language)
    for form in build_post_forms(text, metadata):
        if "blocks" in form:
            raw = {"ts": "1.2", "user": BOT_USER, "text": form["text"], "blocks": form["blocks"]}
            turn = parse_turn(raw, BOT_USER)
            assert turn is not None and turn.text == text
            # What another says is read with its buttons.
            other = parse_turn(raw | {"user": "U0ALEX"}, BOT_USER)
            assert other is not None and "(Buttons: " in other.text
