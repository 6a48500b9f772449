"""Connections to the provider in several small pools. Knows nothing of what they carry.

httpcore looks at every connection of a pool whenever a request begins or ends: with some hundred
answers at once that was a fifth of the time a question took.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

_POOL_COUNT, _CONNECTIONS_PER_POOL = 16, 16


class ShardedTransport(httpx.AsyncBaseTransport):
    """Fills the first pool, then the next: few requests share few connections, kept alive."""

    def __init__(self) -> None:
        context = httpx.create_ssl_context()
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=_CONNECTIONS_PER_POOL)
        self._pools = [
            httpx.AsyncHTTPTransport(verify=context, limits=limits) for _ in range(_POOL_COUNT)
        ]
        self._busy_counts = [0] * _POOL_COUNT

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        chosen = self._choose_pool()
        self._busy_counts[chosen] += 1
        try:
            response = await self._pools[chosen].handle_async_request(request)
        except BaseException:
            self._busy_counts[chosen] -= 1
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - it is async
        response.stream = _CountedStream(response.stream, self._busy_counts, chosen)
        return response

    async def aclose(self) -> None:
        for pool in self._pools:
            await pool.aclose()

    def _choose_pool(self) -> int:
        for number, busy in enumerate(self._busy_counts):
            if busy < _CONNECTIONS_PER_POOL:
                return number
        return self._busy_counts.index(min(self._busy_counts))


class _CountedStream(httpx.AsyncByteStream):
    """A response's bytes; its connection is free again when they are closed."""

    def __init__(
        self, stream: httpx.AsyncByteStream, busy_counts: list[int], pool_index: int
    ) -> None:
        self._stream = stream
        self._busy_counts = busy_counts
        self._pool_index: int | None = pool_index

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk

    async def aclose(self) -> None:
        if self._pool_index is not None:
            self._busy_counts[self._pool_index] -= 1
            self._pool_index = None
        await self._stream.aclose()
