"""Posts, streams, edits and deletes Easel's messages and sets its status in a thread.

See `bot.delivery` for the wording and the pace.
"""

from __future__ import annotations

import asyncio
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.conversation import Person, Thread
from bot.domain.errors import SlackError
from bot.domain.posts import OwnPost, PostMetadata
from handlers.parsing.thread_messages import parse_own_post
from handlers.web_api.blocks import (
    build_blocks,
    build_button_blocks,
    build_metadata,
    build_notification_text,
    build_picture_blocks,
    has_table,
)
from handlers.web_api.client import SlackCalls, retry_unavailable
from handlers.web_api.rate_limits import RateLimiter
from handlers.web_api.replies import REPLIES_PAGE_SIZE, collect_replies

_DELETED_CODES = ("message_not_found", "cant_delete_message")


class SlackChat:
    """Implements `bot.domain.ports.Chat`.

    `client` repeats calls whose repetition is harmless; `no_retry_client` never repeats a call
    after a lost response.
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
            response = await self._no_retry_client.chat_startStream(
                channel=thread.channel,
                thread_ts=thread.root,
                recipient_user_id=asker.id,
                recipient_team_id=asker.team,
                markdown_text=text,
            )
        return str(response["ts"])

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
        if metadata.buttons or has_table(text):
            content = {
                "text": build_notification_text(text),
                "blocks": build_blocks(text, metadata),
            }
        return await self._post(thread, content, metadata)

    async def post_picture(
        self, thread: Thread, file_id: str, alt_text: str, metadata: PostMetadata
    ) -> str:
        content = {"text": alt_text, "blocks": build_picture_blocks(file_id, alt_text)}
        return await self._post(thread, content, metadata)

    async def replace_picture(
        self, thread: Thread, ts: str, file_id: str, alt_text: str, metadata: PostMetadata
    ) -> None:
        if not self._rate_limiter.try_acquire("chat.update"):
            return
        async with self._calls.call("chat.update"):
            await self._client.chat_update(
                channel=thread.channel,
                ts=ts,
                text=alt_text,
                blocks=build_picture_blocks(file_id, alt_text),
                metadata=build_metadata(metadata),
            )

    async def _post(self, thread: Thread, content: dict[str, Any], metadata: PostMetadata) -> str:
        await asyncio.sleep(self._rate_limiter.reserve("chat.postMessage", thread.channel))
        async with self._calls.call("chat.postMessage"):
            response = await self._no_retry_client.chat_postMessage(
                channel=thread.channel,
                thread_ts=thread.root,
                metadata=build_metadata(metadata),
                # An unfurl fetches the address, and text from a model must not cause that.
                unfurl_links=False,
                unfurl_media=False,
                unfurl_app_links=False,
                **content,
            )
        return str(response["ts"])

    @retry_unavailable
    async def update(self, thread: Thread, ts: str, text: str, metadata: PostMetadata) -> None:
        # Always with blocks: only new blocks remove the old button.
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
        async def fetch_page(cursor: str | None) -> AsyncSlackResponse:
            # After a crash many threads are read, and Slack allows few of these calls a minute.
            await asyncio.sleep(self._rate_limiter.reserve("conversations.replies"))
            async with self._calls.call("conversations.replies"):
                return await self._client.conversations_replies(
                    channel=thread.channel,
                    ts=thread.root,
                    oldest=after,
                    limit=REPLIES_PAGE_SIZE,
                    cursor=cursor,
                    include_all_metadata=True,
                )

        messages = await collect_replies(fetch_page)
        posts = (parse_own_post(raw, self._bot_user_id) for raw in messages)
        newer = (post for post in posts if post is not None and post.ts > after)
        return sorted(newer, key=lambda post: post.ts)
