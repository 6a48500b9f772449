"""Messages of Easel's in Slack: status, streams, posts, edits. Decides no wording and no pace."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Person, Thread
from bot.domain.errors import SlackError
from bot.domain.posts import OwnPost, PostMetadata
from handlers.web_api.blocks import (
    build_blocks,
    build_button_blocks,
    build_metadata,
    build_notification_text,
    build_picture_blocks,
    has_table,
    read_question_id,
)
from handlers.web_api.client import SlackCalls, retry_unavailable
from handlers.web_api.rate_limits import RateLimiter

_PAGE_SIZE = 200
_MAX_PAGES = 10
_DELETED_CODES = ("message_not_found", "cant_delete_message")


class SlackChat:
    """Implements `bot.domain.ports.Chat`.

    What is harmless to repeat is repeated by `client`; `once` is a client that never repeats a
    call whose answer was lost.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        no_retry_client: AsyncWebClient,
        rate_limiter: RateLimiter,
        calls: SlackCalls,
        *,
        bot_user_id: str,
    ) -> None:
        self._client = client
        self._no_retry_client = no_retry_client
        self._bot_user_id = bot_user_id
        self._rate_limiter = rate_limiter
        self._calls = calls

    def try_acquire_stream(self) -> bool:
        return self._rate_limiter.try_acquire("chat.startStream", "chat.stopStream")

    def try_acquire_append(self) -> bool:
        return self._rate_limiter.try_acquire("chat.appendStream")

    def try_acquire_update(self) -> bool:
        return self._rate_limiter.try_acquire("chat.update")

    async def set_status(self, thread: Thread, status: str) -> None:
        method = "assistant.threads.setStatus"
        if not self._rate_limiter.try_acquire(method):
            return
        async with self._calls.call(method):
            await self._client.assistant_threads_setStatus(
                channel_id=thread.channel, thread_ts=thread.root, status=status
            )

    async def start_stream(self, thread: Thread, asker: Person, text: str) -> str:
        async with self._calls.call("chat.startStream"):
            answer = await self._no_retry_client.chat_startStream(
                channel=thread.channel,
                thread_ts=thread.root,
                recipient_user_id=asker.id,
                recipient_team_id=asker.team,
                markdown_text=text,
            )
        return str(answer["ts"])

    async def append_stream(self, thread: Thread, ts: str, text: str) -> None:
        async with self._calls.call("chat.appendStream"):
            await self._no_retry_client.chat_appendStream(
                channel=thread.channel, ts=ts, markdown_text=text
            )

    async def stop_stream(self, thread: Thread, ts: str, text: str, metadata: PostMetadata) -> None:
        async with self._calls.call("chat.stopStream"):
            await self._no_retry_client.chat_stopStream(
                channel=thread.channel,
                ts=ts,
                markdown_text=text or None,
                blocks=build_button_blocks(metadata) or None,
                metadata=build_metadata(metadata),
            )

    async def post(self, thread: Thread, text: str, metadata: PostMetadata) -> str:
        content: dict[str, Any] = {"markdown_text": text}
        if metadata.button or has_table(text):
            content = {
                "text": build_notification_text(text),
                "blocks": build_blocks(text, metadata),
            }
        return await self._post(thread, content, metadata)

    async def post_picture(
        self, thread: Thread, file_id: str, alt: str, metadata: PostMetadata
    ) -> str:
        content = {"text": alt, "blocks": build_picture_blocks(file_id, alt)}
        return await self._post(thread, content, metadata)

    async def replace_picture(
        self, thread: Thread, ts: str, file_id: str, alt: str, metadata: PostMetadata
    ) -> None:
        if not self._rate_limiter.try_acquire("chat.update"):
            return
        async with self._calls.call("chat.update"):
            await self._client.chat_update(
                channel=thread.channel,
                ts=ts,
                text=alt,
                blocks=build_picture_blocks(file_id, alt),
                metadata=build_metadata(metadata),
            )

    async def _post(self, thread: Thread, content: dict[str, Any], metadata: PostMetadata) -> str:
        await asyncio.sleep(self._rate_limiter.reserve("chat.postMessage", thread.channel))
        async with self._calls.call("chat.postMessage"):
            answer = await self._no_retry_client.chat_postMessage(
                channel=thread.channel,
                thread_ts=thread.root,
                metadata=build_metadata(metadata),
                # An unfurl fetches the address: text made by a model must not cause that.
                unfurl_links=False,
                unfurl_media=False,
                unfurl_app_links=False,
                **content,
            )
        return str(answer["ts"])

    @retry_unavailable
    async def update(self, thread: Thread, ts: str, text: str, metadata: PostMetadata) -> None:
        # Blocks always, because a button that the message had goes only when blocks replace it.
        async with self._calls.call("chat.update"):
            await self._client.chat_update(
                channel=thread.channel,
                ts=ts,
                text=build_notification_text(text),
                blocks=build_blocks(text, metadata),
                metadata=build_metadata(metadata),
            )

    @retry_unavailable
    async def delete(self, thread: Thread, ts: str) -> None:
        try:
            async with self._calls.call("chat.delete"):
                await self._client.chat_delete(channel=thread.channel, ts=ts)
        except SlackError as error:
            if error.code not in _DELETED_CODES:
                raise

    @retry_unavailable
    async def list_own_messages(self, thread: Thread, after: str) -> list[OwnPost]:
        found: list[OwnPost] = []
        cursor: str | None = None
        for _ in range(_MAX_PAGES):
            # After a crash many threads are looked at, and Slack allows few looks a minute.
            await asyncio.sleep(self._rate_limiter.reserve("conversations.replies"))
            async with self._calls.call("conversations.replies"):
                answer = await self._client.conversations_replies(
                    channel=thread.channel,
                    ts=thread.root,
                    oldest=after,
                    limit=_PAGE_SIZE,
                    cursor=cursor,
                    include_all_metadata=True,
                )
            messages = answer.get("messages") or []
            found += [
                own for raw in messages if (own := self._parse_own_post(raw, after)) is not None
            ]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return sorted(found, key=lambda own: own.ts)

    def _parse_own_post(self, raw: object, after: str) -> OwnPost | None:
        if not isinstance(raw, Mapping) or raw.get("user") != self._bot_user_id or raw.get("files"):
            return None
        ts = raw.get("ts")
        return OwnPost(ts, read_question_id(raw)) if isinstance(ts, str) and ts > after else None
