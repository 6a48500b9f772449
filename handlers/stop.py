"""Slack's own stop button: ends the answer in progress in its thread.

See `parsing/stop.py` for the event.
"""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from handlers.parsing.stop import parse_stopped_thread
from handlers.services import Services

log = structlog.get_logger(__name__)


def register(app: AsyncApp, services: Services) -> None:
    """Listen to `agent_session_stopped`."""

    async def on_stop(body: dict[str, Any]) -> None:
        thread = parse_stopped_thread(body)
        if thread is not None and not services.queue.stop_thread(thread):
            log.info("nothing_to_stop")

    app.event("agent_session_stopped")(on_stop)
