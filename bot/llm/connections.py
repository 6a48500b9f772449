"""An httpx transport that spreads its connections over several small pools.

httpcore looks at every connection of a pool whenever a request begins or ends. With some hundred
answers at once, this took a fifth of the time of a question.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

_POOL_COUNT, _CONNECTIONS_PER_POOL = 16, 16


class ShardedTransport(httpx.AsyncBaseTransport):
    """Fills the first pool, then the next, so that few requests reuse few open connections."""

    def __init__(self) -> None:
        context = httpx.create_ssl_context()
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=_CONNECTIONS_PER_POOL)
        self._pools = [
            httpx.AsyncHTTPTransport(verify=context, limits=limits) for _ in range(_POOL_COUNT)
        ]
        self._busy_counts = [0] * _POOL_COUNT

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        pool_index = self._choose_pool()
        self._busy_counts[pool_index] += 1
        try:
            response = await self._pools[pool_index].handle_async_request(request)
        except BaseException:
            self._busy_counts[pool_index] -= 1
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - the pool is async
        response.stream = _CountedStream(response.stream, self._busy_counts, pool_index)
        return response

    async def aclose(self) -> None:
        for pool in self._pools:
            await pool.aclose()

    def _choose_pool(self) -> int:
        for pool_index, busy_count in enumerate(self._busy_counts):
            if busy_count < _CONNECTIONS_PER_POOL:
                return pool_index
        return self._busy_counts.index(min(self._busy_counts))


class _CountedStream(httpx.AsyncByteStream):
    """The bytes of a response. Closing it frees the connection in its pool's count."""

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
