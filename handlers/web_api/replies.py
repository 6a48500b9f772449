"""Reads the pages of `conversations.replies`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.parsing.fields import read_mappings

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
