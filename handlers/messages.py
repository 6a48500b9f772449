"""Mentions and messages: stores each one, then acknowledges it. Answers nothing.

See `parsing/messages.py` for what counts as a question.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot.domain.conversation import Ignored, IncomingMessage, Trigger
from handlers.identifiers import DONE_KEY
from handlers.parsing.fields import read_mapping
from handlers.parsing.messages import MESSAGE_SUBTYPES, parse_message
from handlers.services import Services

log = structlog.get_logger(__name__)

_EVENT_TYPES = ("app_mention", "message")


def register(app: AsyncApp, services: Services) -> None:
    """Listen to mentions and messages.

    `submit` has committed when it returns, and only then does Bolt acknowledge the event. If it
    raises, Slack delivers the event again.
    """

    async def on_message(body: dict[str, Any], context: AsyncBoltContext) -> None:
        await store_question(body, services, bot_user_id=context.bot_user_id or "")
        context[DONE_KEY] = True

    # A mention in a channel arrives as both events, in either order. Messages of other subtypes
    # belong to other modules.
    app.event("app_mention")(on_message)
    app.event({"type": "message", "subtype": [*MESSAGE_SUBTYPES]})(on_message)


async def store_question(body: Mapping[str, Any], services: Services, *, bot_user_id: str) -> bool:
    """Store the question in `body`; it is committed when this returns. Return False if `body`
    holds none. Raises `TransientError` if it was not stored."""
    parse = partial(
        parse_message,
        body,
        bot_user_id=bot_user_id,
        watched_channels=services.watch_channels,
        answered_apps=services.answered_apps,
    )
    parsed = parse()
    if isinstance(parsed, IncomingMessage) and can_be_bot(parsed):
        user = parsed.sender.id
        parsed = parse(bot_users=(user,)) if await services.bot_users.is_bot(user) else parsed
    match parsed:
        case IncomingMessage() as message:
            if not await services.steering.take(message):
                await services.steering.leave(message)
                await services.queue.submit(message)
            return True
        case Ignored(reason):
            if read_mapping(body, "event").get("type") in _EVENT_TYPES:
                log.debug("ignored", reason=reason.replace(" ", "_"))
            return False


def can_be_bot(message: IncomingMessage) -> bool:
    """Whether a program asks under the id of a user, who may be a person or its own bot."""
    is_question = message.trigger is not Trigger.OVERHEARD
    return message.is_from_app and is_question and message.sender.id.startswith(("U", "W"))
