"""Connections to the provider in several small pools. Knows nothing of what they carry.

httpcore looks at every connection of a pool whenever a request begins or ends: with some hundred
answers at once that was a fifth of the time a question took.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

_POOLS, _EACH = 16, 16


class ManyPools(httpx.AsyncBaseTransport):
    """Fills the first pool, then the next: few requests share few connections, kept alive."""

    def __init__(self) -> None:
        context = httpx.create_ssl_context()
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=_EACH)
        self._pools = [
            httpx.AsyncHTTPTransport(verify=context, limits=limits) for _ in range(_POOLS)
        ]
        self._busy = [0] * _POOLS

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        chosen = self._choose()
        self._busy[chosen] += 1
        try:
            response = await self._pools[chosen].handle_async_request(request)
        except BaseException:
            self._busy[chosen] -= 1
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - it is async
        response.stream = _Counted(response.stream, self._busy, chosen)
        return response

    async def aclose(self) -> None:
        for pool in self._pools:
            await pool.aclose()

    def _choose(self) -> int:
        for number, busy in enumerate(self._busy):
            if busy < _EACH:
                return number
        return self._busy.index(min(self._busy))


class _Counted(httpx.AsyncByteStream):
    """A response's bytes; its connection is free again when they are closed."""

    def __init__(self, stream: httpx.AsyncByteStream, busy: list[int], chosen: int) -> None:
        self._stream = stream
        self._busy = busy
        self._chosen: int | None = chosen

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk

    async def aclose(self) -> None:
        if self._chosen is not None:
            self._busy[self._chosen] -= 1
            self._chosen = None
        await self._stream.aclose()
