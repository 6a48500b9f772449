"""Makes the calls of “Ask Easel…”: who is where, and the message that a question begins with.

All of them together stay within the three seconds in which Slack wants an acknowledgement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from weakref import WeakValueDictionary

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.conversation import Person, Thread
from bot.domain.errors import ContentRefused, EaselError, SlackError, TransientError
from bot.domain.ports import Directory
from bot.domain.safe_text import SafeText
from handlers.identifiers import ASK_EVENT_TYPE
from handlers.parsing.fields import read_mapping, read_mappings, read_text
from handlers.web_api.client import SlackCalls
from handlers.web_api.errors import build_allowance_error
from handlers.web_api.message_forms import format_plain_text
from handlers.web_api.rate_limits import RateLimiter

LOOK_SECONDS, POST_SECONDS = 0.8, 1.2
# What a process that has ended may have posted is looked for when no one waits for it.
_LATER_SECONDS = 3.0
_PAGE_SIZE, _MAX_PAGES = 999, 2
_HISTORY_SIZE, _MAX_HISTORY_PAGES = 200, 20
_MAX_REMEMBERED = 1_000
_NO_SCOPE_CODES = ("missing_scope", "not_allowed_token_type")


class AskCalls:
    """Implements `handlers.services.AskPlaces`. `client` repeats nothing."""

    def __init__(
        self,
        client: AsyncWebClient,
        rate_limiter: RateLimiter,
        calls: SlackCalls,
        directory: Directory,
    ) -> None:
        self._client = client
        self._rate_limiter = rate_limiter
        self._calls = calls
        self._directory = directory
        # One form that is sent twice at once is posted once.
        self._locks = WeakValueDictionary[str, asyncio.Lock]()
        # The direct messages of persons, where the app may not ask for them.
        self._directs: dict[str, str] = {}

    async def is_member(self, person: Person, channel: str) -> bool | None:
        method, cursor = "users.conversations", ""
        try:
            for _ in range(_MAX_PAGES):
                self._take_place(method)
                async with self._calls.call(method, timeout_seconds=LOOK_SECONDS):
                    page = await self._client.users_conversations(
                        user=person.id,
                        types="public_channel,private_channel",
                        exclude_archived=True,
                        limit=_PAGE_SIZE,
                        cursor=cursor or None,
                    )
                found = read_mappings(page.get("channels"))
                if any(read_text(one.get("id")) == channel for one in found):
                    return True
                cursor = read_text(
                    read_mapping(_get_data(page), "response_metadata").get("next_cursor")
                )
                if not cursor:
                    return False
        except SlackError as error:
            if error.code not in _NO_SCOPE_CODES:
                raise
        return None

    async def find_direct(self, person: Person) -> str:
        method = "conversations.open"
        try:
            self._take_place(method)
            async with self._calls.call(method, timeout_seconds=LOOK_SECONDS):
                response = await self._client.conversations_open(users=person.id)
        except SlackError as error:
            if error.code not in _NO_SCOPE_CODES:
                raise
            return person.id  # Slack takes that for their direct messages with the app
        return read_text(read_mapping(_get_data(response), "channel").get("id")) or person.id

    async def fetch_name(self, person: Person, channel: str) -> str:
        names = await self._directory.fetch_names(person.team, [person.id], channel=channel)
        return names.get(person.id, "")

    async def post_once(
        self, team: str, channel: str, text: SafeText, ask_id: str, *, since: str
    ) -> Thread:
        lock = self._locks.setdefault(ask_id, asyncio.Lock())
        async with lock:
            # An attempt whose answer was lost, or that a process did not outlive, has posted it.
            known = self._directs.get(channel, channel)
            is_known = _is_channel(known)
            if is_known and (ts := await self._find_post(known, ask_id, since, LOOK_SECONDS)):
                return Thread(team, known, ts)
            thread = await self._post(team, channel, text, ask_id)
            self._remember(channel, thread.channel)
            return thread

    async def find_thread(
        self, team: str, channel: str, ask_id: str, *, since: str
    ) -> Thread | None:
        known = self._directs.get(channel, channel)
        if not _is_channel(known):
            # It is known as soon as something is posted there.
            raise TransientError("conversations.history: channel not known")
        ts = await self._find_post(known, ask_id, since, _LATER_SECONDS)
        return Thread(team, known, ts) if ts else None

    async def _find_post(self, channel: str, ask_id: str, since: str, seconds: float) -> str:
        """Return the ts of what was posted after `since`, "" if it is not there.

        All pages together take `seconds` at most. Raises `EaselError`.
        """
        method, latest = "conversations.history", ""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        for _ in range(_MAX_HISTORY_PAGES):
            self._take_place(method)
            async with self._calls.call(method, timeout_seconds=max(end - loop.time(), 0.0)):
                page = await self._client.conversations_history(
                    channel=channel,
                    oldest=since,
                    latest=latest or None,
                    limit=_HISTORY_SIZE,
                    include_all_metadata=True,
                )
            messages = read_mappings(page.get("messages"))
            for message in messages:
                if _is_of_ask(message, ask_id):
                    return read_text(message.get("ts"))
            latest = read_text(messages[-1].get("ts")) if messages else ""
            if not latest or page.get("has_more") is not True:
                break
        return ""

    def _remember(self, channel: str, posted: str) -> None:
        if channel != posted:
            self._directs[channel] = posted
            if len(self._directs) > _MAX_REMEMBERED:
                del self._directs[next(iter(self._directs))]

    async def _post(self, team: str, channel: str, text: SafeText, ask_id: str) -> Thread:
        metadata = {"event_type": ASK_EVENT_TYPE, "event_payload": {"ask": ask_id}}
        forms = ({"markdown_text": text}, {"text": format_plain_text(text)})
        refusal: EaselError | None = None
        for form in forms:
            self._take_place("chat.postMessage")
            try:
                async with self._calls.call("chat.postMessage", timeout_seconds=POST_SECONDS):
                    response = await self._client.chat_postMessage(
                        channel=channel,
                        metadata=metadata,
                        unfurl_links=False,
                        unfurl_media=False,
                        unfurl_app_links=False,
                        **form,
                    )
            except ContentRefused as error:
                refusal = error
                continue
            posted = read_text(response.get("channel")) or channel
            return Thread(team, posted, read_text(response.get("ts")))
        raise refusal or AssertionError("a form is taken, or refused")

    def _take_place(self, method: str) -> None:
        if not self._rate_limiter.try_acquire(method):
            raise build_allowance_error(method)


def _is_channel(name: str) -> bool:
    """Whether `name` is a channel's own, not that of a person."""
    return name.startswith(("C", "G", "D"))


def _is_of_ask(message: Mapping[str, Any], ask_id: str) -> bool:
    metadata = read_mapping(message, "metadata")
    is_ask = metadata.get("event_type") == ASK_EVENT_TYPE
    return is_ask and read_mapping(metadata, "event_payload").get("ask") == ask_id


def _get_data(response: AsyncSlackResponse) -> Mapping[str, Any]:
    return response.data if isinstance(response.data, Mapping) else {}
