"""What is said to Easel in Slack: stored, then acknowledged. Answers nothing itself."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.domain.conversation import Ignored, IncomingMessage
from handlers.parsing.messages import MESSAGE_SUBTYPES, parse_message

log = structlog.get_logger(__name__)

Submit = Callable[[IncomingMessage], Awaitable[None]]


def register(app: AsyncApp, submit: Submit, *, watched_channels: frozenset[str]) -> None:
    """Listen to mentions and messages. `submit` has committed when it returns; only then does
    Bolt acknowledge, and where it raises Slack delivers again.

    Register first: Bolt asks listeners one after the other, and these are nearly all there is.
    """

    async def on_message(body: dict[str, Any], context: AsyncBoltContext) -> None:
        match parse_message(
            body, bot_user_id=context.bot_user_id or "", watched_channels=watched_channels
        ):
            case IncomingMessage() as message:
                await submit(message)
            case Ignored(why):
                log.debug("ignored", reason=why.replace(" ", "_"))

    # A mention in a channel comes as both, in either order. Of other subtypes other modules hear.
    app.event("app_mention")(on_message)
    app.event({"type": "message", "subtype": [*MESSAGE_SUBTYPES]})(on_message)


def acknowledge_unhandled(app: AsyncApp) -> None:
    """Register last: what nobody listens to is acknowledged, or Slack sends it four times."""

    async def ignore() -> None:
        log.debug("ignored", reason="no_listener")

    async def ignore_button(ack: AsyncAck) -> None:
        await ack()

    app.event(re.compile(".*"))(ignore)
    app.action(re.compile(".*"))(ignore_button)
