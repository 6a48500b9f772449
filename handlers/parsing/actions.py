"""Parses the payloads of pressed buttons. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.parsing.fields import read_mapping, read_mappings, read_text

_MAX_ID_DIGITS = 18  # A longer number may not fit into a column of the database.


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A press of a button under a message of Easel's."""

    question_id: int
    channel: str


def parse_button_press(body: Mapping[str, Any]) -> ButtonPress | None:
    """Return the press, or None if the payload lacks a question id or a channel. Never raises."""
    actions = read_mappings(body.get("actions"))
    question_id = read_text(actions[0].get("value")) if actions else ""
    channel = read_text(read_mapping(body, "channel").get("id"))
    if not question_id.isdecimal() or len(question_id) > _MAX_ID_DIGITS:
        return None
    return ButtonPress(int(question_id), channel) if channel else None


def read_action_id(body: Mapping[str, Any]) -> str:
    """Return the action id of the pressed button, "" if nothing was pressed. Never raises."""
    actions = read_mappings(body.get("actions"))
    is_press = body.get("type") == "block_actions" and bool(actions)
    return read_text(actions[0].get("action_id")) if is_press else ""
