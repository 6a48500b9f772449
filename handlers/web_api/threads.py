"""Reads threads that Easel has not followed, and messages that people link to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.conversation import Speaker, Thread, Turn
from bot.domain.errors import EaselError
from bot.domain.files import FileRef
from handlers.parsing.messages import decode_slack_text, parse_files
from handlers.web_api.client import SlackCalls, retry_unavailable

log = structlog.get_logger(__name__)

_PAGE_SIZE = 200
_MAX_PAGES = 10
_MAX_LINKS = 3
# Permalinks, as Slack makes them when people copy a link to a message or a file.
_MESSAGE_LINK_PATTERN = re.compile(
    r"https://[\w.-]+/archives/([A-Z0-9]{3,})/p(\d{10})(\d{6})(?:\?thread_ts=(\d{1,12}\.\d{1,9}))?"
)
_FILE_LINK_PATTERN = re.compile(r"https?://[\w.:-]+/files/[A-Z0-9]{3,}/(F[A-Z0-9]{2,})")


class SlackThreads:
    """Implements `bot.domain.ports.Threads`. Reads at most some 2,000 messages."""

    def __init__(self, client: AsyncWebClient, calls: SlackCalls, *, bot_user_id: str) -> None:
        self._client = client
        self._calls = calls
        self._bot_user_id = bot_user_id

    async def fetch_earlier(self, thread: Thread, before: str) -> list[Turn]:
        turns: list[Turn] = []
        cursor: str | None = None
        for _ in range(_MAX_PAGES):
            answer = await self._fetch_page(thread, before, cursor)
            found = (parse_turn(raw, self._bot_user_id) for raw in answer.get("messages") or [])
            turns += [turn for turn in found if turn is not None and turn.ts < before]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return turns

    async def resolve_links(
        self, thread: Thread, links: Sequence[str]
    ) -> tuple[set[str], list[FileRef]]:
        text = "\n".join(links)
        ids, found = set(_FILE_LINK_PATTERN.findall(text)), list[FileRef]()
        for channel, seconds, micros, root in _MESSAGE_LINK_PATTERN.findall(text)[:_MAX_LINKS]:
            # What is said in other channels is nothing for this one.
            if channel == thread.channel:
                found += await self._fetch_files_at(channel, f"{seconds}.{micros}", root)
        return ids | {ref.id for ref in found}, found

    async def _fetch_files_at(self, channel: str, ts: str, root: str) -> list[FileRef]:
        try:
            async with self._calls.call("conversations.replies"):
                answer = await self._client.conversations_replies(
                    channel=channel, ts=root or ts, oldest=ts, latest=ts, inclusive=True, limit=2
                )
        except EaselError as error:
            log.info("link_not_followed", error=type(error).__name__)
            return []
        found = [raw for raw in answer.get("messages") or [] if isinstance(raw, Mapping)]
        exact = (raw for raw in found if raw.get("ts") == ts)
        return [ref for raw in exact for ref in parse_files(raw.get("files"))]

    @retry_unavailable
    async def _fetch_page(
        self, thread: Thread, before: str, cursor: str | None
    ) -> AsyncSlackResponse:
        async with self._calls.call("conversations.replies"):
            return await self._client.conversations_replies(
                channel=thread.channel,
                ts=thread.root,
                latest=before,
                limit=_PAGE_SIZE,
                cursor=cursor,
            )


def parse_turn(raw: object, bot_user_id: str) -> Turn | None:
    """One message of `conversations.replies` as a turn; None for joins and their like."""
    if not isinstance(raw, Mapping):
        return None
    ts, text = raw.get("ts"), raw.get("text")
    if not isinstance(ts, str) or not isinstance(text, str):
        return None
    if raw.get("subtype") not in (None, "file_share", "thread_broadcast", "bot_message"):
        return None
    user = str(raw.get("user") or raw.get("bot_id") or "")
    speaker = Speaker.EASEL if user == bot_user_id else Speaker.PERSON
    files = parse_files(raw.get("files"))
    if not text.strip() and not files:
        return None
    return Turn(speaker, ts, decode_slack_text(text, bot_user_id), user, files)
