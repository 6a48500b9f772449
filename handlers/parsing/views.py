"""Parses what the forms “More…” and “Ask Easel…” bring back, and seals what they carry. Pure.

See `seal.py` for the seal. It is for one person and, of “More…”, for one message.
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
from handlers.identifiers import (
    ASK_CALLBACK_ID,
    DELETE_FIELD_ID,
    MORE_CALLBACK_ID,
    PLACE_FIELD_ID,
    RECIPE_FIELD_ID,
    WORDS_FIELD_ID,
)
from handlers.parsing.fields import is_ts, read_mapping, read_mappings, read_text
from handlers.parsing.message_text import read_message
from handlers.parsing.seal import open_sealed, seal, sign
from handlers.parsing.shortcuts import MessageChoice

# Slack's own bound for a field of text (docs.slack.dev, "Plain-text input element").
MAX_WORDS_CHARS = 3_000
# … and for the value of an option ("Option object").
MAX_VALUE_CHARS = 150
_ID_PATTERN = re.compile(r"[A-Z0-9]{1,32}")
_CHANNEL_PATTERN = re.compile(r"[CG][A-Z0-9]{1,31}")
_FIELDS = ("user", "user_team", "team", "channel", "root", "ts", "at")
_ASK_FIELDS, _ASK_KIND = ("user", "team", "at"), "ask"
_QUESTION_KIND, _MARK_CHARS = "asked", 20


@dataclass(frozen=True, slots=True)
class Submission:
    """A submitted form. `recipe` is the ready-made one that was chosen, if it was one of these.

    `chosen` is what comes back of the choice, `deletes` whether it is to be deleted. `teams` are
    the workspaces that the payload names.
    """

    person: str
    metadata: str
    recipe: Recipe | None
    words: str
    teams: frozenset[str]
    chosen: str = ""
    deletes: bool = False


def parse_submission(body: Mapping[str, Any], *, bot_user_id: str = "") -> Submission | None:
    """Return the submitted form, None if `body` is none of Easel's. Never raises."""
    view, user = read_mapping(body, "view"), read_mapping(body, "user")
    if body.get("type") != "view_submission" or view.get("callback_id") != MORE_CALLBACK_ID:
        return None
    values = read_mapping(read_mapping(view, "state"), "values")
    option = read_mapping(_read_field(values, RECIPE_FIELD_ID), "selected_option")
    chosen = read_text(option.get("value"))[:MAX_VALUE_CHARS]
    boxes = read_mappings(_read_field(values, DELETE_FIELD_ID).get("selected_options"))
    words = read_text(_read_field(values, WORDS_FIELD_ID).get("value"))
    return Submission(
        read_text(user.get("id")),
        read_text(view.get("private_metadata")),
        find_recipe(chosen),
        read_words(words, bot_user_id),
        _read_teams(body),
        chosen,
        deletes=bool(boxes),
    )


def _read_teams(body: Mapping[str, Any]) -> frozenset[str]:
    team_ids = (
        read_text(read_mapping(body, "team").get("id")),
        read_text(read_mapping(body, "user").get("team_id")),
        read_text(read_mapping(body, "view").get("team_id")),
    )
    return frozenset(team_ids) - {""}


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


@dataclass(frozen=True, slots=True)
class OpenedAsk:
    """Whose form “Ask Easel…” is, and when it was opened, as a Slack ts."""

    person: Person
    at: str

    def name_question(self, channel: str, words: str, key: bytes) -> str:
        """Return what its question is known by, however often it is sent as it is.

        What was sent with other words, or for another place, may be posted already: it has a name
        of its own, so that each question is answered as it stands there.
        """
        mark = sign([channel, words], key, _QUESTION_KIND)[:_MARK_CHARS]
        return f"{self.person.id}:{self.at}:{mark}"


@dataclass(frozen=True, slots=True)
class AskSubmission:
    """The form of “Ask Easel…” as it was sent.

    `typed` is what was typed, `words` the same as it would be read in a message. `channel` is ""
    for the person's direct messages with Easel. `teams` are the workspaces that the payload names.
    """

    person: Person
    metadata: str
    channel: str
    typed: str
    words: str
    teams: frozenset[str]


def parse_ask(body: Mapping[str, Any], *, bot_user_id: str = "") -> AskSubmission | None:
    """Return the submitted form, None if `body` is none, or names no channel. Never raises."""
    view, user = read_mapping(body, "view"), read_mapping(body, "user")
    if body.get("type") != "view_submission" or view.get("callback_id") != ASK_CALLBACK_ID:
        return None
    values = read_mapping(read_mapping(view, "state"), "values")
    channel = read_text(_read_field(values, PLACE_FIELD_ID).get("selected_conversation"))
    if channel and not _CHANNEL_PATTERN.fullmatch(channel):
        return None
    typed = truncate(read_text(_read_field(values, WORDS_FIELD_ID).get("value")), MAX_WORDS_CHARS)
    team = read_text(user.get("team_id")) or read_text(read_mapping(body, "team").get("id"))
    return AskSubmission(
        Person(read_text(user.get("id")), team),
        read_text(view.get("private_metadata")),
        channel,
        typed,
        read_words(typed, bot_user_id),
        _read_teams(body),
    )


def sign_ask(person: Person, at: str, key: bytes) -> str:
    """Return what the form of “Ask Easel…” carries along; `open_ask` reads it."""
    return seal({"user": person.id, "team": person.team, "at": at}, key, kind=_ASK_KIND)


def open_ask(metadata: str, key: bytes) -> OpenedAsk | None:
    """Return what was sealed with `key`, None for anything else. Never raises."""
    fields = open_sealed(metadata, _ASK_FIELDS, key, kind=_ASK_KIND)
    if fields is None or not is_ts(fields["at"]):
        return None
    ids = (fields["user"], fields["team"])
    if not all(map(_ID_PATTERN.fullmatch, ids)):
        return None
    return OpenedAsk(Person(*ids), fields["at"])
