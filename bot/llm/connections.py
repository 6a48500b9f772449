"""An httpx transport with a pool of its own for each connection.

httpcore looks at every connection of a pool, and asks its socket, whenever a request begins or
ends. With a hundred answers at once, this took a tenth of the time of a question.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable

import httpx

_MAX_IDLE = 256
# Providers close idle connections themselves, at the earliest after about this long.
_IDLE_SECONDS = 30.0


class ConnectionStack(httpx.AsyncBaseTransport):
    """Takes the connection that was used last, so that few requests reuse few connections."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._context = httpx.create_ssl_context()
        self._limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
        self._idle: deque[tuple[httpx.AsyncHTTPTransport, float]] = deque()

    @property
    def idle_count(self) -> int:
        """The number of connections that wait for a request."""
        return len(self._idle)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        connection = self._take()
        try:
            response = await connection.handle_async_request(request)
        except BaseException:
            await connection.aclose()
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - the pool is async
        response.stream = _ReturnedStream(response.stream, connection, self)
        return response

    async def aclose(self) -> None:
        while self._idle:
            await self._idle.pop()[0].aclose()

    async def give_back(self, connection: httpx.AsyncHTTPTransport) -> None:
        """Keep `connection` for another request; close those that have been idle for long."""
        now = self._clock()
        self._idle.append((connection, now))
        expired: list[httpx.AsyncHTTPTransport] = []
        while len(self._idle) > _MAX_IDLE or self._idle[0][1] < now - _IDLE_SECONDS:
            expired.append(self._idle.popleft()[0])
        for other in expired:
            # A connection that cannot be closed properly is no concern of this request.
            with contextlib.suppress(Exception):
                await other.aclose()

    def _take(self) -> httpx.AsyncHTTPTransport:
        if self._idle:
            return self._idle.pop()[0]
        return httpx.AsyncHTTPTransport(verify=self._context, limits=self._limits)


class _ReturnedStream(httpx.AsyncByteStream):
    """The bytes of a response. Closing it gives the connection back."""

    def __init__(
        self,
        stream: httpx.AsyncByteStream,
        connection: httpx.AsyncHTTPTransport,
        stack: ConnectionStack,
    ) -> None:
        self._stream = stream
        self._connection: httpx.AsyncHTTPTransport | None = connection
        self._stack = stack

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        try:
            await self._stream.aclose()
        finally:
            if connection is not None:
                await self._stack.give_back(connection)
