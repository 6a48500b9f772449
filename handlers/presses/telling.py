"""Tells the person who pressed what came of it, alone. Never raises.

Slack takes at most five answers to a press (docs.slack.dev, "Handling user interaction").
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncRespond
from slack_sdk.errors import SlackClientError

from bot.delivery.escaper import escape_text
from bot.delivery.markdown import MAX_MESSAGE_BYTES, split_text
from bot.domain.messages import Message, render
from bot.domain.safe_text import NO_TEXT
from handlers.presses.press import PressReply
from handlers.web_api.blocks import build_markdown_blocks, build_notification_text

log = structlog.get_logger(__name__)

MAX_PARTS = 3
CUT_MESSAGE = Message("_The rest is too long to be shown here._")
# Slack shows the person an error if the acknowledgement takes three seconds: this comes after it.
_TELL_TIMEOUT_SECONDS = 10.0


async def tell_presser(respond: AsyncRespond, reply: PressReply, language: str) -> None:
    """Show what `reply` says, in `language`, to the person who pressed."""
    if not respond.response_url or reply.told is None:
        return
    try:
        async with asyncio.timeout(_TELL_TIMEOUT_SECONDS):
            for form in _build_forms(reply, reply.told, language):
                await respond(
                    **form,
                    response_type="ephemeral",
                    replace_original=False,
                    unfurl_links=False,
                    unfurl_media=False,
                )
    except (
        TimeoutError, OSError, TypeError, ValueError, aiohttp.ClientError, SlackClientError
    ) as error:  # fmt: skip
        log.info("not_told", error=type(error).__name__)


def _build_forms(reply: PressReply, told: Message, language: str) -> Iterator[dict[str, Any]]:
    """Yield the messages: a sentence, then the words of an answer as Slack shows an answer."""
    yield {"text": escape_text(render(told, language))}
    if not reply.words:
        return
    words = escape_text(render(reply.words, language))
    parts = list(split_text(words, opening_fence=NO_TEXT, max_bytes=MAX_MESSAGE_BYTES))
    shown = [escape_text(str(part)) for part in parts[:MAX_PARTS] if part.body.strip()]
    for text in shown:
        # A response takes no `markdown_text`.
        yield {"text": build_notification_text(text), "blocks": build_markdown_blocks(text)}
    if len(parts) > MAX_PARTS:
        yield {"text": escape_text(render(CUT_MESSAGE, language))}
