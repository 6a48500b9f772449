"""Opens connections that are closed whatever happens to who uses them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def connect(
    host: str, port: int, *, local_host: str | None = None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Yield a connection to a port, from `local_host` if that is given. Raises `OSError`.

    One that is left open fails the test in which the collector finds it, which is another one.
    """
    local_address = (local_host, 0) if local_host else None
    reader, writer = await asyncio.open_connection(host, port, local_addr=local_address)
    try:
        yield reader, writer
    finally:
        writer.close()
