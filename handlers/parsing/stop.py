"""Events of Slack's own stop button. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.conversation import Thread


def parse_stopped_thread(body: Mapping[str, Any]) -> Thread | None:
    """The thread that the event names; None where it names none."""
    event = body.get("event")
    if not isinstance(event, Mapping):
        return None
    parts = (body.get("team_id"), event.get("channel"), event.get("thread_ts"))
    team, channel, root = (part if isinstance(part, str) else "" for part in parts)
    return Thread(team, channel, root) if team and channel and root else None
