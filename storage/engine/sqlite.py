"""Open the SQLite file, set its pragmas and run transactions. Knows no table.

A query is a plain function of a SQLAlchemy `Connection`; `Database` runs it.
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
from typing import Any, NoReturn, TypeAlias, TypeVar

import aiosqlite
from sqlalchemy import Connection, create_engine, event, pool
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import StartupError, StoreError
from storage.migrations import upgrade

T = TypeVar("T")
Body: TypeAlias = Callable[[Connection], T]

_BUSY_TIMEOUT_MS = 5_000
_CLOSED = "closed"  # the detail of a `StoreError`
# With a larger batch, the first transaction of a burst would wait too long for the last.
_MAX_BATCH = 32


class Database:
    """Two connections to one SQLite file in WAL mode: one writes, one reads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = _ThreadedConnection(
            path, begin_statement="BEGIN IMMEDIATE", max_batch=_MAX_BATCH
        )
        self._reader = _ThreadedConnection(path, begin_statement="BEGIN", max_batch=1)

    async def open(self) -> None:
        await self._writer.open()
        await self._reader.open()

    async def write(self, body: Body[T]) -> T:
        """Run `body` in one transaction: whole or not at all, even if the caller is cancelled.

        Raises what `body` raises, and `StoreError` if the database fails or is closed.
        """
        return await _run_to_completion(self._writer.run_transaction(body))

    async def read(self, body: Body[T]) -> T:
        """Run `body` on one consistent snapshot; it must not write. Raises as `write` does."""
        return await _run_to_completion(self._reader.run_transaction(body))

    async def read_apart(self, body: Body[T]) -> T:
        """As `read`, on a connection of its own: what takes long holds up no other reader."""
        connection = _ThreadedConnection(self._path, begin_statement="BEGIN", max_batch=1)
        await connection.open()
        try:
            return await _run_to_completion(connection.run_transaction(body))
        finally:
            await connection.close()

    @property
    def commits(self) -> int:
        """The number of transactions that have changed something since the database was opened."""
        return self._writer.commits

    async def close(self) -> None:
        try:
            await self._reader.close()
        finally:
            await self._writer.close()


@dataclass(slots=True)
class _PendingTransaction:
    """A body that waits for its turn, then its result or its error."""

    body: Body[Any]
    result: Any = None
    error: Exception | None = None


class _ThreadedConnection:
    """One SQLite connection on aiosqlite's thread, with SQLAlchemy Core on top of it.

    SQLAlchemy's own aiosqlite dialect switches to the thread and back several times for each
    statement, which took two thirds of the time of a question. Here a whole transaction takes one
    switch.

    Bodies that wait at the same moment, at most `max_batch` of them, are committed together: each
    commit waits for the disk, and a burst would wait once for each body. Each body has a savepoint
    of its own.
    """

    def __init__(self, path: Path, *, begin_statement: str, max_batch: int) -> None:
        self._path = path
        self._begin_statement = begin_statement
        self._max_batch = max_batch
        self._async_connection = aiosqlite.Connection(self._connect, iter_chunk_size=64)
        self._connection: Connection | None = None
        self._waiting: deque[_PendingTransaction] = deque()
        self.commits = 0  # only those that changed something
        self._seen_changes = 0

    async def open(self) -> None:
        await self._async_connection

    async def run_transaction(self, body: Body[T]) -> T:
        transaction = _PendingTransaction(body)
        self._waiting.append(transaction)
        # Calls run in order: when this one ends, ours has run, in this batch or an earlier one.
        await self._run_on_thread(self._run_waiting)
        if transaction.error is not None:
            _raise_translated(transaction.error)
        result: T = transaction.result
        return result

    async def close(self) -> None:
        try:
            await self._run_on_thread(self._disconnect)
        finally:
            await self._async_connection.close()

    async def _run_on_thread(self, call: Callable[[], None]) -> None:
        """Run `call` on aiosqlite's thread; `call` itself must not raise `ValueError`.

        Raises `StoreError` once the connection is closed. This is the only use of a private name
        of aiosqlite: each public method runs one SQL statement or one function of SQLite.
        """
        try:
            await self._async_connection._execute(call)  # type: ignore[no-untyped-call]
        except ValueError as error:  # this is how aiosqlite reports a closed connection
            raise StoreError(_CLOSED) from error

    def _run_waiting(self) -> None:
        batch: list[_PendingTransaction] = []
        while self._waiting and len(batch) < self._max_batch:
            batch.append(self._waiting.popleft())
        if not batch:
            return
        try:
            self._commit(batch)
        except Exception as error:  # noqa: BLE001 - raised again to each caller
            for transaction in batch:
                transaction.error = transaction.error or error

    def _commit(self, batch: list[_PendingTransaction]) -> None:
        if self._connection is None:  # closed while the call was on its way
            raise StoreError(_CLOSED)
        with self._connection.begin():
            if len(batch) == 1:
                batch[0].result = batch[0].body(self._connection)
            else:
                for transaction in batch:
                    self._run_in_savepoint(transaction, self._connection)
        changes = self._raw.total_changes
        self.commits += changes != self._seen_changes
        self._seen_changes = changes

    def _run_in_savepoint(self, transaction: _PendingTransaction, connection: Connection) -> None:
        savepoint = connection.begin_nested()
        try:
            transaction.result = transaction.body(connection)
        except DBAPIError:
            # A full or failing disk ends the whole transaction with all its savepoints.
            raise
        except Exception as error:  # noqa: BLE001 - only this body fails; the others go on
            transaction.error = error
            savepoint.rollback()
        else:
            savepoint.commit()

    def _connect(self) -> sqlite3.Connection:
        # The driver would begin transactions late and in deferred mode; ours begin explicitly.
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
            self._connection = None


@asynccontextmanager
async def open_database(path: Path) -> AsyncIterator[Database]:
    """Open the database at `path`, migrated to the newest schema, and close it in the end.

    Raises `StartupError`, which says what to do. A file that is not an Easel database is left
    untouched.
    """
    await asyncio.to_thread(prepare_database, path)
    database = Database(path)
    await database.open()
    try:
        yield database
    finally:
        await _run_to_completion(database.close())


def _raise_translated(error: Exception) -> NoReturn:
    """Raise `StoreError` with SQLite's name of the error, or `error` itself if it is another's."""
    if isinstance(error, DBAPIError | sqlite3.Error):
        cause = getattr(error, "orig", None) or error
        detail = getattr(cause, "sqlite_errorname", type(cause).__name__)
        raise StoreError(detail) from error
    raise error


async def _run_to_completion(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end even if the caller is cancelled; then raise the cancellation."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # retrieved so that asyncio does not warn; the cancellation wins
        raise


def prepare_database(path: Path) -> None:
    """Create the file if it is missing, and migrate it.

    Raises `StartupError` if it cannot be used, or holds the tables of another program or of a
    newer Easel.
    """
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
