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
from typing import Any, TypeAlias, TypeVar

import aiosqlite
from sqlalchemy import Connection, create_engine, event, pool
from sqlalchemy.exc import DBAPIError

from bot.errors import RefuseToStart
from storage.migrations import upgrade

T = TypeVar("T")
Body: TypeAlias = Callable[[Connection], T]

_BUSY_MS = 5_000


class Database:
    """One connection that writes and one that reads over one SQLite file in WAL mode."""

    def __init__(self, path: Path) -> None:
        self._writer = _Lane(path, begin="BEGIN IMMEDIATE")
        self._reader = _Lane(path, begin="BEGIN")

    async def open(self) -> None:
        await self._writer.open()
        await self._reader.open()

    async def write(self, body: Body[T]) -> T:
        """Run `body` in one transaction: whole or not at all, even if the caller is cancelled."""
        return await finish(self._writer.transaction(body))

    async def read(self, body: Body[T]) -> T:
        """Run `body` against one consistent view. It must not write."""
        return await finish(self._reader.transaction(body))

    async def close(self) -> None:
        await self._reader.close()
        await self._writer.close()


class _Lane:
    """One SQLite connection on aiosqlite's thread, with SQLAlchemy Core over it.

    SQLAlchemy's own aiosqlite dialect crosses to the thread and back several times a statement,
    which was two thirds of the time a question took. Here a whole transaction is one crossing.
    """

    def __init__(self, path: Path, *, begin: str) -> None:
        self._path = path
        self._begin = begin
        self._thread = aiosqlite.Connection(self._connect, iter_chunk_size=64)
        self._core: Connection | None = None

    async def open(self) -> None:
        await self._thread

    async def transaction(self, body: Body[T]) -> T:
        result: T = await self._on_thread(self._run, body)
        return result

    async def close(self) -> None:
        await self._on_thread(self._disconnect)
        await self._thread.close()

    async def _on_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        # aiosqlite has no public name for it.
        return await self._thread._execute(work, *args)  # type: ignore[no-untyped-call]

    def _run(self, body: Body[T]) -> T:
        assert self._core is not None  # noqa: S101 - opened before anything runs
        with self._core.begin():
            return body(self._core)

    def _connect(self) -> sqlite3.Connection:
        # The driver's own transactions begin late and in deferred mode; ours are explicit.
        raw = sqlite3.connect(self._path, isolation_level=None)
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        engine = create_engine(
            "sqlite://", creator=lambda: raw, poolclass=pool.StaticPool, hide_parameters=True
        )

        @event.listens_for(engine, "begin")
        def begin_explicitly(connection: Connection) -> None:
            connection.exec_driver_sql(self._begin)

        self._core = engine.connect()
        return raw

    def _disconnect(self) -> None:
        if self._core is not None:
            self._core.close()
            self._core.engine.dispose()


@asynccontextmanager
async def open_database(path: Path) -> AsyncIterator[Database]:
    """Open `path`, migrated to the newest schema. Raises `RefuseToStart` with what to do.

    A file that is not an Easel database is left untouched.
    """
    await asyncio.to_thread(prepare, path)
    database = Database(path)
    await database.open()
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
