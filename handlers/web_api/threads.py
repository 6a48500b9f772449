"""Reads threads that Easel has not followed, and the files of messages that people link to."""

from __future__ import annotations

import re
from collections.abc import Sequence

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.conversation import Thread, Turn
from bot.domain.errors import EaselError
from bot.domain.files import FileRef
from handlers.parsing.fields import read_mappings
from handlers.parsing.files import parse_files
from handlers.parsing.thread_messages import parse_turn
from handlers.web_api.client import SlackCalls, retry_unavailable
from handlers.web_api.replies import REPLIES_PAGE_SIZE, collect_replies

log = structlog.get_logger(__name__)

_MAX_LINKS = 3
# Permalinks, in the form that Slack gives to a copied link of a message or a file.
_MESSAGE_LINK_PATTERN = re.compile(
    r"https://[\w.-]+/archives/([A-Z0-9]{3,})/p(\d{10})(\d{6})(?:\?thread_ts=(\d{1,12}\.\d{1,9}))?"
)
_FILE_LINK_PATTERN = re.compile(r"https?://[\w.:-]+/files/[A-Z0-9]{3,}/(F[A-Z0-9]{2,})")


class SlackThreads:
    """Implements `bot.domain.ports.Threads`. Reads at most 2,000 messages of a thread."""

    def __init__(self, client: AsyncWebClient, calls: SlackCalls, *, bot_user_id: str) -> None:
        self._client = client
        self._calls = calls
        self._bot_user_id = bot_user_id

    async def fetch_earlier(self, thread: Thread, before: str) -> list[Turn]:
        @retry_unavailable
        async def fetch_page(cursor: str | None) -> AsyncSlackResponse:
            async with self._calls.call("conversations.replies"):
                return await self._client.conversations_replies(
                    channel=thread.channel,
                    ts=thread.root,
                    latest=before,
                    limit=REPLIES_PAGE_SIZE,
                    cursor=cursor,
                )

        turns = (parse_turn(raw, self._bot_user_id) for raw in await collect_replies(fetch_page))
        return [turn for turn in turns if turn is not None and turn.ts < before]

    async def resolve_links(
        self, thread: Thread, links: Sequence[str]
    ) -> tuple[set[str], list[FileRef]]:
        text = "\n".join(links)
        ids, refs = set(_FILE_LINK_PATTERN.findall(text)), list[FileRef]()
        for channel, seconds, micros, root in _MESSAGE_LINK_PATTERN.findall(text)[:_MAX_LINKS]:
            # Messages of other channels may be hidden from the people in this one.
            if channel == thread.channel:
                refs += await self._fetch_files_at(channel, f"{seconds}.{micros}", root)
        return ids | {ref.id for ref in refs}, refs

    async def _fetch_files_at(self, channel: str, ts: str, root: str) -> list[FileRef]:
        """Return the files of one message; none if Slack does not show the message."""
        try:
            async with self._calls.call("conversations.replies"):
                response = await self._client.conversations_replies(
                    channel=channel, ts=root or ts, oldest=ts, latest=ts, inclusive=True, limit=2
                )
        except EaselError as error:
            log.info("link_not_followed", error=type(error).__name__)
            return []
        # Slack returns the thread's first message as well.
        linked = (raw for raw in read_mappings(response.get("messages")) if raw.get("ts") == ts)
        return [ref for raw in linked for ref in parse_files(raw.get("files"))]
