"""Runs transactions on PostgreSQL, on threads of their own. Knows no table.

`dialects.py` has what queries say differently there, `postgresql/` how a transaction is run and how
a database is opened.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Coroutine, Sequence
from typing import Any, TypeVar

import structlog

from bot.domain.errors import StoreError
from bot.observability.error_codes import get_error_code
from bot.observability.rare_warning import RareWarning
from storage.engine.arrivals import ArrivalLine, Patience
from storage.engine.database import Body
from storage.engine.postgresql.connections import OPTIONS, Connections
from storage.engine.waiting import run_to_completion

T = TypeVar("T")

log = structlog.get_logger(__name__)

# Connections of one replica to the database, besides the queue's and the one that listens.
WRITERS, READERS = 6, 4
# What events that are being stored may use of either: answers need the others.
_ARRIVING_WRITERS, _ARRIVING_READERS = 4, 2
# What they may take once they have a connection, and what a look before may wait for one.
_MAX_ARRIVAL_SECONDS, _LOOK_PATIENCE = 5.0, Patience(burst=0.3, standing=0.3)
# One more is for what shows that this replica lives: its claims would end behind its own answers.
# With those: the queue's pool and its listener, and the listener for announcements.
CONNECTIONS = WRITERS + READERS + 1 + 6
# A question's transactions take milliseconds. What takes longer is not coming back.
_MAX_SECONDS, _MAX_APART_SECONDS = 20.0, 120.0
_FLUSH_RETRY_SECONDS = 1.0
_CLOSED = "closed"  # the detail of a `StoreError`


class PostgresDatabase:
    """Implements `storage.engine.database.Database` on `url`, as `postgresql://…`.

    Transactions run side by side, in this process and in others: a body that reads what it then
    changes locks it first, see `named_locks.lock`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._writer = Connections(url, WRITERS, isolation_level="READ COMMITTED")
        self._reader = Connections(
            url,
            READERS,
            isolation_level="REPEATABLE READ",
            options=f"{OPTIONS} -c default_transaction_read_only=on",
        )
        self._first = Connections(url, 1, isolation_level="READ COMMITTED")
        self._arriving = ArrivalLine(_ARRIVING_WRITERS, time.monotonic)
        self._looking = ArrivalLine(_ARRIVING_READERS, time.monotonic, _LOOK_PATIENCE)
        self._deferred: list[Body[None]] = []
        self._flush_timer: asyncio.TimerHandle | None = None
        self._flushes: set[asyncio.Task[Any]] = set()
        self._failed_flushes = RareWarning(time.monotonic)
        self._is_closed = False
        self.commits = 0

    async def open(self) -> None:
        """Connect once. Raises `StoreError` where that fails."""
        await self.read(lambda c: c.exec_driver_sql("SELECT 1").close())

    async def write(self, body: Body[T]) -> T:
        """See `Database.write`; a body may run several times, of which only the last counts."""
        if self._is_closed:
            raise StoreError(_CLOSED)
        if deferred := self._take_deferred():
            # As a flush, which it is: others may have to wait for what was deferred.
            work: Awaitable[T] = self._start_flush_with(self._write(deferred, body))
        else:
            work = self._writer.run(body, _MAX_SECONDS)
        result = await run_to_completion(work)
        self.commits += 1
        return result

    async def write_in_time(self, body: Body[T]) -> T:
        if self._is_closed:
            raise StoreError(_CLOSED)
        result = await run_to_completion(self._run_in_line(self._arriving, self._writer, body))
        self.commits += 1
        return result

    async def write_first(self, body: Body[T]) -> T:
        result = await self.read_first(body)
        self.commits += 1
        return result

    async def read_first(self, body: Body[T]) -> T:
        if self._is_closed:
            raise StoreError(_CLOSED)
        return await run_to_completion(self._first.run(body, _MAX_SECONDS))

    @property
    def has_room(self) -> bool:
        return self._arriving.has_room

    def defer(self, body: Body[None], *, within_seconds: float) -> None:
        self._deferred.append(body)
        self._schedule_flush(within_seconds)

    @property
    def has_deferred(self) -> bool:
        return bool(self._deferred or self._flushes)

    async def flush(self) -> None:
        # Transactions run side by side: what is being written by another is not there yet.
        flushes = set(self._flushes)
        if self._deferred:
            await self.write(lambda _: None)
        if flushes:
            await asyncio.wait(flushes)

    async def read(self, body: Body[T]) -> T:
        if self._is_closed:
            raise StoreError(_CLOSED)
        return await run_to_completion(self._reader.run(body, _MAX_SECONDS))

    async def read_in_time(self, body: Body[T]) -> T:
        if self._is_closed:
            raise StoreError(_CLOSED)
        return await run_to_completion(self._run_in_line(self._looking, self._reader, body))

    async def read_apart(self, body: Body[T]) -> T:
        if self._is_closed:
            raise StoreError(_CLOSED)
        return await run_to_completion(self._reader.run(body, _MAX_APART_SECONDS))

    async def close(self) -> None:
        """Write what is deferred, and close. Failures are logged."""
        if self._flush_timer is not None:
            self._flush_timer.cancel()
        if self._flushes:
            await asyncio.wait(self._flushes)
        if self._deferred:
            await self._flush()
        self._is_closed = True
        await self._writer.close()
        await self._reader.close()
        await self._first.close()

    async def _run_in_line(self, line: ArrivalLine, connections: Connections, body: Body[T]) -> T:
        async with line.hold_place():
            return await connections.run(body, _MAX_ARRIVAL_SECONDS)

    async def _write(self, deferred: Sequence[Body[None]], body: Body[T]) -> T:
        has_run = False

        def run_all(connection: Any) -> T:
            nonlocal has_run
            has_run = False
            for one in deferred:
                one(connection)
            result = body(connection)
            has_run = True
            return result

        try:
            return await self._writer.run(run_all, _MAX_SECONDS)
        except Exception:  # what `body` raises, it raises again
            # One of them failed, and must not take the others with it.
            await self._run_apart(deferred)
            if has_run:
                raise  # it may be committed, and must not be done twice
            return await self._writer.run(body, _MAX_SECONDS)

    async def _run_apart(self, deferred: Sequence[Body[None]]) -> None:
        """Run each in a transaction of its own; what an outage stops is deferred again."""
        for index, one in enumerate(deferred):
            try:
                await self._writer.run(one, _MAX_SECONDS)
            except StoreError as error:
                self._deferred[:0] = deferred[index:]
                if count := self._failed_flushes.count():
                    code = get_error_code(error)
                    log.warning("store_failed", at="deferred", code=code, count=count)
                self._schedule_flush(_FLUSH_RETRY_SECONDS)
                return
            except Exception:
                # Those behind it have nothing to do with that.
                log.exception("bug")

    def _take_deferred(self) -> list[Body[None]]:
        deferred, self._deferred = self._deferred, []
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        return deferred

    def _schedule_flush(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        if self._is_closed:
            return
        if self._flush_timer is not None:
            if self._flush_timer.when() <= loop.time() + seconds:
                return
            self._flush_timer.cancel()
        self._flush_timer = loop.call_later(seconds, self._start_flush)

    def _start_flush(self) -> None:
        self._flush_timer = None
        self._start_flush_with(self._flush())

    def _start_flush_with(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work, name="flush")
        self._flushes.add(task)
        task.add_done_callback(self._flushes.discard)
        return task

    async def _flush(self) -> None:
        if deferred := self._take_deferred():
            await self._run_apart(deferred)
