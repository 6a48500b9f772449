"""The bytes of files in Slack. The bot token goes to Slack's own hosts and nowhere else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import SplitResult, urljoin, urlsplit

import aiohttp
import stamina
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.domain.errors import EaselError, FileGone, SlackError, UserError
from bot.domain.files import FileRef
from bot.domain.messages import Message
from bot.domain.safe_text import DEFAULT_FILE_NAME, clean_name
from bot.files.kinds import detect_picture_mimetype
from handlers.parsing.messages import parse_files
from handlers.web_api.errors import translate_errors

DOWNLOAD_TIMEOUT_SECONDS = 60.0
_MAX_REDIRECTS = 5
_MAX_ATTEMPTS = 4
_CHUNK_BYTES = 64 * 1024
_SLACK_HOSTS = ("slack.com", "slack-files.com", "slack-edge.com")
_HTML_SUFFIXES = (".html", ".htm", ".xhtml")
_SIGN_IN_MARKERS = (b"signin_form", b"/signin", b"sign in to your workspace", b"login_form")
_MAX_SIGN_IN_SCAN_BYTES = 64 * 1024
_DEFAULT_PORTS = {"http": 80, "https": 443}

_SIGN_IN_MESSAGE = (
    "I could not open {name}: Slack showed a sign-in page instead of the file. Please tell the"
    " person"
    " who runs me to give the app files:read and to reinstall it."
)
_EXTERNAL_MESSAGE = (
    "I could not open {name}: it is not stored in Slack itself. Please upload it here."
)
_DELETED_MESSAGE = "I could not open {name}: it was deleted in Slack."
_PARENT_DELETED_MESSAGE = (
    "I could not open {name}: the message that it came with was deleted in Slack."
)
_HIDDEN_MESSAGE = (
    "I could not open {name}: Slack hides it, because it is older than what this workspace's plan"
    " shows. Please upload it again."
)
_ACCESS_DENIED_MESSAGE = "I could not open {name}: Slack does not let me see it."
_TOO_LARGE_MESSAGE = (
    "I could not open {name}: it is larger than {megabytes} MB. Please send a smaller one."
)
_EMPTY_MESSAGE = "I could not open {name}: it is empty."
_DOWNLOAD_FAILED_MESSAGE = (
    "I could not open {name}: Slack did not hand it over. Please send it again."
)


class DownloadError(UserError):
    """A file whose bytes could not be had; `said` names it."""


class SlackFileDeleted(DownloadError, FileGone):
    """A file that is no longer in Slack; `said` names it."""


class _TransientDownloadError(Exception):
    """Slack did not hand the file over this time; the next it may."""


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
    ) -> None:
        self._session = session
        self._client = client
        self._api_url = api_url
        self._max_bytes = max_bytes
        self._timeout_seconds = timeout_seconds

    async def fetch(self, file: FileRef) -> bytes:
        name = clean_name(file.name)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                known = await self.look_up(file)
                self._check_downloadable(known, name)
                try:
                    return await self._download_with_retries(known, name)
                except SlackFileDeleted:
                    # An address may be out of date; only Slack's word for it is the file's end.
                    return await self._download_with_retries(await self._fetch_info(file), name)
        except (
            _TransientDownloadError,
            aiohttp.ClientError,
            TimeoutError,
            OSError,
            ValueError,
        ) as error:
            raise DownloadError(
                type(error).__name__, user_message=Message(_DOWNLOAD_FAILED_MESSAGE, name=name)
            ) from error

    async def look_up(self, file: FileRef) -> FileRef:
        name = clean_name(file.name)
        # A stub says why it is one.
        self._check_downloadable(file, name)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._look_up_if_incomplete(file)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise DownloadError(
                type(error).__name__, user_message=Message(_DOWNLOAD_FAILED_MESSAGE, name=name)
            ) from error

    async def _download_with_retries(self, file: FileRef, name: str) -> bytes:
        async for attempt in stamina.retry_context(
            on=(_TransientDownloadError, aiohttp.ClientConnectionError),
            attempts=_MAX_ATTEMPTS,
            wait_max=5.0,
        ):
            with attempt:
                return await self._download(file, name)
        raise AssertionError("stamina raises the last error")

    async def _look_up_if_incomplete(self, file: FileRef) -> FileRef:
        """Ask Slack where the event told too little, as in channels shared with others."""
        if file.url and file.access == "visible" and file.mode != "file_access":
            return file
        return await self._fetch_info(file)

    async def _fetch_info(self, file: FileRef) -> FileRef:
        """The file as `files.info` describes it now."""
        try:
            with translate_errors("files.info"):
                answer = await self._client.files_info(file=file.id)
        except SlackError as error:
            raise _build_info_error(error, clean_name(file.name)) from error
        except EaselError as error:
            raise DownloadError(
                str(error),
                user_message=Message(_DOWNLOAD_FAILED_MESSAGE, name=clean_name(file.name)),
            ) from error
        found = parse_files([answer.get("file")])
        if not found:
            return file
        return replace(
            file,
            name=found[0].name if file.name == DEFAULT_FILE_NAME else file.name,
            mimetype=found[0].mimetype,
            size=found[0].size,
            url=found[0].url,
            mode=found[0].mode,
            access=found[0].access,
        )

    def _check_downloadable(self, file: FileRef, name: str) -> None:
        if file.mode == "tombstone" or file.access == "file_not_found":
            raise SlackFileDeleted(file.mode, user_message=Message(_DELETED_MESSAGE, name=name))
        if file.mode == "forgotten":
            raise SlackFileDeleted(
                file.mode, user_message=Message(_PARENT_DELETED_MESSAGE, name=name)
            )
        if file.mode == "hidden_by_limit":
            raise DownloadError(file.mode, user_message=Message(_HIDDEN_MESSAGE, name=name))
        if file.access == "access_denied":
            raise DownloadError(
                file.access, user_message=Message(_ACCESS_DENIED_MESSAGE, name=name)
            )
        if file.mode == "external":
            raise DownloadError(file.mode, user_message=Message(_EXTERNAL_MESSAGE, name=name))
        if file.size > self._max_bytes:
            raise self._build_too_large_error(name)

    async def _download(self, file: FileRef, name: str) -> bytes:
        url = file.url
        for _ in range(_MAX_REDIRECTS + 1):
            if not can_send_token(url, self._api_url):
                raise DownloadError(
                    "not a host of Slack's", user_message=Message(_EXTERNAL_MESSAGE, name=name)
                )
            headers = {"Authorization": f"Bearer {self._client.token}"}
            # `encoded`: what Slack gives is already quoted, and quoting again would change it.
            async with self._session.get(
                URL(url, encoded=True), headers=headers, allow_redirects=False
            ) as response:
                if response.status not in (301, 302, 303, 307, 308):
                    return await self._read_body(response, file, name)
                url = urljoin(url, response.headers.get("Location", ""))
        raise DownloadError(
            "too many redirects", user_message=Message(_DOWNLOAD_FAILED_MESSAGE, name=name)
        )

    async def _read_body(self, response: aiohttp.ClientResponse, file: FileRef, name: str) -> bytes:
        if response.status != 200:
            raise _build_status_error(response.status, name)
        if (response.content_length or 0) > self._max_bytes:
            raise self._build_too_large_error(name)
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
            body += chunk
            if len(body) > self._max_bytes:
                raise self._build_too_large_error(name)
        data = bytes(body)
        if not data:
            raise DownloadError("no bytes", user_message=Message(_EMPTY_MESSAGE, name=name))
        is_page = file.is_canvas or file.name.lower().endswith(_HTML_SUFFIXES)
        if is_sign_in_page(response.content_type, data, is_page=is_page):
            raise DownloadError("an HTML page", user_message=Message(_SIGN_IN_MESSAGE, name=name))
        return data

    def _build_too_large_error(self, name: str) -> DownloadError:
        megabytes = self._max_bytes // (1024 * 1024)
        return DownloadError(
            "too large", user_message=Message(_TOO_LARGE_MESSAGE, name=name, megabytes=megabytes)
        )


def _build_status_error(status: int, name: str) -> Exception:
    if status == 429 or status >= 500:
        return _TransientDownloadError(str(status))
    if status in (404, 410):
        return SlackFileDeleted(str(status), user_message=Message(_DELETED_MESSAGE, name=name))
    return DownloadError(str(status), user_message=Message(_DOWNLOAD_FAILED_MESSAGE, name=name))


def _build_info_error(error: SlackError, name: str) -> DownloadError:
    """What Slack's refusal to describe a file means."""
    if "missing_scope" in error.code:
        return DownloadError(str(error), user_message=error.user_message)
    if error.code in ("file_not_found", "file_deleted"):
        return SlackFileDeleted(str(error), user_message=Message(_DELETED_MESSAGE, name=name))
    return DownloadError(str(error), user_message=Message(_ACCESS_DENIED_MESSAGE, name=name))


def can_send_token(url: str, api_url: str) -> bool:
    """Whether `url` is Slack's over https, or on the very host and port of the Web API."""
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
    ours = any(host == name or host.endswith(f".{name}") for name in _SLACK_HOSTS)
    return target.scheme == "https" and port in (None, 443) and ours


def is_sign_in_page(content_type: str, data: bytes, *, is_page: bool) -> bool:
    """Whether Slack answered with its sign-in page in the place of the file.

    Of a file that `is_page` itself, what is in it tells; of any other it is enough to be one.
    """
    start = data[:_MAX_SIGN_IN_SCAN_BYTES].lstrip().lower()
    if is_page:
        return b"slack" in start and any(mark in start for mark in _SIGN_IN_MARKERS)
    page = start.startswith((b"<!doctype html", b"<html"))
    return page or (content_type == "text/html" and detect_picture_mimetype(data) is None)


def _read_host_and_port(address: SplitResult) -> tuple[str, int | None]:
    return (address.hostname or "").lower(), address.port or _DEFAULT_PORTS.get(address.scheme)
