"""An httpx transport that sends and reads with aiohttp, whose parser and buffers are in C.

httpx's own takes twice the time for a whole request, and two megabytes of memory more.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

import aiohttp
import httpx
from yarl import URL

# Providers close idle connections themselves, at the earliest after about this long.
_IDLE_SECONDS = 30.0
# Of the loop, until a connection has heard of its end: the first looks at the sockets, the second
# tells the transport, and TLS may need two more to tell the connection.
_TURNS = 4
# A longer body is sent in pieces, each of which may take the seconds that httpx calls "write".
_PIECE_BYTES = 64 * 1024
# Of a response's head; aiohttp's 8 KB are less than some proxies send.
_MAX_HEAD_LINE_BYTES = 64 * 1024
# What aiohttp would add to the headers of the request.
_AUTO_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
# The first that fits counts. What may have been charged is known by the names of httpx's errors.
_ERRORS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
    (aiohttp.ServerTimeoutError, httpx.ReadTimeout),
    (TimeoutError, httpx.WriteTimeout),
    (aiohttp.ClientConnectorError, httpx.ConnectError),
    (aiohttp.InvalidURL, httpx.UnsupportedProtocol),
    (aiohttp.NonHttpUrlClientError, httpx.UnsupportedProtocol),
    (aiohttp.ClientOSError, httpx.ReadError),
    (aiohttp.ClientError, httpx.RemoteProtocolError),
    (UnicodeError, httpx.ConnectError),  # a name of a host that no one can look up
    (ValueError, httpx.LocalProtocolError),  # a header that cannot be sent
)


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Opens a connection where none is idle: no request waits for another one.

    A POST is never repeated; aiohttp repeats a GET once whose connection was closed before it was
    answered. Raises `httpx.TransportError`.
    """

    def __init__(self, *, idle_seconds: float = _IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        timeouts = request.extensions.get("timeout", {})
        body = await request.aread()
        with _translate_errors(request):
            async with asyncio.timeout(None) as limit:
                response = await self._open_session().request(
                    request.method,
                    _build_url(request.url),
                    headers=request.headers.multi_items(),
                    data=_prepare_body(body, limit, timeouts.get("write")),
                    timeout=aiohttp.ClientTimeout(
                        connect=timeouts.get("connect"), sock_read=timeouts.get("read")
                    ),
                    allow_redirects=False,
                )
        stream = _Body(response, request)
        return httpx.Response(response.status, headers=response.raw_headers, stream=stream)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open_session(self) -> aiohttp.ClientSession:
        """Open it at the first request: aiohttp wants a running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                # With the machine's certificates, which aiohttp has read for Slack already.
                connector=WaryConnector(limit=0, keepalive_timeout=self._idle_seconds),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=_AUTO_HEADERS,
                auto_decompress=False,
                max_line_size=_MAX_HEAD_LINE_BYTES,
                max_field_size=_MAX_HEAD_LINE_BYTES,
            )
        return self._session


class WaryConnector(aiohttp.TCPConnector):
    """Uses no connection again on which something came while it was idle.

    That is its end, or what was not asked for, such as a balancer's "408 Request Timeout": the next
    request would take it for its own answer.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._used = WeakSet[aiohttp.client_proto.ResponseHandler]()

    async def connect(self, *args: Any, **options: Any) -> aiohttp.connector.Connection:
        # The loop may have been busy when it came.
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        while True:
            connection = await super().connect(*args, **options)
            protocol = connection.protocol
            if protocol is None or protocol not in self._used or not protocol.should_close:
                break
            connection.close()
        if protocol is not None:
            self._used.add(protocol)
        return connection


class _Body(httpx.AsyncByteStream):
    """The bytes of a response. Closing it before their end closes the connection."""

    def __init__(self, response: aiohttp.ClientResponse, request: httpx.Request) -> None:
        self._response = response
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translate_errors(self._request):
            async for chunk in self._response.content.iter_any():
                yield chunk

    async def aclose(self) -> None:
        self._response.release()


def _build_url(url: httpx.URL) -> URL:
    # httpx has made a header of the name and password in it, and aiohttp would make a second one.
    return URL(str(url.copy_with(userinfo=b"") if url.userinfo else url), encoded=True)


def _prepare_body(
    body: bytes, limit: asyncio.Timeout, write_seconds: float | None
) -> bytes | AsyncIterator[bytes] | None:
    if len(body) <= _PIECE_BYTES:
        return body or None
    return _iterate_pieces(body, limit, write_seconds)


async def _iterate_pieces(
    body: bytes, limit: asyncio.Timeout, write_seconds: float | None
) -> AsyncIterator[bytes]:
    """Yield the pieces of `body`; `limit` expires when one has not been sent in time."""
    for start in range(0, len(body), _PIECE_BYTES):
        _set_limit(limit, write_seconds)
        yield body[start : start + _PIECE_BYTES]
    _set_limit(limit, None)


def _set_limit(limit: asyncio.Timeout, seconds: float | None) -> None:
    when = None if seconds is None else asyncio.get_running_loop().time() + seconds
    # A server may answer before it has read everything: then the limit is over.
    with contextlib.suppress(RuntimeError):
        limit.reschedule(when)


@contextmanager
def _translate_errors(request: httpx.Request) -> Iterator[None]:
    """Raise what aiohttp raises in the block as an `httpx.TransportError`."""
    try:
        yield
    except tuple(ours for ours, _ in _ERRORS) as error:
        kind = next(theirs for ours, theirs in _ERRORS if isinstance(error, ours))
        raise kind(str(error) or type(error).__name__, request=request) from error
