"""Acknowledges every payload that no other listener takes; otherwise Slack delivers it again."""

from __future__ import annotations

import re

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

log = structlog.get_logger(__name__)

_ANYTHING_PATTERN = re.compile(".*", re.DOTALL)


def register(app: AsyncApp) -> None:
    """Listen to everything. Register it last: it would take the payloads of later listeners."""

    async def on_event() -> None:
        log.debug("ignored", reason="no_listener")

    async def on_action(ack: AsyncAck) -> None:
        await ack()

    async def on_shortcut(ack: AsyncAck) -> None:
        # An older manifest may name a shortcut that no longer exists.
        log.info("ignored", reason="no_such_shortcut")
        await ack()

    app.event(_ANYTHING_PATTERN)(on_event)
    app.action(_ANYTHING_PATTERN)(on_action)
    app.shortcut(_ANYTHING_PATTERN)(on_shortcut)
