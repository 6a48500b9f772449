"""Buttons under Easel's messages: Retry. Stored, then acknowledged; answers nothing itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from handlers.slack_marks import RETRY

log = structlog.get_logger(__name__)

# The question's id and the channel; False where there is nothing to ask again.
AskAgain = Callable[[int, str], Awaitable[bool]]


def register(app: AsyncApp, ask_again: AskAgain) -> None:
    """Listen to the Retry button. `ask_again` has committed when it returns."""

    async def on_retry(body: dict[str, Any], ack: AsyncAck) -> None:
        question, channel = pressed(body)
        if question is not None and not await ask_again(question, channel):
            log.info("nothing_to_retry", question=question)
        await ack()

    app.action(RETRY)(on_retry)


def pressed(body: Mapping[str, Any]) -> tuple[int | None, str]:
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
