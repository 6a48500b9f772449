"""Downloads the bytes of files in Slack. The bot token goes to Slack's own hosts and no others.

See `download_errors.py` for what can go wrong, and `sign_in.py` for pages that come instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import SplitResult, urljoin, urlsplit

import aiohttp
import stamina
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.domain.errors import EaselError, MachineShort, SlackError
from bot.domain.files import FileRef
from bot.domain.messages import Message
from bot.domain.safe_text import DEFAULT_FILE_NAME, clean_name
from bot.observability.shortages import is_shortage
from handlers.parsing.files import parse_files
from handlers.web_api.download_errors import (
    EMPTY_MESSAGE,
    NOT_READY_MESSAGE,
    OTHER_PAGE_MESSAGE,
    OUTSIDE_MESSAGE,
    DownloadError,
    SlackFileDeleted,
    TransientDownloadError,
    build_connection_error,
    build_failed_error,
    build_info_error,
    build_sign_in_error,
    build_status_error,
    build_too_large_error,
    check_downloadable,
)
from handlers.web_api.errors import translate_errors
from handlers.web_api.sign_in import BodyKind, detect_body_kind, is_sign_in_address

DOWNLOAD_TIMEOUT_SECONDS = 60.0
# How long Slack may take to say where a new file is: the pauses between the looks.
ADDRESS_WAITS_SECONDS = (0.5, 1.0, 2.0, 4.0)
_MAX_REDIRECTS = 5
# Slack's servers are often out of reach for some seconds, and an answer without the file that it is
# about is worth little: the pauses are 9 s together.
_MAX_ATTEMPTS = 6
_CHUNK_BYTES = 64 * 1024
_SLACK_HOSTS = ("slack.com", "slack-files.com", "slack-edge.com")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class SlackFiles:
    """Implements `bot.domain.ports.Files` for files of at most `max_bytes`."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        client: AsyncWebClient,
        api_url: str,
        max_bytes: int,
        timeout_seconds: float = DOWNLOAD_TIMEOUT_SECONDS,
        address_waits: Sequence[float] = ADDRESS_WAITS_SECONDS,
    ) -> None:
        self._session = session
        self._client = client
        self._api_url = api_url
        self._max_bytes = max_bytes
        self._timeout_seconds = timeout_seconds
        self._address_waits = address_waits

    async def fetch(self, file: FileRef) -> bytes:
        name = clean_name(file.name)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                found = await self.look_up(file)
                check_downloadable(found, name, max_bytes=self._max_bytes)
                try:
                    return await self._download_with_retries(found, name)
                except SlackFileDeleted:
                    return await self._download_again(file, name)
        except (
            TransientDownloadError,
            aiohttp.ClientError,
            TimeoutError,
            OSError,
            ValueError,
        ) as error:
            raise build_connection_error(error, name) from error

    async def _download_again(self, file: FileRef, name: str) -> bytes:
        """Download with the address of now. Only `files.info` can say that a file is gone."""
        current = await self._fetch_address(file)
        try:
            return await self._download_with_retries(current, name)
        except SlackFileDeleted as error:
            raise build_failed_error("described and not there", name) from error

    async def look_up(self, file: FileRef) -> FileRef:
        name = clean_name(file.name)
        # A stub says itself why there is no file.
        check_downloadable(file, name, max_bytes=self._max_bytes)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._look_up_if_incomplete(file)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise build_connection_error(error, name) from error

    async def _download_with_retries(self, file: FileRef, name: str) -> bytes:
        async for attempt in stamina.retry_context(
            on=_can_pass_soon,
            attempts=_MAX_ATTEMPTS,
            wait_initial=0.3,
            wait_max=5.0,
        ):
            with attempt:
                return await self._download(file, name)
        raise AssertionError("stamina raises the last error")

    async def _look_up_if_incomplete(self, file: FileRef) -> FileRef:
        """Ask Slack if the event lacks the address, as in channels shared with other workspaces."""
        if file.url and file.access == "visible" and file.mode != "file_access":
            return file
        return await self._fetch_address(file)

    async def _fetch_address(self, file: FileRef) -> FileRef:
        """Return the file as Slack describes it now, with the address of its bytes.

        While Slack processes an upload, `files.info` describes it without one.
        """
        name = clean_name(file.name)
        for wait_seconds in (*self._address_waits, None):
            found = await self._fetch_info(file)
            check_downloadable(found, name, max_bytes=self._max_bytes)
            if found.url:
                return found
            if wait_seconds is not None:
                await asyncio.sleep(wait_seconds)
        raise DownloadError("no address yet", user_message=Message(NOT_READY_MESSAGE, name=name))

    async def _fetch_info(self, file: FileRef) -> FileRef:
        """Return the file as `files.info` describes it now."""
        try:
            with translate_errors("files.info"):
                response = await self._client.files_info(file=file.id)
        except SlackError as error:
            raise build_info_error(error, clean_name(file.name)) from error
        except MachineShort as error:
            raise build_connection_error(error, clean_name(file.name)) from error
        except EaselError as error:
            raise build_failed_error(str(error), clean_name(file.name)) from error
        refs = parse_files([response.get("file")])
        if not refs:
            return file
        return replace(
            file,
            name=refs[0].name if file.name == DEFAULT_FILE_NAME else file.name,
            mimetype=refs[0].mimetype,
            size=refs[0].size,
            url=refs[0].url,
            mode=refs[0].mode,
            access=refs[0].access,
        )

    async def _download(self, file: FileRef, name: str) -> bytes:
        url = file.url
        for _ in range(_MAX_REDIRECTS + 1):
            if not can_send_token(url, self._api_url):
                raise DownloadError(
                    "not a host of Slack's", user_message=Message(OUTSIDE_MESSAGE, name=name)
                )
            headers = {"Authorization": f"Bearer {self._client.token}"}
            # `encoded`: Slack's addresses are quoted already; quoting again would change them.
            async with self._session.get(
                URL(url, encoded=True), headers=headers, allow_redirects=False
            ) as response:
                if response.status not in (301, 302, 303, 307, 308):
                    return await self._read_body(response, file, name)
                url = urljoin(url, response.headers.get("Location", ""))
                if is_sign_in_address(url):
                    raise build_sign_in_error(name)
        raise build_failed_error("too many redirects", name)

    async def _read_body(self, response: aiohttp.ClientResponse, file: FileRef, name: str) -> bytes:
        if response.status != 200:
            raise build_status_error(response.status, name)
        if (response.content_length or 0) > self._max_bytes:
            raise build_too_large_error(name, self._max_bytes)
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
            body += chunk
            if len(body) > self._max_bytes:
                raise build_too_large_error(name, self._max_bytes)
        data = bytes(body)
        _check_body(file, data, name)
        return data


