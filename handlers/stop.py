"""Slack's own stop button: ends the answer in progress in its thread.

See `parsing/stop.py` for the event.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from handlers.identifiers import DONE_KEY
from handlers.parsing.fields import read_mapping
from handlers.parsing.stop import parse_stopped_thread
from handlers.services import Services

log = structlog.get_logger(__name__)

_EVENT_TYPE = "agent_session_stopped"


def register(app: AsyncApp, services: Services) -> None:
    """Listen to `agent_session_stopped`."""

    async def on_stop(body: dict[str, Any], context: AsyncBoltContext) -> None:
        await stop_answer(body, services)
        context[DONE_KEY] = True

    app.event(_EVENT_TYPE)(on_stop)


async def stop_answer(body: Mapping[str, Any], services: Services) -> bool:
    """End the answer in the thread that `body` names. Return False if it names none."""
    if read_mapping(body, "event").get("type") != _EVENT_TYPE:
        return False
    thread = parse_stopped_thread(body)
    if thread is not None and not await services.steering.stop_thread(thread):
        log.info("nothing_to_stop")
    return thread is not None
