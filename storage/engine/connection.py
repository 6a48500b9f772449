"""One SQLite connection on a thread of its own, and the transactions that wait for it.

`sqlite.py` has two of them, and says what callers may rely on.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import aiosqlite
import structlog
from sqlalchemy import Connection, create_engine, event, pool

from bot.domain.errors import StoreError
from bot.observability.error_codes import get_error_code
from bot.observability.rare_warning import RareWarning
from storage.engine.failures import is_outage, translate
from storage.engine.files import build_read_only_uri, refuse_links
from storage.engine.waiting import TransactionEnd

T = TypeVar("T")
Body: TypeAlias = Callable[[Connection], T]

log = structlog.get_logger(__name__)

_BUSY_TIMEOUT_MS = 5_000
_CLOSED = "closed"  # the detail of a `StoreError`
# With a larger batch, the first transaction of a burst would wait too long for the last.
_MAX_BATCH = 32
# When to try again to write what was deferred, after the database has failed.
_FLUSH_RETRY_SECONDS = 1.0


@dataclass(slots=True)
class _Transaction:
    """A body that waits for its turn, then its result or its error.

    `done` tells the caller; it is None where the body was deferred.
    """

    body: Body[Any]
    done: asyncio.Future[Any] | None = None
    result: Any = None
    error: Exception | None = None

    def finish(self) -> None:
        """Give the result or the error to who waits for it."""
        if self.done is not None and self.error is None:
            self.done.set_result(self.result)
        elif self.done is not None and self.error is not None:
            self.done.set_exception(translate(self.error))
        elif self.error is not None:
            log.error("bug", exc_info=self.error)


class ThreadedConnection:
    """One SQLite connection on aiosqlite's thread, with SQLAlchemy Core on top of it.

    SQLAlchemy's own aiosqlite dialect switches to the thread and back several times for each
    statement, which took two thirds of the time of a question. Here whole transactions take one
    switch.

    Bodies that wait at the same moment are committed together: each commit waits for the disk, and
    a burst would wait once for each body. A body that fails does not touch the others.
    """

    def __init__(self, path: Path, *, begin_statement: str, is_read_only: bool = False) -> None:
        self._path = path
        self._is_read_only = is_read_only
        self._begin_statement = begin_statement
        self._async_connection = aiosqlite.Connection(self._connect, iter_chunk_size=64)
        self._connection: Connection | None = None
        self._waiting: deque[_Transaction] = deque()
        self._deferred: list[_Transaction] = []
        self._flush_timer: asyncio.TimerHandle | None = None
        self._is_flush_due = False
        self._is_closing = False
        self._runner: asyncio.Task[None] | None = None
        self._failed_flushes = RareWarning(time.monotonic)
        self.commits = 0  # only those that changed something
        self._seen_changes = 0

    async def open(self) -> None:
        await self._async_connection

    async def run_transaction(self, body: Body[T]) -> T:
        """Run `body` in the next transaction, even if the caller is cancelled meanwhile."""
        done: TransactionEnd[T] = TransactionEnd()
        self._waiting.append(_Transaction(body, done))
        self._ensure_runner()
        return await done

    def defer(self, body: Body[None], *, within_seconds: float) -> None:
        """Run `body` at the beginning of the next transaction, which is run for it in the end."""
        self._deferred.append(_Transaction(body))
        self._schedule_flush(within_seconds)

    @property
    def has_deferred(self) -> bool:
        return bool(self._deferred)

    async def close(self) -> None:
        """Write what is deferred, and close."""
        self._is_closing = True
        if self._flush_timer is not None:
            self._flush_timer.cancel()
        try:
            if self._deferred:
                with contextlib.suppress(StoreError):  # logged
                    await self.run_transaction(lambda _: None)
            await self._run_on_thread(self._disconnect)
        finally:
            await self._async_connection.close()

    async def _run_batches(self) -> None:
        """Run what waits until nothing does. A batch holds whatever came during the last one."""
        while self._waiting or self._is_flush_due:
            size = min(len(self._waiting), _MAX_BATCH)
            batch = [self._waiting.popleft() for _ in range(size)]
            deferred, self._is_flush_due = list(self._deferred), False
            try:
                await self._run_on_thread(partial(self._commit, [*deferred, *batch]))
            except asyncio.CancelledError:
                # The loop is being torn down: nothing that waits may wait for ever.
                _fail([*batch, *self._waiting], StoreError(_CLOSED))
                self._waiting.clear()
                raise
            except Exception as error:  # noqa: BLE001 - raised again to each caller
                if deferred:
                    self._note_failed_flush(error)
                _fail(batch, error)
            else:
                del self._deferred[: len(deferred)]
                if not self._deferred and self._flush_timer is not None:
                    self._flush_timer.cancel()
                for transaction in (*deferred, *batch):
                    transaction.finish()

    def _schedule_flush(self, seconds: float) -> None:
        """Run a transaction after `seconds`, or earlier where that was scheduled before."""
        if self._is_closing:
            return
        loop, timer = asyncio.get_running_loop(), self._flush_timer
        if timer is not None and not timer.cancelled():
            if timer.when() <= loop.time() + seconds:
                return
            timer.cancel()
        self._flush_timer = loop.call_later(seconds, self._start_flush)

    def _note_failed_flush(self, error: Exception) -> None:
        """Try again to write what is deferred, after a while."""
        if count := self._failed_flushes.count():
            code = get_error_code(translate(error))
            log.warning("store_failed", at="deferred", code=code, count=count)
        self._schedule_flush(_FLUSH_RETRY_SECONDS)

    def _start_flush(self) -> None:
        self._flush_timer = None
        if self._deferred:
            self._is_flush_due = True
            self._ensure_runner()

    def _ensure_runner(self) -> None:
        if self._runner is None or self._runner.done():
            # In the context of no question: it writes for all of them.
            work, context = self._run_batches(), Context()
            self._runner = asyncio.create_task(work, name="transactions", context=context)

    async def _run_on_thread(self, call: Callable[[], None]) -> None:
        """Run `call` on aiosqlite's thread; `call` itself must not raise `ValueError`.

        Raises `StoreError` once the connection is closed. This is the only use of a private name
        of aiosqlite: each public method runs one SQL statement or one function of SQLite.
        """
        try:
            await self._async_connection._execute(call)
        except ValueError as error:  # this is how aiosqlite reports a closed connection
            raise StoreError(_CLOSED) from error

    def _commit(self, batch: Sequence[_Transaction]) -> None:
        """Run the bodies of `batch` in one transaction. Raises where all of it failed."""
        if self._connection is None:  # closed while the call was on its way
            raise StoreError(_CLOSED)
        try:
            with self._connection.begin():
                for transaction in batch:
                    transaction.result = transaction.body(self._connection)
        except Exception as error:
            if is_outage(error):
                raise
            self._commit_apart(batch, error)
        changes = self._raw.total_changes
        self.commits += changes != self._seen_changes
        self._seen_changes = changes

    def _commit_apart(self, batch: Sequence[_Transaction], error: Exception) -> None:
        """Run the bodies again, each in a savepoint: one of them raised `error`, which is rare."""
        if self._connection is None or len(batch) == 1:
            batch[0].error = error
            return
        with self._connection.begin():
            for transaction in batch:
                savepoint = self._connection.begin_nested()
                try:
                    transaction.result = transaction.body(self._connection)
                except Exception as own_error:
                    if is_outage(own_error):
                        raise
                    transaction.error = own_error
                    savepoint.rollback()
                else:
                    savepoint.commit()

    def _connect(self) -> sqlite3.Connection:
        # The driver would begin transactions late and in deferred mode; ours begin explicitly.
        refuse_links(self._path)
        address = build_read_only_uri(self._path) if self._is_read_only else str(self._path)
        raw = self._raw = sqlite3.connect(address, isolation_level=None, uri=self._is_read_only)
        if not self._is_read_only:
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


def _fail(transactions: Sequence[_Transaction], error: Exception) -> None:
    for transaction in transactions:
        transaction.error = error
        transaction.finish()
