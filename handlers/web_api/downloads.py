"""The bytes of files in Slack. The bot token goes to Slack's own hosts and nowhere else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import SplitResult, urljoin, urlsplit

import aiohttp
import stamina
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.domain.errors import EaselError, FileGone, SlackError, TellPerson
from bot.domain.files import FileRef
from bot.domain.safe_text import NAMELESS, clean_name
from bot.files.kinds import recognise
from handlers.parsing.messages import parse_files
from handlers.web_api.errors import translated

DOWNLOAD_SECONDS = 60.0
_MOST_REDIRECTS = 5
_TRIES = 4
_CHUNK = 64 * 1024
_SLACK_HOSTS = ("slack.com", "slack-files.com", "slack-edge.com")
_PAGES = (".html", ".htm", ".xhtml")
_SIGN_IN_MARKS = (b"signin_form", b"/signin", b"sign in to your workspace", b"login_form")
_SIGN_IN_WITHIN = 64 * 1024
_PORTS = {"http": 80, "https": 443}

_SIGN_IN = (
    "I could not open {}: Slack showed a sign-in page instead of the file. Please tell the person"
    " who runs me to give the app files:read and to reinstall it."
)
_ELSEWHERE = "I could not open {}: it is not stored in Slack itself. Please upload it here."
_GONE = "I could not open {}: it was deleted in Slack."
_FORGOTTEN = "I could not open {}: the message that it came with was deleted in Slack."
_HIDDEN = (
    "I could not open {}: Slack hides it, because it is older than what this workspace's plan"
    " shows. Please upload it again."
)
_DENIED = "I could not open {}: Slack does not let me see it."
_TOO_LARGE = "I could not open {}: it is larger than {} MB. Please send a smaller one."
_EMPTY = "I could not open {}: it is empty."
_FAILED = "I could not open {}: Slack did not hand it over. Please send it again."


class NotFetched(TellPerson):
    """A file whose bytes could not be had; `said` names it."""


class Deleted(NotFetched, FileGone):
    """A file that is no longer in Slack; `said` names it."""


class _Stumbled(Exception):
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
        seconds: float = DOWNLOAD_SECONDS,
    ) -> None:
        self._session = session
        self._client = client
        self._api_url = api_url
        self._max_bytes = max_bytes
        self._seconds = seconds

    async def fetch(self, file: FileRef) -> bytes:
        name = clean_name(file.name)
        try:
            async with asyncio.timeout(self._seconds):
                known = await self.look_up(file)
                self._refuse_what_has_no_bytes(known, name)
                try:
                    return await self._persistently(known, name)
                except Deleted:
                    # An address may be out of date; only Slack's word for it is the file's end.
                    return await self._persistently(await self._asked_for(file), name)
        except (_Stumbled, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise NotFetched(type(error).__name__, said=_FAILED.format(name)) from error

    async def look_up(self, file: FileRef) -> FileRef:
        name = clean_name(file.name)
        # A stub says why it is one.
        self._refuse_what_has_no_bytes(file, name)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._looked_up(file)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NotFetched(type(error).__name__, said=_FAILED.format(name)) from error

    async def _persistently(self, file: FileRef, name: str) -> bytes:
        async for attempt in stamina.retry_context(
            on=(_Stumbled, aiohttp.ClientConnectionError), attempts=_TRIES, wait_max=5.0
        ):
            with attempt:
                return await self._download(file, name)
        raise AssertionError("stamina raises the last error")

    async def _looked_up(self, file: FileRef) -> FileRef:
        """Ask Slack where the event told too little, as in channels shared with others."""
        if file.url and file.access == "visible" and file.mode != "file_access":
            return file
        return await self._asked_for(file)

    async def _asked_for(self, file: FileRef) -> FileRef:
        """The file as `files.info` describes it now."""
        try:
            with translated("files.info"):
                answer = await self._client.files_info(file=file.id)
        except SlackError as error:
            raise _not_told(error, clean_name(file.name)) from error
        except EaselError as error:
            raise NotFetched(str(error), said=_FAILED.format(clean_name(file.name))) from error
        found = parse_files([answer.get("file")])
        if not found:
            return file
        return replace(
            file,
            name=found[0].name if file.name == NAMELESS else file.name,
            mimetype=found[0].mimetype,
            size=found[0].size,
            url=found[0].url,
            mode=found[0].mode,
            access=found[0].access,
        )

    def _refuse_what_has_no_bytes(self, file: FileRef, name: str) -> None:
        if file.mode == "tombstone" or file.access == "file_not_found":
            raise Deleted(file.mode, said=_GONE.format(name))
        if file.mode == "forgotten":
            raise Deleted(file.mode, said=_FORGOTTEN.format(name))
        if file.mode == "hidden_by_limit":
            raise NotFetched(file.mode, said=_HIDDEN.format(name))
        if file.access == "access_denied":
            raise NotFetched(file.access, said=_DENIED.format(name))
        if file.mode == "external":
            raise NotFetched(file.mode, said=_ELSEWHERE.format(name))
        if file.size > self._max_bytes:
            raise self._too_large(name)

    async def _download(self, file: FileRef, name: str) -> bytes:
        url = file.url
        for _ in range(_MOST_REDIRECTS + 1):
            if not may_send_token(url, self._api_url):
                raise NotFetched("not a host of Slack's", said=_ELSEWHERE.format(name))
            headers = {"Authorization": f"Bearer {self._client.token}"}
            # `encoded`: what Slack gives is already quoted, and quoting again would change it.
            async with self._session.get(
                URL(url, encoded=True), headers=headers, allow_redirects=False
            ) as response:
                if response.status not in (301, 302, 303, 307, 308):
                    return await self._body(response, file, name)
                url = urljoin(url, response.headers.get("Location", ""))
        raise NotFetched("too many redirects", said=_FAILED.format(name))

    async def _body(self, response: aiohttp.ClientResponse, file: FileRef, name: str) -> bytes:
        if response.status != 200:
            raise _unserved(response.status, name)
        if (response.content_length or 0) > self._max_bytes:
            raise self._too_large(name)
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > self._max_bytes:
                raise self._too_large(name)
        data = bytes(body)
        if not data:
            raise NotFetched("no bytes", said=_EMPTY.format(name))
        is_page = file.is_canvas or file.name.lower().endswith(_PAGES)
        if is_sign_in_page(response.content_type, data, is_page=is_page):
            raise NotFetched("an HTML page", said=_SIGN_IN.format(name))
        return data

    def _too_large(self, name: str) -> NotFetched:
        megabytes = self._max_bytes // (1024 * 1024)
        return NotFetched("too large", said=_TOO_LARGE.format(name, megabytes))


def _unserved(status: int, name: str) -> Exception:
    if status == 429 or status >= 500:
        return _Stumbled(str(status))
    if status in (404, 410):
        return Deleted(str(status), said=_GONE.format(name))
    return NotFetched(str(status), said=_FAILED.format(name))


def _not_told(error: SlackError, name: str) -> NotFetched:
    """What Slack's refusal to describe a file means."""
    if "missing_scope" in error.code:
        return NotFetched(str(error), said=error.said)
    if error.code in ("file_not_found", "file_deleted"):
        return Deleted(str(error), said=_GONE.format(name))
    return NotFetched(str(error), said=_DENIED.format(name))


def may_send_token(url: str, api_url: str) -> bool:
    """Whether `url` is Slack's over https, or on the very host and port of the Web API."""
    try:
        target, api = urlsplit(url), urlsplit(api_url)
        if target.username is not None or target.password is not None or "\\" in url:
            return False
        if _place(target) == _place(api) and target.scheme == api.scheme:
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
    start = data[:_SIGN_IN_WITHIN].lstrip().lower()
    if is_page:
        return b"slack" in start and any(mark in start for mark in _SIGN_IN_MARKS)
    page = start.startswith((b"<!doctype html", b"<html"))
    return page or (content_type == "text/html" and recognise(data) is None)


def _place(address: SplitResult) -> tuple[str, int | None]:
    return (address.hostname or "").lower(), address.port or _PORTS.get(address.scheme)
