"""Posts, streams, edits and deletes Easel's messages and sets its status in a thread.

See `bot.delivery` for the wording and the pace.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.conversation import Person, Thread
from bot.domain.errors import (
    ContentRefused,
    SlackError,
    StreamEnded,
    StreamRefused,
    TransientError,
)
from bot.domain.posts import OwnPost, PostMetadata
from bot.domain.safe_text import SafeText
from handlers.parsing.thread_messages import parse_own_post
from handlers.web_api.blocks import build_blocks, build_metadata, build_picture_blocks
from handlers.web_api.client import (
    CALL_TIMEOUT_SECONDS,
    SlackCalls,
    retry_unavailable,
    wait_out_limits,
)
from handlers.web_api.errors import build_allowance_error, build_limit_error
from handlers.web_api.limits.turns import wait_for_turn
from handlers.web_api.message_forms import (
    Form,
    build_post_forms,
    build_stop_forms,
    build_update_forms,
    send_first_accepted,
)
from handlers.web_api.rate_limits import RateLimiter
from handlers.web_api.replies import REPLIES_PAGE_SIZE, collect_replies

# A status or a sign is worth no longer wait: the answer itself waits behind it.
_SIGN_TIMEOUT_SECONDS = 3.0
# Messages are found by no other method, so that one is worth a wait.
_MAX_SEARCH_WAIT_SECONDS = 60.0
_DELETED_CODES = ("message_not_found", "cant_delete_message")


class SlackChat:
    """Implements `bot.domain.ports.Chat`.

    `client` repeats calls whose repetition is harmless; `no_retry_client` never repeats a call
    after a lost response. Neither waits out a 429: what follows from it is decided here, and where
    another method can do the work the wait is at most `MAX_LIMIT_WAIT_SECONDS`.
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

    def try_acquire_removal(self) -> bool:
        return self._rate_limiter.try_acquire("chat.delete")

    async def set_status(self, thread: Thread, status: SafeText) -> None:
        method = "assistant.threads.setStatus"
        if not self._rate_limiter.try_acquire(method):
            raise build_allowance_error(method)
        async with self._call(method, timeout_seconds=_SIGN_TIMEOUT_SECONDS):
            await self._client.assistant_threads_setStatus(
                channel_id=thread.channel, thread_ts=thread.root, status=status
            )

    async def post_ephemeral(
        self,
        thread: Thread,
        person: Person,
        text: SafeText,
        ts: str,
        metadata: PostMetadata | None = None,
    ) -> None:
        method = "chat.postEphemeral"
        if not self._rate_limiter.try_acquire(method):
            raise build_allowance_error(method)
        async with self._call(method, thread.channel, timeout_seconds=_SIGN_TIMEOUT_SECONDS):
            await self._client.chat_postEphemeral(
                channel=thread.channel,
                user=person.id,
                text=text,
                # Slack shows none in a thread without replies (docs.slack.dev, the method's page).
                thread_ts=None if ts == thread.root else thread.root,
                blocks=None if metadata is None else build_blocks(text, metadata),
            )

    async def start_stream(self, thread: Thread, asker: Person, text: SafeText) -> str:
        if not asker.id.startswith(("U", "W")):
            # Slack streams to a person only. A workflow asks in no person's name.
            raise StreamRefused("no_person", "chat.startStream")
        async with self._call("chat.startStream"):
            response = await self._no_retry_client.chat_startStream(
                channel=thread.channel,
                thread_ts=thread.root,
                recipient_user_id=asker.id,
                recipient_team_id=asker.team,
                markdown_text=text,
            )
        return str(response["ts"])

    async def append_stream(self, thread: Thread, ts: str, text: SafeText) -> None:
        async with self._call("chat.appendStream"):
            await self._no_retry_client.chat_appendStream(
                channel=thread.channel, ts=ts, markdown_text=text
            )

    async def stop_stream(
        self, thread: Thread, ts: str, text: SafeText, metadata: PostMetadata
    ) -> None:
        @wait_out_limits()
        async def send(form: Form) -> None:
            async with self._call("chat.stopStream"):
                await self._no_retry_client.chat_stopStream(channel=thread.channel, ts=ts, **form)

        try:
            await send_first_accepted(build_stop_forms(text, metadata), metadata, send)
        except ContentRefused as error:
            raise StreamEnded(error.code, error.method) from error

    async def post(
        self, thread: Thread, text: SafeText, metadata: PostMetadata, *, can_wait: bool = True
    ) -> str:
        async def send(form: Form) -> str:
            return await self._post(thread, form, can_wait=can_wait)

        return await send_first_accepted(build_post_forms(text, metadata), metadata, send)

    async def post_picture(
        self, thread: Thread, file_id: str, alt_text: SafeText, metadata: PostMetadata
    ) -> str:
        blocks, marks = build_picture_blocks(file_id, alt_text), build_metadata(metadata)
        return await self._post(thread, {"text": alt_text, "blocks": blocks, "metadata": marks})

    async def replace_picture(
        self, thread: Thread, ts: str, file_id: str, alt_text: SafeText, metadata: PostMetadata
    ) -> None:
        if not self._rate_limiter.try_acquire("chat.update"):
            return
        async with self._call("chat.update"):
            await self._client.chat_update(
                channel=thread.channel,
                ts=ts,
                text=alt_text,
                blocks=build_picture_blocks(file_id, alt_text),
                metadata=build_metadata(metadata),
            )

    @wait_out_limits()
    async def _post(self, thread: Thread, form: Form, *, can_wait: bool = True) -> str:
        method = "chat.postMessage"
        # Before a place is taken: calls that are not made would make those wait that come later.
        self._check_block(method, thread.channel)
        if can_wait:
            await wait_for_turn(self._rate_limiter, method, thread.channel)
        elif not self._rate_limiter.try_reserve(method, thread.channel):
            raise build_allowance_error(method)
        async with self._call(method, thread.channel):
            response = await self._no_retry_client.chat_postMessage(
                channel=thread.channel,
                thread_ts=thread.root,
                # An unfurl fetches the address, and text from a model must not cause that.
                unfurl_links=False,
                unfurl_media=False,
                unfurl_app_links=False,
                **form,
            )
        return str(response["ts"])

    async def update(self, thread: Thread, ts: str, text: SafeText, metadata: PostMetadata) -> None:
        @wait_out_limits()
        @retry_unavailable
        async def send(form: Form) -> None:
            async with self._call("chat.update"):
                await self._client.chat_update(channel=thread.channel, ts=ts, **form)

        await send_first_accepted(build_update_forms(text, metadata), metadata, send)

    @wait_out_limits()
    @retry_unavailable
    async def delete(self, thread: Thread, ts: str) -> None:
        try:
            async with self._call("chat.delete"):
                await self._client.chat_delete(channel=thread.channel, ts=ts)
        except SlackError as error:
            if error.code not in _DELETED_CODES:
                raise

    @retry_unavailable
    async def list_own_messages(self, thread: Thread, after: str) -> list[OwnPost]:
        @wait_out_limits(max_seconds=_MAX_SEARCH_WAIT_SECONDS)
        async def fetch_page(cursor: str | None) -> AsyncSlackResponse:
            # After a crash many threads are read, and Slack allows few of these calls a minute.
            await wait_for_turn(self._rate_limiter, "conversations.replies")
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

    @asynccontextmanager
    async def _call(
        self, method: str, channel: str = "", *, timeout_seconds: float = CALL_TIMEOUT_SECONDS
    ) -> AsyncIterator[None]:
        """Run one call in the block, unless Slack has said that it takes none yet.

        Raises `SlackError`, and `TransientError` with `retry_after` for a 429.
        """
        self._check_block(method, channel)
        try:
            async with self._calls.call(method, timeout_seconds=timeout_seconds):
                yield
        except TransientError as error:
            if error.retry_after is not None:
                self._rate_limiter.note_limit(method, error.retry_after, channel)
            raise

    def _check_block(self, method: str, channel: str) -> None:
        blocked_seconds = self._rate_limiter.get_block_seconds(method, channel)
        if blocked_seconds > 0:
            raise build_limit_error(method, blocked_seconds, "ratelimited")
