"""Parses what the form behind “More…” brings back, and seals the choice that it is about. Pure.

See `seal.py` for the seal. It is for one person and one message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.conversation import Person, Thread
from bot.domain.safe_text import truncate
from bot.request.recipes import find_recipe
from bot.request.recipes.recipe import Recipe
from handlers.identifiers import MORE_CALLBACK_ID, RECIPE_FIELD_ID, WORDS_FIELD_ID
from handlers.parsing.fields import is_ts, read_mapping, read_text
from handlers.parsing.message_text import read_message
from handlers.parsing.seal import open_sealed, seal
from handlers.parsing.shortcuts import MessageChoice

# Slack's own bound for a field of text (docs.slack.dev, "Plain-text input element").
MAX_WORDS_CHARS = 3_000
_ID_PATTERN = re.compile(r"[A-Z0-9]{1,32}")
_FIELDS = ("user", "user_team", "team", "channel", "root", "ts", "at")


@dataclass(frozen=True, slots=True)
class Submission:
    """A submitted form. `recipe` is None if none was chosen, or one that is not known any more.

    `teams` are the workspaces that the payload names.
    """

    person: str
    metadata: str
    recipe: Recipe | None
    words: str
    teams: frozenset[str]


def parse_submission(body: Mapping[str, Any], *, bot_user_id: str = "") -> Submission | None:
    """Return the submitted form, None if `body` is none of Easel's. Never raises."""
    view, user = read_mapping(body, "view"), read_mapping(body, "user")
    if body.get("type") != "view_submission" or view.get("callback_id") != MORE_CALLBACK_ID:
        return None
    values = read_mapping(read_mapping(view, "state"), "values")
    chosen = read_mapping(_read_field(values, RECIPE_FIELD_ID), "selected_option")
    words = read_text(_read_field(values, WORDS_FIELD_ID).get("value"))
    team_ids = (
        read_text(read_mapping(body, "team").get("id")),
        read_text(user.get("team_id")),
        read_text(view.get("team_id")),
    )
    return Submission(
        read_text(user.get("id")),
        read_text(view.get("private_metadata")),
        find_recipe(read_text(chosen.get("value"))),
        read_words(words, bot_user_id),
        frozenset(team_ids) - {""},
    )


def _read_field(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return read_mapping(read_mapping(values, name), name)


def read_words(words: str, bot_user_id: str) -> str:
    """Return what was typed into a field as it would be read in a message."""
    typed = truncate(words, MAX_WORDS_CHARS)
    # In a message Slack has done this; in a field what looks like a mention is only text.
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return read_message({"text": escaped}, bot_user_id=bot_user_id).text


def sign_choice(choice: MessageChoice, key: bytes) -> str:
    """Return what a form about a message carries along; `open_choice` reads it."""
    fields = {
        "user": choice.sender.id,
        "user_team": choice.sender.team,
        "team": choice.thread.team,
        "channel": choice.thread.channel,
        "root": choice.thread.root,
        "ts": choice.ts,
        "at": choice.chosen_at,
    }
    return seal(fields, key)


def open_choice(metadata: str, key: bytes) -> MessageChoice | None:
    """Return the choice that was sealed with `key`, None for anything else. Never raises."""
    fields = open_sealed(metadata, _FIELDS, key)
    if fields is None:
        return None
    ids = (fields["user"], fields["user_team"], fields["team"], fields["channel"])
    if not all(map(_ID_PATTERN.fullmatch, ids)):
        return None
    if not all(is_ts(fields[name]) for name in ("root", "ts", "at")):
        return None
    return MessageChoice(
        Person(fields["user"], fields["user_team"]),
        Thread(fields["team"], fields["channel"], fields["root"]),
        fields["ts"],
        fields["at"],
    )
