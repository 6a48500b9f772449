"""Messages of Easel's in Slack: status, streams, posts, edits. Decides no wording and no pace."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Person, Thread
from bot.domain.errors import SlackError
from bot.domain.posts import Mark, OwnMessage
from handlers.web_api.blocks import (
    blocks_of,
    button_of,
    has_table,
    metadata_of,
    picture_blocks,
    question_of,
    summary,
)
from handlers.web_api.client import SlackCalls, persistently
from handlers.web_api.rate_limits import Allowance

_PAGE = 200
_MOST_PAGES = 10
_GONE = ("message_not_found", "cant_delete_message")


class SlackChat:
    """Implements `bot.domain.ports.Chat`.

    What is harmless to repeat is repeated by `client`; `once` is a client that never repeats a
    call whose answer was lost.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        once: AsyncWebClient,
        allowance: Allowance,
        calls: SlackCalls,
        *,
        bot_user: str,
    ) -> None:
        self._client = client
        self._once = once
        self._bot_user = bot_user
        self._allowance = allowance
        self._calls = calls

    def may_stream(self) -> bool:
        return self._allowance.take("chat.startStream", "chat.stopStream")

    def may_append(self) -> bool:
        return self._allowance.take("chat.appendStream")

    def may_update(self) -> bool:
        return self._allowance.take("chat.update")

    async def set_status(self, thread: Thread, status: str) -> None:
        method = "assistant.threads.setStatus"
        if not self._allowance.take(method):
            return
        async with self._calls.call(method):
            await self._client.assistant_threads_setStatus(
                channel_id=thread.channel, thread_ts=thread.root, status=status
            )

    async def start_stream(self, thread: Thread, asker: Person, text: str) -> str:
        async with self._calls.call("chat.startStream"):
            answer = await self._once.chat_startStream(
                channel=thread.channel,
                thread_ts=thread.root,
                recipient_user_id=asker.id,
                recipient_team_id=asker.team,
                markdown_text=text,
            )
        return str(answer["ts"])

    async def append_stream(self, thread: Thread, ts: str, text: str) -> None:
        async with self._calls.call("chat.appendStream"):
            await self._once.chat_appendStream(channel=thread.channel, ts=ts, markdown_text=text)

    async def stop_stream(self, thread: Thread, ts: str, text: str, mark: Mark) -> None:
        async with self._calls.call("chat.stopStream"):
            await self._once.chat_stopStream(
                channel=thread.channel,
                ts=ts,
                markdown_text=text or None,
                blocks=button_of(mark) or None,
                metadata=metadata_of(mark),
            )

    async def post(self, thread: Thread, text: str, mark: Mark) -> str:
        content: dict[str, Any] = {"markdown_text": text}
        if mark.button or has_table(text):
            content = {"text": summary(text), "blocks": blocks_of(text, mark)}
        return await self._post(thread, content, mark)

    async def post_picture(self, thread: Thread, file_id: str, alt: str, mark: Mark) -> str:
        content = {"text": alt, "blocks": picture_blocks(file_id, alt)}
        return await self._post(thread, content, mark)

    async def swap_picture(
        self, thread: Thread, ts: str, file_id: str, alt: str, mark: Mark
    ) -> None:
        if not self._allowance.take("chat.update"):
            return
        async with self._calls.call("chat.update"):
            await self._client.chat_update(
                channel=thread.channel,
                ts=ts,
                text=alt,
                blocks=picture_blocks(file_id, alt),
                metadata=metadata_of(mark),
            )

    async def _post(self, thread: Thread, content: dict[str, Any], mark: Mark) -> str:
        await asyncio.sleep(self._allowance.turn("chat.postMessage", thread.channel))
        async with self._calls.call("chat.postMessage"):
            answer = await self._once.chat_postMessage(
                channel=thread.channel,
                thread_ts=thread.root,
                metadata=metadata_of(mark),
                # An unfurl fetches the address: text made by a model must not cause that.
                unfurl_links=False,
                unfurl_media=False,
                unfurl_app_links=False,
                **content,
            )
        return str(answer["ts"])

    @persistently
    async def update(self, thread: Thread, ts: str, text: str, mark: Mark) -> None:
        # Blocks always, because a button that the message had goes only when blocks replace it.
        async with self._calls.call("chat.update"):
            await self._client.chat_update(
                channel=thread.channel,
                ts=ts,
                text=summary(text),
                blocks=blocks_of(text, mark),
                metadata=metadata_of(mark),
            )

    @persistently
    async def delete(self, thread: Thread, ts: str) -> None:
        try:
            async with self._calls.call("chat.delete"):
                await self._client.chat_delete(channel=thread.channel, ts=ts)
        except SlackError as error:
            if error.code not in _GONE:
                raise

    @persistently
    async def own_messages(self, thread: Thread, after: str) -> list[OwnMessage]:
        found: list[OwnMessage] = []
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            # After a crash many threads are looked at, and Slack allows few looks a minute.
            await asyncio.sleep(self._allowance.turn("conversations.replies"))
            async with self._calls.call("conversations.replies"):
                answer = await self._client.conversations_replies(
                    channel=thread.channel,
                    ts=thread.root,
                    oldest=after,
                    limit=_PAGE,
                    cursor=cursor,
                    include_all_metadata=True,
                )
            messages = answer.get("messages") or []
            found += [own for raw in messages if (own := self._own(raw, after)) is not None]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return sorted(found, key=lambda own: own.ts)

    def _own(self, raw: object, after: str) -> OwnMessage | None:
        if not isinstance(raw, Mapping) or raw.get("user") != self._bot_user or raw.get("files"):
            return None
        ts = raw.get("ts")
        return OwnMessage(ts, question_of(raw)) if isinstance(ts, str) and ts > after else None
