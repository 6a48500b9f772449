"""Recipes chosen in a message's menu: stores each as a question, then acknowledges it.

See `parsing/shortcuts.py` for the payload and `bot.request.recipes` for what a recipe asks.
Answers nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond
from slack_sdk.errors import SlackClientError

from bot.delivery.escaper import escape_text
from bot.domain.conversation import Ignored
from bot.domain.messages import Message, render
from bot.request.recipes import RECIPES
from handlers.identifiers import DONE_KEY
from handlers.parsing.shortcuts import parse_chooser, parse_shortcut
from handlers.services import Services

log = structlog.get_logger(__name__)

ACCEPTED_MESSAGE = Message(
    "I answer in the thread of that message. If nothing comes, I am not in this channel: invite me"
    " with `/invite @Easel` and choose it again."
)
UNREADABLE_MESSAGE = Message(
    "Slack did not tell me which message you chose. Please choose it again from the message's menu."
)
# Slack shows the person an error if the acknowledgement takes three seconds.
_CONFIRM_TIMEOUT_SECONDS = 1.5


def register(app: AsyncApp, services: Services) -> None:
    """Listen to the shortcut of every recipe.

    `submit` has committed when it returns, and only then is the shortcut acknowledged. If it
    raises, Slack shows the person that the shortcut failed.
    """

    async def on_shortcut(
        body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck, respond: AsyncRespond
    ) -> None:
        is_stored = await store_choice(body, services, bot_user_id=context.bot_user_id or "")
        context[DONE_KEY] = True
        if not is_stored:
            log.info("ignored", reason="unreadable_shortcut", kind="message_action")
        await ack()
        # The menu may have been opened outside the thread, and in a channel that Easel is not in
        # this is all that the person sees.
        notice = ACCEPTED_MESSAGE if is_stored else UNREADABLE_MESSAGE
        await notify_chooser(respond, notice, services.choose_language(parse_chooser(body), ""))

    for name in RECIPES:
        app.shortcut({"type": "message_action", "callback_id": name})(on_shortcut)


async def store_choice(body: Mapping[str, Any], services: Services, *, bot_user_id: str) -> bool:
    """Store the recipe chosen in `body` as a question; it is committed when this returns. Return
    False if `body` names no recipe or no message. Raises `TransientError` if it was not stored."""
    message = parse_shortcut(body, bot_user_id=bot_user_id)
    if isinstance(message, Ignored):
        return False
    await services.queue.submit(message)
    return True


async def notify_chooser(respond: AsyncRespond, text: Message, language: str) -> None:
    """Show `text` in `language` to the person who chose a shortcut only. Never raises."""
    if not respond.response_url:
        return
    try:
        async with asyncio.timeout(_CONFIRM_TIMEOUT_SECONDS):
            await respond(
                text=escape_text(render(text, language)),
                response_type="ephemeral",
                replace_original=False,
                unfurl_links=False,
                unfurl_media=False,
            )
    except (
        TimeoutError, OSError, TypeError, ValueError, aiohttp.ClientError, SlackClientError
    ) as error:  # fmt: skip
        log.info("not_told", error=type(error).__name__)
