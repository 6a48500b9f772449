"""Parses the events of Slack's agent sessions: its own stop button, and a changed title. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.conversation import Thread
from handlers.parsing.fields import read_mapping, read_text


def parse_stopped_thread(body: Mapping[str, Any]) -> Thread | None:
    """Return the thread that the event names, None if it names none. Never raises."""
    event = read_mapping(body, "event")
    team, channel = read_text(body.get("team_id")), read_text(event.get("channel"))
    root = read_text(event.get("thread_ts"))
    return Thread(team, channel, root) if team and channel and root else None


def parse_retitled_thread(body: Mapping[str, Any], *, bot_user_id: str) -> Thread | None:
    """Return the thread that got another title from a person, None if it did not. Never raises.

    An event that names no one is a person's: what a person may have done is not overwritten.
    """
    event = read_mapping(body, "event")
    if bot_user_id and event.get("user") == bot_user_id:
        return None
    return parse_stopped_thread(body)
