"""Pictures into Slack: the three-step upload, and a share that is never made twice.

docs.slack.dev, "Working with files". A share appears some time after Slack has answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Thread
from bot.domain.errors import NotUploaded, SlackError, TransientError
from bot.domain.files import FileRef, Upload
from handlers.web_api.client import SlackCalls, retry_unavailable
from handlers.web_api.errors import UNAVAILABLE_MESSAGE
from handlers.web_api.rate_limits import RateLimiter

UPLOAD_TIMEOUT_SECONDS = 180.0
# How long a share that Slack took may stay invisible, looked at after each of these seconds.
_SHARE_CHECK_DELAYS_SECONDS = (0.0, 0.5, 1.0, 2.0)


class SlackUploads:
    """Implements `bot.domain.ports.Uploads`. `client` repeats lost calls, `once` never does."""

    def __init__(
        self,
        client: AsyncWebClient,
        no_retry_client: AsyncWebClient,
        session: aiohttp.ClientSession,
        rate_limiter: RateLimiter,
        calls: SlackCalls,
    ) -> None:
        self._client = client
        self._no_retry_client = no_retry_client
        self._session = session
        self._rate_limiter = rate_limiter
        self._calls = calls

    async def upload(self, pictures: Sequence[Upload]) -> list[str]:
        return [await self._upload(picture) for picture in pictures]

    async def share(
        self, thread: Thread, files: Sequence[FileRef], *, fresh: bool
    ) -> list[FileRef]:
        if not fresh:
            found = await self._find_shared(thread, files)
            if found:
                return found
        await asyncio.sleep(self._rate_limiter.reserve("files.completeUploadExternal"))
        try:
            return await self._complete(thread, files)
        except (TransientError, SlackError) as error:
            if isinstance(error, SlackError) and error.code != "file_not_found":
                raise
            # Slack may have taken it: this call, or one of an earlier attempt.
            found = await self._find_shared(thread, files, delays=_SHARE_CHECK_DELAYS_SECONDS)
            if found:
                return found
            if isinstance(error, SlackError):
                raise NotUploaded(error.code, error.method) from error
        return await self._complete(thread, files)

    @retry_unavailable
    async def complete_unshared(self, file_id: str) -> None:
        await asyncio.sleep(self._rate_limiter.reserve("files.completeUploadExternal"))
        async with self._calls.call("files.completeUploadExternal"):
            await self._client.files_completeUploadExternal(files=[{"id": file_id}])

    @retry_unavailable
    async def delete(self, file_id: str) -> None:
        try:
            async with self._calls.call("files.delete"):
                await self._client.files_delete(file=file_id)
        except SlackError as error:
            if error.code not in ("file_not_found", "file_deleted"):
                raise

    @retry_unavailable
    async def _upload(self, picture: Upload) -> str:
        """Two steps; what comes of a repeated one is seen by nobody."""
        async with self._calls.call("files.getUploadURLExternal"):
            ticket = await self._client.files_getUploadURLExternal(
                filename=picture.name, length=len(picture.data), alt_txt=picture.alt_text or None
            )
        method = "upload"
        async with self._calls.call(method, timeout_seconds=UPLOAD_TIMEOUT_SECONDS):
            sending = self._session.post(str(ticket["upload_url"]), data=picture.data)
            async with sending as response:
                if response.status != 200:
                    away = TransientError(
                        f"{method}: {response.status}", user_message=UNAVAILABLE_MESSAGE
                    )
                    away.code = str(response.status)
                    raise away
        return str(ticket["file_id"])

    async def _complete(self, thread: Thread, files: Sequence[FileRef]) -> list[FileRef]:
        async with self._calls.call("files.completeUploadExternal"):
            answer = await self._no_retry_client.files_completeUploadExternal(
                files=[{"id": file.id, "title": file.name} for file in files],
                channel_id=thread.channel,
                thread_ts=thread.root,
            )
        return _add_urls(files, answer.get("files"))

    async def _find_shared(
        self, thread: Thread, files: Sequence[FileRef], *, delays: Sequence[float] = (0.0,)
    ) -> list[FileRef]:
        """`files` with their urls if they are shared in the thread's channel, else nothing."""
        for wait in delays:
            await asyncio.sleep(wait)
            known = await self._fetch_info(files[0].id)
            if is_shared(known, thread.channel):
                return _add_urls(files, [known])
        return []

    @retry_unavailable
    async def _fetch_info(self, file_id: str) -> Mapping[str, Any]:
        try:
            async with self._calls.call("files.info"):
                answer = await self._client.files_info(file=file_id)
        except SlackError:
            return {}
        known = answer.get("file")
        return known if isinstance(known, Mapping) else {}


def is_shared(file: Mapping[str, Any], channel: str) -> bool:
    """Whether a file object says that it is shared in `channel`."""
    shares = file.get("shares")
    kinds = shares.values() if isinstance(shares, Mapping) else ()
    return any(isinstance(kind, Mapping) and kind.get(channel) for kind in kinds)


def _add_urls(files: Sequence[FileRef], file_objects: object) -> list[FileRef]:
    listed = file_objects if isinstance(file_objects, Sequence) else []
    urls = {
        str(item.get("id")): str(item.get("url_private_download") or item.get("url_private") or "")
        for item in listed
        if isinstance(item, Mapping)
    }
    return [replace(file, url=urls.get(file.id, file.url)) for file in files]
