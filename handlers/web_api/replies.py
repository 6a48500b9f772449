"""Reads `conversations.replies`: its pages, or one message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.conversation import Thread
from handlers.parsing.fields import read_mappings
from handlers.web_api.client import CALL_TIMEOUT_SECONDS, SlackCalls

# Up to 2,000 messages of a thread.
REPLIES_PAGE_SIZE = 200
_MAX_PAGES = 10

FetchPage = Callable[[str | None], Awaitable[AsyncSlackResponse]]


async def collect_replies(fetch_page: FetchPage) -> list[Mapping[str, Any]]:
    """Return the messages of up to `_MAX_PAGES` pages; `fetch_page` takes the page's cursor."""
    messages: list[Mapping[str, Any]] = []
    cursor: str | None = None
    for _ in range(_MAX_PAGES):
        page = await fetch_page(cursor)
        messages += read_mappings(page.get("messages"))
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    return messages


async def fetch_message(
    client: AsyncWebClient,
    calls: SlackCalls,
    thread: Thread,
    ts: str,
    *,
    timeout_seconds: float = CALL_TIMEOUT_SECONDS,
) -> Mapping[str, Any] | None:
    """Return the message at `ts` of `thread`, None if Slack shows none.

    Raises what `SlackCalls.call` raises.
    """
    async with calls.call("conversations.replies", timeout_seconds=timeout_seconds):
        response = await client.conversations_replies(
            channel=thread.channel,
            ts=thread.root,
            oldest=ts,
            latest=ts,
            inclusive=True,
            limit=2,
        )
    # Slack returns the thread's first message as well.
    found = (raw for raw in read_mappings(response.get("messages")) if raw.get("ts") == ts)
    return next(found, None)
