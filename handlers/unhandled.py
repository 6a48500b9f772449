"""Acknowledges every event, button and shortcut that no other listener takes.

Otherwise Slack delivers it again. See `dispatch.py` for payloads of other kinds.
"""

from __future__ import annotations

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.domain.messages import Message
from handlers.parsing.bodies import describe_payload
from handlers.parsing.shortcuts import parse_chooser
from handlers.services import Services
from handlers.shortcuts import notify_chooser

log = structlog.get_logger(__name__)

UNKNOWN_SHORTCUT_MESSAGE = Message(
    "I do not know this shortcut any more. Please tell the person who runs me to update the app"
    " from its manifest."
)
_ANYTHING_PATTERN = re.compile(".*", re.DOTALL)


def register(app: AsyncApp, services: Services) -> None:
    """Listen to everything. Register it last: it would take the payloads of later listeners."""

    async def on_event(body: dict[str, Any]) -> None:
        label = describe_payload(body)
        # Joins, topics and the like are messages too, and belong to every channel's day.
        note = log.debug if label.kind == "message" else log.info
        note("ignored", reason="no_listener", kind=label.kind, id=label.id)

    async def on_action(body: dict[str, Any], ack: AsyncAck) -> None:
        log.info("ignored", reason="no_such_button", kind=describe_payload(body).kind)
        await ack()

    async def on_shortcut(body: dict[str, Any], ack: AsyncAck, respond: AsyncRespond) -> None:
        # An older manifest may name a shortcut that no longer exists.
        log.info("ignored", reason="no_such_shortcut", kind=describe_payload(body).kind)
        await ack()
        language = services.choose_language(parse_chooser(body), "")
        await notify_chooser(respond, UNKNOWN_SHORTCUT_MESSAGE, language)

    app.event(_ANYTHING_PATTERN)(on_event)
    app.action(_ANYTHING_PATTERN)(on_action)
    app.shortcut(_ANYTHING_PATTERN)(on_shortcut)
