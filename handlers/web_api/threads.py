"""Reads threads that Easel has not followed, and the messages that people link to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.conversation import ResolvedLinks, Thread, Turn
from bot.domain.errors import EaselError
from bot.domain.messages import Message
from handlers.parsing.links import MessageLink, find_file_ids, find_message_links
from handlers.parsing.thread_messages import format_linked_message, parse_turn
from handlers.web_api.client import SlackCalls, retry_unavailable
from handlers.web_api.replies import REPLIES_PAGE_SIZE, collect_replies, fetch_message

log = structlog.get_logger(__name__)

_MAX_LINKS = 3
OTHER_CHANNEL_MESSAGE = (
    "_I do not follow the link to a message of another channel: not everyone here may be allowed to"
    " read it. Forward the message here, or paste what matters._"
)
OTHER_CHANNELS_MESSAGE = (
    "_I do not follow the {count} links to messages of other channels: not everyone here may be"
    " allowed to read them. Forward the messages here, or paste what matters._"
)
NOT_SHOWN_MESSAGE = (
    "_Slack did not show me the linked message: it may be deleted, or too old for this workspace._"
)
SEVERAL_NOT_SHOWN_MESSAGE = (
    "_Slack did not show me {count} of the linked messages: they may be deleted, or too old for"
    " this workspace._"
)
TOO_MANY_LINKS_MESSAGE = "_Of the {count} linked messages I read the first {limit}._"


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

        turns = list[Turn]()
        for raw in await collect_replies(fetch_page):
            turn = parse_turn(raw, self._bot_user_id, thread.channel)
            if turn is not None and turn.ts < before:
                turns.append(turn)
            await asyncio.sleep(0)  # one may take long
        return turns

    async def resolve_links(self, thread: Thread, links: Sequence[str]) -> ResolvedLinks:
        found = find_message_links(links)
        # Messages of other channels may be hidden from the people in this one.
        here = [link for link in found if link.channel == thread.channel]
        read = await asyncio.gather(*(self._fetch_message(one) for one in here[:_MAX_LINKS]))
        turns = [turn for turn in read if turn is not None]
        return ResolvedLinks(
            find_file_ids(links),
            tuple(ref for turn in turns for ref in turn.files),
            tuple(format_linked_message(turn) for turn in turns),
            _list_link_notes(len(found) - len(here), len(here), len(turns)),
        )

    async def _fetch_message(self, link: MessageLink) -> Turn | None:
        """Return the message that a link leads to; None if Slack does not show it."""
        try:
            thread = Thread("", link.channel, link.root or link.ts)
            raw = await fetch_message(self._client, self._calls, thread, link.ts)
        except EaselError as error:
            log.info("link_not_followed", error=type(error).__name__)
            return None
        return None if raw is None else parse_turn(raw, self._bot_user_id, link.channel)


def _list_link_notes(elsewhere: int, here: int, read: int) -> tuple[Message, ...]:
    """List the sentences about links that were not followed, given how many there were."""
    notes = []
    if elsewhere:
        notes.append(Message(OTHER_CHANNEL_MESSAGE, plural=OTHER_CHANNELS_MESSAGE, count=elsewhere))
    if here > _MAX_LINKS:
        notes.append(Message(TOO_MANY_LINKS_MESSAGE, count=here, limit=_MAX_LINKS))
    missing = min(here, _MAX_LINKS) - read
    if missing:
        notes.append(Message(NOT_SHOWN_MESSAGE, plural=SEVERAL_NOT_SHOWN_MESSAGE, count=missing))
    return tuple(notes)
