"""Parses the payloads of pressed buttons and feedback under a message. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.conversation import Person, Thread
from bot.domain.questions import Presser
from handlers.parsing.fields import is_ts, read_mapping, read_mappings, read_text

# What a control is about. The word before it is what feedback or an entry of a menu says.
_VALUE_PATTERN = re.compile(r"(?:([a-z]{1,20}):)?([0-9]{1,18})(?:\.([0-9]{1,6}))?")


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A press of a control under a message of Easel's; without `presser` it is not known whose.

    `version` counts the answers to the question up to the one that it is about; `word` is what
    feedback or the entry of a menu says, else "". `teams` are the workspaces that the payload names
    as the person's; `thread` and `message_ts` are those of the message. `name` tells what was
    pressed: an action id, with ":" and the word, if any.
    """

    question_id: int
    channel: str
    presser: Presser | None = None
    teams: frozenset[str] = frozenset()
    version: int = 1
    word: str = ""
    name: str = ""
    thread: Thread | None = None
    message_ts: str = ""


def parse_button_press(body: Mapping[str, Any]) -> ButtonPress | None:
    """Return the press, or None if the payload lacks a question id or a channel. Never raises."""
    actions = read_mappings(body.get("actions"))
    value = _read_value(actions[0]) if actions else ""
    channel = read_text(read_mapping(body, "channel").get("id"))
    found = _VALUE_PATTERN.fullmatch(value)
    if found is None or not channel:
        return None
    return ButtonPress(
        int(found[2]),
        channel,
        _parse_presser(body, actions[0]),
        _read_teams(body),
        int(found[3] or 1),
        found[1] or "",
        _name_press(actions[0], found[1] or ""),
        *_read_place(body, channel),
    )


def _read_place(body: Mapping[str, Any], channel: str) -> tuple[Thread | None, str]:
    """Return the thread of the pressed message, None if it is not told, and the ts of it."""
    message, user = read_mapping(body, "message"), read_mapping(body, "user")
    ts = read_text(message.get("ts"))
    root = read_text(message.get("thread_ts")) or ts
    team = read_text(read_mapping(body, "team").get("id")) or read_text(user.get("team_id"))
    is_told = team and is_ts(ts) and is_ts(root)
    return (Thread(team, channel, root), ts) if is_told else (None, "")


def _read_value(action: Mapping[str, Any]) -> str:
    """Return the value of a button, or of the entry that was chosen in a menu."""
    return read_text((read_mapping(action, "selected_option") or action).get("value"))


def _name_press(action: Mapping[str, Any], word: str) -> str:
    action_id = read_text(action.get("action_id"))
    return f"{action_id}:{word}" if word else action_id


def _parse_presser(body: Mapping[str, Any], action: Mapping[str, Any]) -> Presser | None:
    user, ts = read_mapping(body, "user"), read_text(action.get("action_ts"))
    person = read_text(user.get("id"))
    team = read_text(user.get("team_id")) or read_text(read_mapping(body, "team").get("id"))
    return Presser(Person(person, team), ts) if person and team and is_ts(ts) else None


def _read_teams(body: Mapping[str, Any]) -> frozenset[str]:
    user, team = read_mapping(body, "user"), read_mapping(body, "team")
    return frozenset({read_text(user.get("team_id")), read_text(team.get("id"))} - {""})


def read_action_id(body: Mapping[str, Any]) -> str:
    """Return the action id of the pressed button, "" if nothing was pressed. Never raises."""
    actions = read_mappings(body.get("actions"))
    is_press = body.get("type") == "block_actions" and bool(actions)
    return read_text(actions[0].get("action_id")) if is_press else ""
