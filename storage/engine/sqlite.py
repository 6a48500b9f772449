"""Open the SQLite file and run transactions on it. Knows no table.

A query is a plain function of a SQLAlchemy `Connection`; `SqliteDatabase` runs it. `connection.py`
has the threads, and how transactions are committed together.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from bot.disk.private_folder import FOLDER_MODE
from bot.domain.errors import NotNow, StartupError
from storage.engine.connection import Body, ThreadedConnection
from storage.engine.failures import is_passing
from storage.engine.files import protect_files
from storage.engine.waiting import run_to_completion
from storage.migrations import HEAD, describe_schema, read_file_revision, upgrade

T = TypeVar("T")


class SqliteDatabase:
    """Implements `storage.engine.database.Database` with two connections to one file in WAL mode.

    One writes, one reads.

    With `is_read_only` neither changes anything, and `write` raises `StoreError`.
    """

    def __init__(self, path: Path, *, is_read_only: bool = False) -> None:
        self._connect = partial(ThreadedConnection, path, is_read_only=is_read_only)
        self._writer = self._connect(begin_statement="BEGIN IMMEDIATE")
        self._reader = self._connect(begin_statement="BEGIN")

    async def open(self) -> None:
        await self._writer.open()
        await self._reader.open()

    async def write(self, body: Body[T]) -> T:
        """Run `body` in one transaction: whole or not at all, even if the caller is cancelled.

        `body` may run twice, of which only the second counts. Raises what `body` raises, and
        `StoreError` if the database fails or is closed.
        """
        return await self._writer.run_transaction(body)

    async def write_in_time(self, body: Body[T]) -> T:
        """As `write`. This process has the file alone: what waits is stored together, and late is
        better than once more."""
        return await self.write(body)

    async def write_first(self, body: Body[T]) -> T:
        return await self.write(body)

    async def read_first(self, body: Body[T]) -> T:
        return await self.read(body)

    @property
    def has_room(self) -> bool:
        return True

    def defer(self, body: Body[None], *, within_seconds: float) -> None:
        """Run `body` at the beginning of the next transaction that writes.

        If there is none within `within_seconds`, one is run for it. Until that is committed the
        process may end without it.
        """
        self._writer.defer(body, within_seconds=within_seconds)

    @property
    def has_deferred(self) -> bool:
        """Whether something that was deferred is not committed yet."""
        return self._writer.has_deferred

    async def flush(self) -> None:
        if self.has_deferred:
            await self.write(lambda _: None)

    async def read(self, body: Body[T]) -> T:
        """Run `body` on one consistent snapshot; it must not write. Raises as `write` does."""
        return await self._reader.run_transaction(body)

    async def read_in_time(self, body: Body[T]) -> T:
        return await self.read(body)

    async def read_apart(self, body: Body[T]) -> T:
        """As `read`, on a connection of its own: what takes long holds up no other reader."""

        async def open_and_read() -> T:
            connection = self._connect(begin_statement="BEGIN")
            await connection.open()
            try:
                return await connection.run_transaction(body)
            finally:
                await connection.close()

        # Not left half open: the connection has a thread, which would outlive the loop.
        return await run_to_completion(open_and_read())

    @property
    def commits(self) -> int:
        """The number of transactions that have changed something since the database was opened."""
        return self._writer.commits

    async def close(self) -> None:
        try:
            await self._reader.close()
        finally:
            await self._writer.close()


@asynccontextmanager
async def open_database(path: Path) -> AsyncIterator[SqliteDatabase]:
    """Open the database at `path`, migrated to the newest schema, and close it in the end.

    Raises `StartupError`, which says what to do. A file that is not an Easel database is left
    untouched.
    """
    await asyncio.to_thread(prepare_database, path)
    async with _open(SqliteDatabase(path)) as database:
        yield database


@asynccontextmanager
async def open_for_reading(path: Path) -> AsyncIterator[SqliteDatabase]:
    """Open the database at `path` as it is, and change nothing: neither its schema nor its modes.

    So an Easel that runs goes on with its own schema, and a copy may be read by whoever may read
    the file. Raises `StartupError`, and `NotNow` where the schema is another one than this Easel's.
    """
    revision = await asyncio.to_thread(read_file_revision, path)
    if revision != HEAD:
        raise NotNow([f"DATABASE_URL: {path} {describe_schema(revision)}"])
    async with _open(SqliteDatabase(path, is_read_only=True)) as database:
        yield database


@asynccontextmanager
async def _open(database: SqliteDatabase) -> AsyncIterator[SqliteDatabase]:
    try:
        # Not left half open: each connection has a thread, which would outlive the process's end.
        await run_to_completion(database.open())
        yield database
    finally:
        await run_to_completion(database.close())


def prepare_database(path: Path) -> None:
    """Create the file if it is missing, and migrate it.

    Raises `StartupError` if it cannot be used, or holds the tables of another program or of a
    newer Easel; `NotNow` for a full disk and another program's lock.
    """
    try:
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        protect_files(path)
        upgrade(path)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        cause = getattr(error, "orig", None) or error
        kind = NotNow if is_passing(error) else StartupError
        raise kind(
            [
                f"DATABASE_URL: the database {path} cannot be used ({cause});"
                " the file was left as it is"
            ]
        ) from error
