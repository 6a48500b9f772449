"""The SQLite file: opening it, its pragmas, its transactions. Knows no table.

Query bodies are plain functions of a SQLAlchemy `Connection`; `Database` runs them.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import RefuseToStart
from storage.migrations import upgrade

T = TypeVar("T")

_BUSY_MS = 5_000


class Database:
    """One writer connection and a few readers over one SQLite file in WAL mode."""

    def __init__(self, path: Path) -> None:
        self._writer = _engine(path, begin="BEGIN IMMEDIATE", connections=1)
        self._reader = _engine(path, begin="BEGIN", connections=2)

    async def write(self, body: Callable[[Connection], T]) -> T:
        """Run `body` in one transaction: whole or not at all, even if the caller is cancelled."""

        async def transaction() -> T:
            async with self._writer.begin() as connection:
                return await connection.run_sync(body)

        return await finish(transaction())

    async def read(self, body: Callable[[Connection], T]) -> T:
        """Run `body` against one consistent view. It must not write."""

        async def view() -> T:
            async with self._reader.connect() as connection:
                return await connection.run_sync(body)

        # A cancelled read would leave its connection to be torn down half-way.
        return await finish(view())

    async def close(self) -> None:
        await self._reader.dispose()
        await self._writer.dispose()


@asynccontextmanager
async def open_database(path: Path) -> AsyncIterator[Database]:
    """Open `path`, migrated to the newest schema. Raises `RefuseToStart` with what to do.

    A file that is not an Easel database is left untouched.
    """
    await asyncio.to_thread(prepare, path)
    database = Database(path)
    try:
        yield database
    finally:
        await finish(database.close())


async def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end even if the caller is cancelled; then let the cancellation through."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # retrieved, so asyncio does not warn; the cancellation wins
        raise


def prepare(path: Path) -> None:
    """Create the file if need be and migrate it. Raises `RefuseToStart`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        upgrade(path)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        cause = getattr(error, "orig", None) or error
        raise RefuseToStart(
            [
                f"DATABASE_URL: the database {path} cannot be used ({cause});"
                " the file was left as it is"
            ]
        ) from error


def _engine(path: Path, *, begin: str, connections: int) -> AsyncEngine:
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        pool_size=connections,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,
    )

    # The driver's own transaction handling begins late and in deferred mode; ours is explicit.
    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_explicitly(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
