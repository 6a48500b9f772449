"""The Slack Web API as Easel needs it: status, streams, messages, uploads. Decides no wording."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import RefuseToStart, SlackError, TryLater
from bot.types import FileRef, MadePicture, Person, Thread
from handlers.allowance import Allowance
from handlers.slack_errors import translated

# The bound on a call with its waits for 429s; a single request is bounded by the session.
CALL_SECONDS = 150.0
UPLOAD_SECONDS = 180.0
_RETRIES_ON_429 = 3


def slack_client(token: str, api_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A Web API client on a shared session. It waits out a 429 for as long as Slack says.

    A call whose connection breaks is made once more. Slack may then have taken it twice, which is
    a repeated message at the worst; not calling again would lose text.
    """
    client = AsyncWebClient(token=token, base_url=api_url, session=session)
    client.retry_handlers = [
        AsyncConnectionErrorRetryHandler(),
        AsyncRateLimitErrorRetryHandler(max_retry_count=_RETRIES_ON_429),
    ]
    return client


async def identify(client: AsyncWebClient) -> AuthorizeResult:
    """Who the bot token belongs to. Raises `RefuseToStart` with what to do."""
    try:
        with translated("auth.test"):
            answer = await client.auth_test()
    except TryLater as error:
        raise RefuseToStart(
            [f"SLACK_API_URL: Slack cannot be reached at {client.base_url} ({error})"]
        ) from error
    except SlackError as error:
        raise RefuseToStart(
            [f"SLACK_BOT_TOKEN: Slack answers {error}; copy it again from “OAuth & Permissions”"]
        ) from error
    return AuthorizeResult(
        enterprise_id=answer.get("enterprise_id"),
        team_id=answer.get("team_id"),
        bot_user_id=answer.get("user_id"),
        bot_id=answer.get("bot_id"),
        bot_token=client.token,
    )


class SlackChat:
    """Implements `bot.ports.Chat`. `rate` multiplies the calls a minute it allows itself."""

    def __init__(self, client: AsyncWebClient, *, rate: float = 1.0) -> None:
        self._client = client
        self._allowance = Allowance(time.monotonic, rate=rate)

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
        with translated(method):
            async with asyncio.timeout(CALL_SECONDS):
                await self._client.assistant_threads_setStatus(
                    channel_id=thread.channel, thread_ts=thread.root, status=status
                )

    async def start_stream(self, thread: Thread, asker: Person, text: str) -> str:
        with translated("chat.startStream"):
            async with asyncio.timeout(CALL_SECONDS):
                answer = await self._client.chat_startStream(
                    channel=thread.channel,
                    thread_ts=thread.root,
                    recipient_user_id=asker.id,
                    recipient_team_id=asker.team,
                    markdown_text=text,
                )
        return str(answer["ts"])

    async def append_stream(self, thread: Thread, ts: str, text: str) -> None:
        with translated("chat.appendStream"):
            async with asyncio.timeout(CALL_SECONDS):
                await self._client.chat_appendStream(
                    channel=thread.channel, ts=ts, markdown_text=text
                )

    async def stop_stream(self, thread: Thread, ts: str, text: str) -> None:
        with translated("chat.stopStream"):
            async with asyncio.timeout(CALL_SECONDS):
                await self._client.chat_stopStream(
                    channel=thread.channel, ts=ts, markdown_text=text or None
                )

    async def post(self, thread: Thread, text: str) -> str:
        await asyncio.sleep(self._allowance.turn("chat.postMessage", thread.channel))
        with translated("chat.postMessage"):
            async with asyncio.timeout(CALL_SECONDS):
                answer = await self._client.chat_postMessage(
                    channel=thread.channel,
                    thread_ts=thread.root,
                    markdown_text=text,
                    # An unfurl fetches the address: text made by a model must not cause that.
                    unfurl_links=False,
                    unfurl_media=False,
                    unfurl_app_links=False,
                )
        return str(answer["ts"])

    async def update(self, thread: Thread, ts: str, text: str) -> None:
        with translated("chat.update"):
            async with asyncio.timeout(CALL_SECONDS):
                await self._client.chat_update(channel=thread.channel, ts=ts, markdown_text=text)

    async def share(self, thread: Thread, pictures: Sequence[MadePicture]) -> list[FileRef]:
        uploads = [
            {
                "file": picture.data,
                "filename": picture.name,
                "title": picture.name,
                "alt_txt": picture.alt,
            }
            for picture in pictures
        ]
        await asyncio.sleep(self._allowance.turn("files.completeUploadExternal"))
        with translated("files.completeUploadExternal"):
            async with asyncio.timeout(UPLOAD_SECONDS):
                answer = await self._client.files_upload_v2(
                    file_uploads=uploads, channel=thread.channel, thread_ts=thread.root
                )
        return [
            FileRef(
                id=str(shared["id"]),
                name=picture.name,
                mimetype=picture.mimetype,
                size=len(picture.data),
                url=str(shared.get("url_private_download") or ""),
                sha256=picture.sha256,
            )
            for shared, picture in zip(answer["files"], pictures, strict=True)
        ]
