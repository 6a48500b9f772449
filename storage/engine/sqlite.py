"""The SQLite file: opening it, its pragmas, its transactions. Knows no table.

Query bodies are plain functions of a SQLAlchemy `Connection`; `Database` runs them.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import aiosqlite
from sqlalchemy import Connection, create_engine, event, pool
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import StartupError, StoreError
from storage.migrations import upgrade

T = TypeVar("T")
Body: TypeAlias = Callable[[Connection], T]

_BUSY_TIMEOUT_MS = 5_000
# More would make the first of a burst wait for the last.
_MAX_BATCH = 32


class Database:
    """One connection that writes and one that reads over one SQLite file in WAL mode."""

    def __init__(self, path: Path) -> None:
        self._writer = _Lane(path, begin_statement="BEGIN IMMEDIATE", max_batch=_MAX_BATCH)
        self._reader = _Lane(path, begin_statement="BEGIN", max_batch=1)

    async def open(self) -> None:
        await self._writer.open()
        await self._reader.open()

    async def write(self, body: Body[T]) -> T:
        """Run `body` in one transaction: whole or not at all, even if the caller is cancelled.

        Raises what `body` raises, and `StoreFailed` where the database does not work.
        """
        return await finish(self._writer.run_transaction(body))

    async def read(self, body: Body[T]) -> T:
        """Run `body` against one consistent view. It must not write."""
        return await finish(self._reader.run_transaction(body))

    @property
    def commits(self) -> int:
        """How many transactions have written so far."""
        return self._writer.commits

    async def close(self) -> None:
        await self._reader.close()
        await self._writer.close()


@dataclass(slots=True)
class _PendingTransaction:
    """One body that waits for its turn, and what it came to."""

    body: Body[Any]
    result: Any = None
    error: Exception | None = None


class _Lane:
    """One SQLite connection on aiosqlite's thread, with SQLAlchemy Core over it.

    SQLAlchemy's own aiosqlite dialect crosses to the thread and back several times a statement,
    which was two thirds of the time a question took. Here a whole transaction is one crossing.

    Bodies that wait at the same moment, at most `together`, are committed together: a commit waits
    for the disk, and a burst would wait for it once per body. Each has a savepoint of its own.
    """

    def __init__(self, path: Path, *, begin_statement: str, max_batch: int) -> None:
        self._path = path
        self._begin_statement = begin_statement
        self._max_batch = max_batch
        self._async_connection = aiosqlite.Connection(self._connect, iter_chunk_size=64)
        self._connection: Connection | None = None
        self._waiting: deque[_PendingTransaction] = deque()
        self.commits = 0  # that changed anything
        self._seen_changes = 0

    async def open(self) -> None:
        await self._async_connection

    async def run_transaction(self, body: Body[T]) -> T:
        work = _PendingTransaction(body)
        self._waiting.append(work)
        # Jobs run in order, so by the end of this one ours is done, if not with an earlier one.
        await self._run_on_thread(self._run_waiting)
        if work.error is not None:
            raise _translate_error(work.error) from work.error
        result: T = work.result
        return result

    async def close(self) -> None:
        await self._run_on_thread(self._disconnect)
        await self._async_connection.close()

    async def _run_on_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        # aiosqlite has no public name for it.
        return await self._async_connection._execute(work, *args)  # type: ignore[no-untyped-call]

    def _run_waiting(self) -> None:
        batch: list[_PendingTransaction] = []
        while self._waiting and len(batch) < self._max_batch:
            batch.append(self._waiting.popleft())
        if not batch:
            return
        try:
            self._commit(batch)
        except Exception as error:  # noqa: BLE001 - whoever waits for the work is told
            for work in batch:
                work.error = work.error or error

    def _commit(self, batch: list[_PendingTransaction]) -> None:
        assert self._connection is not None  # noqa: S101 - opened before anything runs
        with self._connection.begin():
            if len(batch) == 1:
                batch[0].result = batch[0].body(self._connection)
            else:
                for work in batch:
                    self._run_in_savepoint(work, self._connection)
        changes = self._raw.total_changes
        self.commits += changes != self._seen_changes
        self._seen_changes = changes

    def _run_in_savepoint(self, work: _PendingTransaction, connection: Connection) -> None:
        savepoint = connection.begin_nested()
        try:
            work.result = work.body(connection)
        except DBAPIError:
            # A full or failing disk ends the whole transaction, savepoints and all.
            raise
        except Exception as error:  # noqa: BLE001 - its own; the others go on
            work.error = error
            savepoint.rollback()
        else:
            savepoint.commit()

    def _connect(self) -> sqlite3.Connection:
        # The driver's own transactions begin late and in deferred mode; ours are explicit.
        raw = self._raw = sqlite3.connect(self._path, isolation_level=None)
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        engine = create_engine(
            "sqlite://", creator=lambda: raw, poolclass=pool.StaticPool, hide_parameters=True
        )

        @event.listens_for(engine, "begin")
        def begin_explicitly(connection: Connection) -> None:
            connection.exec_driver_sql(self._begin_statement)

        self._connection = engine.connect()
        return raw

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection.engine.dispose()


@asynccontextmanager
async def open_database(path: Path) -> AsyncIterator[Database]:
    """Open `path`, migrated to the newest schema. Raises `RefuseToStart` with what to do.

    A file that is not an Easel database is left untouched.
    """
    await asyncio.to_thread(prepare_database, path)
    database = Database(path)
    await database.open()
    try:
        yield database
    finally:
        await finish(database.close())


def _translate_error(error: Exception) -> Exception:
    if isinstance(error, DBAPIError | sqlite3.Error):
        cause = getattr(error, "orig", None) or error
        return StoreError(getattr(cause, "sqlite_errorname", type(cause).__name__))
    return error


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


def prepare_database(path: Path) -> None:
    """Create the file if need be and migrate it. Raises `RefuseToStart`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        upgrade(path)
    except (OSError, sqlite3.Error, DBAPIError) as error:
        cause = getattr(error, "orig", None) or error
        raise StartupError(
            [
                f"DATABASE_URL: the database {path} cannot be used ({cause});"
                " the file was left as it is"
            ]
        ) from error
