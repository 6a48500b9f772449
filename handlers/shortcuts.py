"""Recipes chosen in a message's menu: stored as a question, then acknowledged; answers nothing.

See `parsing/shortcuts.py` for the payload, `bot.request.recipes` for what a recipe asks.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond
from slack_sdk.errors import SlackClientError

from bot.domain.conversation import Ignored, IncomingMessage
from bot.request.recipes import RECIPES
from handlers.messages import Submit
from handlers.parsing.shortcuts import parse_shortcut

log = structlog.get_logger(__name__)

ACCEPTED_MESSAGE = (
    "I answer in the thread of that message. If nothing comes, I am not in this channel: invite me"
    " with `/invite @Easel` and choose it again."
)
# Slack shows the person an error where an acknowledgement takes three seconds.
_CONFIRM_TIMEOUT_SECONDS = 1.5


def register(app: AsyncApp, submit: Submit) -> None:
    """Listen to every recipe's shortcut. `submit` has committed when it returns; only then is the
    shortcut acknowledged, and where it raises Slack tells the person that it did not work."""

    async def on_shortcut(
        body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck, respond: AsyncRespond
    ) -> None:
        match parse_shortcut(body, bot_user_id=context.bot_user_id or ""):
            case IncomingMessage() as message:
                await submit(message)
                await ack()
                await _confirm(respond, body)
            case Ignored(why):
                log.info("ignored", reason=why.replace(" ", "_"))
                await ack()

    async def ignore(ack: AsyncAck) -> None:
        log.info("ignored", reason="no_such_shortcut")
        await ack()

    for name in RECIPES:
        app.shortcut({"type": "message_action", "callback_id": name})(on_shortcut)
    # One that an older manifest still names.
    app.shortcut(re.compile(".*", re.DOTALL))(ignore)


async def _confirm(respond: AsyncRespond, body: Mapping[str, Any]) -> None:
    """Say to the person alone where the answer comes: the menu was perhaps not in its thread.

    Where Easel is in no position to answer, this is all that they hear.
    """
    if not body.get("response_url"):
        return
    try:
        async with asyncio.timeout(_CONFIRM_TIMEOUT_SECONDS):
            await respond(text=ACCEPTED_MESSAGE, response_type="ephemeral", replace_original=False)
    except (TimeoutError, OSError, ValueError, aiohttp.ClientError, SlackClientError) as error:
        log.info("not_told", error=type(error).__name__)
