"""Payloads of pressed buttons. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def parse_button_press(body: Mapping[str, Any]) -> tuple[int | None, str]:
    """The question and the channel of a pressed button; None where the payload has none."""
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else None
    value = first.get("value") if isinstance(first, Mapping) else None
    channel = body.get("channel")
    name = channel.get("id") if isinstance(channel, Mapping) else None
    known = isinstance(value, str) and value.isdecimal() and len(value) < 19
    if not known or not isinstance(name, str) or not isinstance(value, str):
        return None, ""
    return int(value), name
