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
from bot.domain.errors import NotUploaded, SlackError, TryLater
from bot.domain.files import FileRef, MadeFile
from handlers.web_api.client import SlackCalls, persistently
from handlers.web_api.errors import AWAY
from handlers.web_api.rate_limits import Allowance

UPLOAD_SECONDS = 180.0
# How long a share that Slack took may stay invisible, looked at after each of these seconds.
_LOOKS = (0.0, 0.5, 1.0, 2.0)


class SlackUploads:
    """Implements `bot.domain.ports.Uploads`. `client` repeats lost calls, `once` never does."""

    def __init__(
        self,
        client: AsyncWebClient,
        once: AsyncWebClient,
        session: aiohttp.ClientSession,
        allowance: Allowance,
        calls: SlackCalls,
    ) -> None:
        self._client = client
        self._once = once
        self._session = session
        self._allowance = allowance
        self._calls = calls

    async def upload(self, pictures: Sequence[MadeFile]) -> list[str]:
        return [await self._upload(picture) for picture in pictures]

    async def share(
        self, thread: Thread, files: Sequence[FileRef], *, fresh: bool
    ) -> list[FileRef]:
        if not fresh:
            found = await self._shared(thread, files)
            if found:
                return found
        await asyncio.sleep(self._allowance.turn("files.completeUploadExternal"))
        try:
            return await self._complete(thread, files)
        except (TryLater, SlackError) as error:
            if isinstance(error, SlackError) and error.code != "file_not_found":
                raise
            # Slack may have taken it: this call, or one of an earlier attempt.
            found = await self._shared(thread, files, looks=_LOOKS)
            if found:
                return found
            if isinstance(error, SlackError):
                raise NotUploaded(error.code, error.method) from error
        return await self._complete(thread, files)

    @persistently
    async def keep_unshared(self, file_id: str) -> None:
        await asyncio.sleep(self._allowance.turn("files.completeUploadExternal"))
        async with self._calls.call("files.completeUploadExternal"):
            await self._client.files_completeUploadExternal(files=[{"id": file_id}])

    @persistently
    async def delete(self, file_id: str) -> None:
        try:
            async with self._calls.call("files.delete"):
                await self._client.files_delete(file=file_id)
        except SlackError as error:
            if error.code not in ("file_not_found", "file_deleted"):
                raise

    @persistently
    async def _upload(self, picture: MadeFile) -> str:
        """Two steps; what comes of a repeated one is seen by nobody."""
        async with self._calls.call("files.getUploadURLExternal"):
            ticket = await self._client.files_getUploadURLExternal(
                filename=picture.name, length=len(picture.data), alt_txt=picture.alt or None
            )
        method = "upload"
        async with self._calls.call(method, seconds=UPLOAD_SECONDS):
            sending = self._session.post(str(ticket["upload_url"]), data=picture.data)
            async with sending as response:
                if response.status != 200:
                    away = TryLater(f"{method}: {response.status}", said=AWAY)
                    away.code = str(response.status)
                    raise away
        return str(ticket["file_id"])

    async def _complete(self, thread: Thread, files: Sequence[FileRef]) -> list[FileRef]:
        async with self._calls.call("files.completeUploadExternal"):
            answer = await self._once.files_completeUploadExternal(
                files=[{"id": file.id, "title": file.name} for file in files],
                channel_id=thread.channel,
                thread_ts=thread.root,
            )
        return _with_urls(files, answer.get("files"))

    async def _shared(
        self, thread: Thread, files: Sequence[FileRef], *, looks: Sequence[float] = (0.0,)
    ) -> list[FileRef]:
        """`files` with their urls if they are shared in the thread's channel, else nothing."""
        for wait in looks:
            await asyncio.sleep(wait)
            known = await self._info(files[0].id)
            if is_shared(known, thread.channel):
                return _with_urls(files, [known])
        return []

    @persistently
    async def _info(self, file_id: str) -> Mapping[str, Any]:
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


def _with_urls(files: Sequence[FileRef], told: object) -> list[FileRef]:
    listed = told if isinstance(told, Sequence) else []
    urls = {
        str(item.get("id")): str(item.get("url_private_download") or item.get("url_private") or "")
        for item in listed
        if isinstance(item, Mapping)
    }
    return [replace(file, url=urls.get(file.id, file.url)) for file in files]
