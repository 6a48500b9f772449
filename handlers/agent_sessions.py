"""Slack's agent sessions: its own stop button ends an answer, a person's title is not overwritten.

See `parsing/agent_sessions.py` for the events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from handlers.identifiers import DONE_KEY
from handlers.parsing.agent_sessions import parse_retitled_thread, parse_stopped_thread
from handlers.parsing.fields import read_mapping
from handlers.services import Services

log = structlog.get_logger(__name__)

_STOPPED_TYPE, _RETITLED_TYPE = "agent_session_stopped", "agent_session_title_changed"


def register(app: AsyncApp, services: Services) -> None:
    """Listen to `agent_session_stopped` and `agent_session_title_changed`."""

    async def on_stop(body: dict[str, Any], context: AsyncBoltContext) -> None:
        await stop_answer(body, services)
        context[DONE_KEY] = True

    async def on_title(body: dict[str, Any], context: AsyncBoltContext) -> None:
        await note_title(body, services, bot_user_id=context.bot_user_id or "")
        context[DONE_KEY] = True

    app.event(_STOPPED_TYPE)(on_stop)
    app.event(_RETITLED_TYPE)(on_title)


async def stop_answer(body: Mapping[str, Any], services: Services) -> bool:
    """End the answer in the thread that `body` names. Return False if it names none."""
    if read_mapping(body, "event").get("type") != _STOPPED_TYPE:
        return False
    thread = parse_stopped_thread(body)
    if thread is not None and not await services.steering.stop_thread(thread):
        log.info("nothing_to_stop")
    return thread is not None


async def note_title(body: Mapping[str, Any], services: Services, *, bot_user_id: str) -> bool:
    """Note that a person gave a thread its title. Return False if `body` tells of none."""
    if read_mapping(body, "event").get("type") != _RETITLED_TYPE:
        return False
    thread = parse_retitled_thread(body, bot_user_id=bot_user_id)
    if thread is not None:
        await services.steering.note_title(thread)
    return thread is not None
