"""Several replicas on one PostgreSQL database, as far as their stores are concerned."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from storage.engine.postgres import PostgresDatabase
from storage.engine.postgresql.opening import open_postgres

NAMES = ("a", "b", "c")


@asynccontextmanager
async def open_replicas(url: str, count: int = 3) -> AsyncIterator[list[PostgresDatabase]]:
    """Open the database at `url` as `count` processes would, each with connections of its own."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(open_postgres(url)) for _ in range(count)]