def can_send_token(url: str, api_url: str) -> bool:
    """Whether `url` is on one of Slack's hosts over https, or on the host and port of `api_url`."""
    try:
        target, api = urlsplit(url), urlsplit(api_url)
        if target.username is not None or target.password is not None or "\\" in url:
            return False
        if _read_host_and_port(target) == _read_host_and_port(api) and target.scheme == api.scheme:
            return True
        port = target.port
    except ValueError:
        return False
    host = (target.hostname or "").lower()
    is_slack = any(host == name or host.endswith(f".{name}") for name in _SLACK_HOSTS)
    return target.scheme == "https" and port in (None, 443) and is_slack


def _can_pass_soon(error: Exception) -> bool:
    # Whoever asked waits until the machine has room again, for longer than Slack is asked.
    is_transient = isinstance(error, TransientDownloadError | aiohttp.ClientConnectionError)
    return is_transient and not is_shortage(error)


def _check_body(file: FileRef, data: bytes, name: str) -> None:
    """Raise the error for a body that is not the file."""
    if not data and file.size:
        raise TransientDownloadError("no bytes")
    if not data:
        raise DownloadError("no bytes", user_message=Message(EMPTY_MESSAGE, name=name))
    kind = detect_body_kind(file, data)
    if kind is BodyKind.SIGN_IN:
        raise build_sign_in_error(name)
    if kind is BodyKind.OTHER_PAGE:
        raise DownloadError("an HTML page", user_message=Message(OTHER_PAGE_MESSAGE, name=name))


def _read_host_and_port(address: SplitResult) -> tuple[str, int | None]:
    return (address.hostname or "").lower(), address.port or _DEFAULT_PORTS.get(address.scheme)
