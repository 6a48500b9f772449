"""Uploads files to Slack in three steps and shares them, never twice.

See docs.slack.dev, "Working with files". A share appears some time after Slack has answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.escaper import escape_plain
from bot.delivery.snippets.names import find_snippet_type
from bot.domain.conversation import Thread
from bot.domain.errors import NotUploaded, SlackError, TransientError
from bot.domain.files import FileRef
from bot.domain.posts import Upload
from handlers.parsing.files import is_shared_in, parse_files
from handlers.web_api.client import SlackCalls, retry_unavailable
from handlers.web_api.errors import build_unavailable_error
from handlers.web_api.limits.turns import wait_for_turn
from handlers.web_api.rate_limits import RateLimiter

UPLOAD_TIMEOUT_SECONDS = 180.0
# A share may stay invisible for a while: seconds before each look for it.
_SHARE_CHECK_DELAYS_SECONDS = (0.0, 0.5, 1.0, 2.0)
# What an upload can do without, and the words by which Slack's codes name it.
_EXTRA_WORDS = {"alt_txt": "alt_txt", "snippet_type": "snippet"}


class SlackUploads:
    """Implements `bot.domain.ports.Uploads`.

    `client` repeats a call after a lost response, `no_retry_client` never does.
    """

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

    async def upload(self, uploads: Sequence[Upload]) -> list[str]:
        return [await self._upload(upload) for upload in uploads]

    async def share(
        self, thread: Thread, files: Sequence[FileRef], *, fresh: bool
    ) -> list[FileRef]:
        if not fresh:
            shared = await self._find_shared(thread, files)
            if shared:
                return shared
        await wait_for_turn(self._rate_limiter, "files.completeUploadExternal")
        try:
            return await self._complete(thread, files)
        except (TransientError, SlackError) as error:
            if isinstance(error, SlackError) and error.code != "file_not_found":
                raise
            # This call or one of an earlier attempt may have shared them all the same.
            shared = await self._find_shared(thread, files, delays=_SHARE_CHECK_DELAYS_SECONDS)
            if shared:
                return shared
            if isinstance(error, SlackError):
                raise NotUploaded(error.code, error.method) from error
        return await self._complete(thread, files)

    async def wait_until_shared(self, thread: Thread, files: Sequence[FileRef]) -> None:
        await self._find_shared(thread, files, delays=_SHARE_CHECK_DELAYS_SECONDS)

    @retry_unavailable
    async def complete_unshared(self, file_id: str) -> None:
        await wait_for_turn(self._rate_limiter, "files.completeUploadExternal")
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
    async def _upload(self, upload: Upload) -> str:
        """Do the first two steps. A file from a repeated step is never shared."""
        ticket = await self._request_ticket(upload)
        method = "upload"
        async with (
            self._calls.call(method, timeout_seconds=UPLOAD_TIMEOUT_SECONDS),
            # As a stream: aiohttp warns of bytes of more than a megabyte, which it writes at once.
            self._session.post(str(ticket["upload_url"]), data=BytesIO(upload.data)) as response,
        ):
            if response.status != 200:
                raise build_unavailable_error(method, str(response.status))
        return str(ticket["file_id"])

    async def _request_ticket(self, upload: Upload) -> AsyncSlackResponse:
        """Ask for the address of an upload; without what Slack does not take of its description."""
        snippet_type = find_snippet_type(upload.name, upload.mimetype)
        extra = {"alt_txt": upload.alt_text or None, "snippet_type": snippet_type or None}
        while True:
            try:
                async with self._calls.call("files.getUploadURLExternal"):
                    return await self._client.files_getUploadURLExternal(
                        filename=upload.name, length=len(upload.data), **extra
                    )
            except SlackError as error:
                refused = [name for name, word in _EXTRA_WORDS.items() if word in error.code]
                if not any(extra[name] for name in refused):
                    raise
                extra |= dict.fromkeys(refused)

    async def _complete(self, thread: Thread, files: Sequence[FileRef]) -> list[FileRef]:
        async with self._calls.call("files.completeUploadExternal"):
            response = await self._no_retry_client.files_completeUploadExternal(
                files=[{"id": file.id, "title": escape_plain(file.name)} for file in files],
                channel_id=thread.channel,
                thread_ts=thread.root,
            )
        return _add_urls(files, response.get("files"))

    async def _find_shared(
        self, thread: Thread, files: Sequence[FileRef], *, delays: Sequence[float] = (0.0,)
    ) -> list[FileRef]:
        """Return `files` with their urls if the thread's channel has them, else nothing."""
        for wait in delays:
            await asyncio.sleep(wait)
            raw_file = await self._fetch_info(files[0].id)
            if is_shared_in(raw_file, thread.channel):
                return _add_urls(files, [raw_file])
        return []

    @retry_unavailable
    async def _fetch_info(self, file_id: str) -> Mapping[str, Any]:
        """Return the file object, an empty one if Slack refuses to describe the file."""
        try:
            async with self._calls.call("files.info"):
                response = await self._client.files_info(file=file_id)
        except SlackError:
            return {}
        raw_file = response.get("file")
        return raw_file if isinstance(raw_file, Mapping) else {}


def _add_urls(files: Sequence[FileRef], raw_files: object) -> list[FileRef]:
    """Return `files` with the urls of their file objects."""
    urls = {ref.id: ref.url for ref in parse_files(raw_files)}
    return [replace(file, url=urls.get(file.id, file.url)) for file in files]
