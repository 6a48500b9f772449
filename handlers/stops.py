"""Slack's own stop button: ends the answer that is being given in its thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.types import Thread

log = structlog.get_logger(__name__)

Stop = Callable[[Thread], bool]


def register(app: AsyncApp, stop: Stop) -> None:
    """Listen to `agent_session_stopped`."""

    async def on_stop(body: dict[str, Any]) -> None:
        thread = stopped_thread(body)
        if thread is not None and not stop(thread):
            log.info("nothing_to_stop")

    app.event("agent_session_stopped")(on_stop)


def stopped_thread(body: Mapping[str, Any]) -> Thread | None:
    """The thread that the event names; None where it names none."""
    event = body.get("event")
    if not isinstance(event, Mapping):
        return None
    parts = (body.get("team_id"), event.get("channel"), event.get("thread_ts"))
    team, channel, root = (part if isinstance(part, str) else "" for part in parts)
    return Thread(team, channel, root) if team and channel and root else None
