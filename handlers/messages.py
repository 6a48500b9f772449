"""What is said to Easel in Slack: stored, then acknowledged. Answers nothing itself."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.domain.conversation import Ignored, Incoming
from handlers.parsing.messages import REAL_MESSAGES, parse

log = structlog.get_logger(__name__)

Submit = Callable[[Incoming], Awaitable[None]]


def register(app: AsyncApp, submit: Submit, *, watched: frozenset[str]) -> None:
    """Listen to mentions and messages. `submit` has committed when it returns; only then does
    Bolt acknowledge, and where it raises Slack delivers again.

    Register first: Bolt asks listeners one after the other, and these are nearly all there is.
    """

    async def on_message(body: dict[str, Any], context: AsyncBoltContext) -> None:
        match parse(body, bot_user=context.bot_user_id or "", watched=watched):
            case Incoming() as message:
                await submit(message)
            case Ignored(why):
                log.debug("ignored", reason=why.replace(" ", "_"))

    # A mention in a channel comes as both, in either order. Of other subtypes other modules hear.
    app.event("app_mention")(on_message)
    app.event({"type": "message", "subtype": [*REAL_MESSAGES]})(on_message)


def acknowledge_the_rest(app: AsyncApp) -> None:
    """Register last: what nobody listens to is acknowledged, or Slack sends it four times."""

    async def ignore() -> None:
        log.debug("ignored", reason="no_listener")

    async def ignore_button(ack: AsyncAck) -> None:
        await ack()

    app.event(re.compile(".*"))(ignore)
    app.action(re.compile(".*"))(ignore_button)
