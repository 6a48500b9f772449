"""Mentions and messages: stores each one, then acknowledges it. Answers nothing.

See `parsing/messages.py` for what counts as a question.
"""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot.domain.conversation import Ignored, IncomingMessage
from handlers.parsing.messages import MESSAGE_SUBTYPES, parse_message
from handlers.services import Services

log = structlog.get_logger(__name__)


def register(app: AsyncApp, services: Services) -> None:
    """Listen to mentions and messages.

    `submit` has committed when it returns, and only then does Bolt acknowledge the event. If it
    raises, Slack delivers the event again.
    """

    async def on_message(body: dict[str, Any], context: AsyncBoltContext) -> None:
        match parse_message(
            body,
            bot_user_id=context.bot_user_id or "",
            watched_channels=services.watch_channels,
        ):
            case IncomingMessage() as message:
                await services.queue.submit(message)
            case Ignored(reason):
                log.debug("ignored", reason=reason.replace(" ", "_"))

    # A mention in a channel arrives as both events, in either order. Messages of other subtypes
    # belong to other modules.
    app.event("app_mention")(on_message)
    app.event({"type": "message", "subtype": [*MESSAGE_SUBTYPES]})(on_message)
