"""Slack's own stop button: ends the answer that is being given in its thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.domain.conversation import Thread
from handlers.parsing.stop import parse_stopped_thread

log = structlog.get_logger(__name__)

Stop = Callable[[Thread], bool]


def register(app: AsyncApp, stop: Stop) -> None:
    """Listen to `agent_session_stopped`."""

    async def on_stop(body: dict[str, Any]) -> None:
        thread = parse_stopped_thread(body)
        if thread is not None and not stop(thread):
            log.info("nothing_to_stop")

    app.event("agent_session_stopped")(on_stop)
