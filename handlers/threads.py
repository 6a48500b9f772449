"""Reads a thread that Easel has not followed, through `conversations.replies`."""

from __future__ import annotations

from collections.abc import Mapping

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.types import Speaker, Thread, Turn
from handlers.events import parse_files, plain
from handlers.slack_calls import SlackCalls
from handlers.slack_retries import persistently

_PAGE = 200
_MOST_PAGES = 10


class SlackThreads:
    """Implements `bot.ports.Threads`. Reads at most some 2,000 messages."""

    def __init__(self, client: AsyncWebClient, calls: SlackCalls, *, bot_user: str) -> None:
        self._client = client
        self._calls = calls
        self._bot_user = bot_user

    async def earlier(self, thread: Thread, before: str) -> list[Turn]:
        turns: list[Turn] = []
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            answer = await self._page(thread, before, cursor)
            found = (read_turn(raw, self._bot_user) for raw in answer.get("messages") or [])
            turns += [turn for turn in found if turn is not None and turn.ts < before]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return turns

    @persistently
    async def _page(self, thread: Thread, before: str, cursor: str | None) -> AsyncSlackResponse:
        async with self._calls.call("conversations.replies"):
            return await self._client.conversations_replies(
                channel=thread.channel,
                ts=thread.root,
                latest=before,
                limit=_PAGE,
                cursor=cursor,
            )


def read_turn(raw: object, bot_user: str) -> Turn | None:
    """One message of `conversations.replies` as a turn; None for joins and their like."""
    if not isinstance(raw, Mapping):
        return None
    ts, text = raw.get("ts"), raw.get("text")
    if not isinstance(ts, str) or not isinstance(text, str):
        return None
    if raw.get("subtype") not in (None, "file_share", "thread_broadcast", "bot_message"):
        return None
    user = str(raw.get("user") or raw.get("bot_id") or "")
    speaker = Speaker.EASEL if user == bot_user else Speaker.PERSON
    files = parse_files(raw.get("files"))
    if not text.strip() and not files:
        return None
    return Turn(speaker, ts, plain(text, bot_user), user, files)
