"""A submitted form is foreign: what it carries along is believed only with Easel's own seal."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Person, Thread
from handlers.identifiers import MORE_CALLBACK_ID
from handlers.parsing.seal import MAX_METADATA_CHARS
from handlers.parsing.shortcuts import MessageChoice
from handlers.parsing.views import (
    MAX_WORDS_CHARS,
    open_choice,
    parse_submission,
    sign_choice,
)

KEY = b"a key of Easel's own"
CHOICE = MessageChoice(
    Person("U0ALEX", "T0EASEL"),
    Thread("T0EASEL", "C0GENERAL", "1700000000.000100"),
    "1700000000.000200",
    "1700000500.000300",
)


def build_submission(
    recipe: object = "read_text", words: object = "", *, choice: MessageChoice = CHOICE
) -> dict[str, Any]:
    """Build what Slack sends of the form about `choice`, after its recorded payloads."""
    option = {"text": {"type": "plain_text", "text": "x"}, "value": recipe}
    values = {
        "recipe": {"recipe": {"type": "radio_buttons", "selected_option": option}},
        "words": {"words": {"type": "plain_text_input", "value": words}},
    }
    return {
        "type": "view_submission",
        "team": {"id": "T0EASEL", "domain": "easel"},
        "user": {"id": choice.sender.id, "username": "alex", "team_id": choice.sender.team},
        "api_app_id": "A0EASEL",
        "trigger_id": "1.2.3",
        "view": {
            "id": "V0AEWMF8C3D",
            "team_id": "T0EASEL",
            "type": "modal",
            "callback_id": MORE_CALLBACK_ID,
            "private_metadata": sign_choice(choice, KEY),
            "state": {"values": values},
            "hash": "1771116686.WlRuF27e",
        },
        "response_urls": [],
    }


def test_what_was_sealed_is_read_again_and_fits_into_slacks_field() -> None:
    sealed = sign_choice(CHOICE, KEY)
    assert open_choice(sealed, KEY) == CHOICE
    assert len(sealed) < MAX_METADATA_CHARS / 5


@pytest.mark.parametrize(
    "name", ["user", "user_team", "team", "channel", "root", "ts", "at", "seal"]
)
def test_nothing_in_it_can_be_changed(name: str) -> None:
    carried = json.loads(sign_choice(CHOICE, KEY))
    for odd in ("C0SECRET", "1700000000.000999", "", None, 5, ["C0GENERAL"], {"id": "x"}):
        assert open_choice(json.dumps(carried | {name: odd}), KEY) is None
    del carried[name]
    assert open_choice(json.dumps(carried), KEY) is None


def test_a_seal_of_another_key_opens_nothing() -> None:
    assert open_choice(sign_choice(CHOICE, b"another"), KEY) is None


@given(st.text() | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_any_metadata_is_read_without_fail(metadata: str) -> None:
    assert open_choice(metadata, KEY) is None


def test_a_form_is_read() -> None:
    found = parse_submission(build_submission("read_text", " only the left column "))
    assert found is not None and found.recipe is not None
    assert (found.person, found.recipe.name, found.words) == (
        "U0ALEX",
        "read_text",
        "only the left column",
    )
    assert found.teams == {"T0EASEL"}


def test_words_are_bounded_and_call_no_one() -> None:
    for words in ("<!channel> <@U0SAM>", "&lt;!here&gt;", "a\x00\x07\x1b[31mb", "\ud800", "\u202e"):
        found = parse_submission(build_submission(words=words))
        assert found is not None
        assert found.words == parse_typed(words), words
    long = parse_submission(build_submission(words="x" * 100_000))
    assert long is not None and len(long.words) <= MAX_WORDS_CHARS


def parse_typed(words: str) -> str:
    """Return what a message with these words, as Slack escapes them, is read as."""
    from handlers.parsing.message_text import read_message

    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return read_message({"text": escaped}).text


@pytest.mark.parametrize("recipe", [None, "", "of_an_older_version", 5, ["read_text"]])
def test_what_is_no_recipe_is_none(recipe: object) -> None:
    found = parse_submission(build_submission(recipe))
    assert found is not None and found.recipe is None


def test_other_payloads_are_no_form_of_easels() -> None:
    for changed in (
        {"type": "view_closed"},
        {"type": "block_actions"},
        {"view": {"callback_id": "report_form"}},
        {"view": None},
    ):
        assert parse_submission(build_submission() | changed) is None


def test_fields_may_be_missing_or_odd() -> None:
    whole = build_submission()
    for path in (("user",), ("team",), ("view", "state"), ("view", "private_metadata")):
        odds: list[Any] = [None, 5, "x", [], {}, [[]], {"values": {"recipe": {"recipe": 5}}}]
        for odd in odds:
            changed = copy.deepcopy(whole)
            place: Any = changed
            for name in path[:-1]:
                place = place[name]
            place[path[-1]] = odd
            parse_submission(changed)


def test_recorded_submissions_have_the_shape_that_is_read(specs: Path) -> None:
    recorded = json.loads((specs / "slack-events" / "modals-slack.json").read_text())
    body = recorded["viewSubmission"]
    assert body["view"].keys() >= build_submission()["view"].keys()
    body["view"]["callback_id"] = MORE_CALLBACK_ID
    found = parse_submission(body)
    assert found is not None and found.person == body["user"]["id"] and found.recipe is None
