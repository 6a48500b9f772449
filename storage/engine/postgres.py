"""Runs transactions on PostgreSQL, through SQLAlchemy's asynchronous engine. Knows no table.

`dialects.py` has what queries say differently there, `announcements.py` how replicas hear of each
other, `retries.py` which failures are tried again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import structlog
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.domain.errors import NotNow, StoreError
from bot.observability.error_codes import get_error_code
from bot.observability.rare_warning import RareWarning
from storage.engine.database import Body
from storage.engine.failures import is_broken_connection, is_outage, is_worth_repeating, translate
from storage.engine.text_values import register_text_values
from storage.engine.waiting import run_to_completion
from storage.migrations import (
    HEAD,
    describe_schema,
    read_connection_revision,
    upgrade_connection,
)

T = TypeVar("T")

log = structlog.get_logger(__name__)

# Connections of one replica to the database, besides the queue's and the one that listens.
WRITERS, READERS = 6, 4
# With those: the queue's pool and its listener, and the listener for announcements.
CONNECTIONS = WRITERS + READERS + 6
# A question's transactions take milliseconds. What takes longer is not coming back.
_MAX_SECONDS, _MAX_APART_SECONDS = 20.0, 120.0
_MAX_TRIES = 5
_FLUSH_RETRY_SECONDS = 1.0
_CLOSED = "closed"  # the detail of a `StoreError`
# Sent with each new connection. Nothing may hold a lock that others wait for.
_OPTIONS = (
    "-c lock_timeout=10000 -c idle_in_transaction_session_timeout=30000"
    " -c default_transaction_deferrable=off"
)
# By these a connection whose other end is gone is known within seconds (libpq's words).
_KEEPALIVES = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class PostgresDatabase:
    """Implements `storage.engine.database.Database` on `url`, as `postgresql://…`.

    Transactions run side by side, in this process and in others: a body that reads what it then
    changes locks it first, see `dialects.lock`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._writer = _create_engine(url, WRITERS, isolation_level="READ COMMITTED")
        self._reader = _create_engine(
            url,
            READERS,
            isolation_level="REPEATABLE READ",
            options=f"{_OPTIONS} -c default_transaction_read_only=on",
        )
        self._deferred: list[Body[None]] = []
        self._flush_timer: asyncio.TimerHandle | None = None
        self._flushes: set[asyncio.Task[None]] = set()
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
        deferred = self._take_deferred()
        result = await run_to_completion(self._write(deferred, body))
        self.commits += 1
        return result

    def defer(self, body: Body[None], *, within_seconds: float) -> None:
        self._deferred.append(body)
        self._schedule_flush(within_seconds)

    @property
    def has_deferred(self) -> bool:
        return bool(self._deferred or self._flushes)

    async def read(self, body: Body[T]) -> T:
        if self._is_closed:
            raise StoreError(_CLOSED)
        return await run_to_completion(_run(self._reader, body, _MAX_SECONDS))

    async def read_apart(self, body: Body[T]) -> T:
        if self._is_closed:
            raise StoreError(_CLOSED)
        return await run_to_completion(_run(self._reader, body, _MAX_APART_SECONDS))

    async def close(self) -> None:
        """Write what is deferred, and close. Failures are logged."""
        if self._flush_timer is not None:
            self._flush_timer.cancel()
        if self._flushes:
            await asyncio.wait(self._flushes)
        if self._deferred:
            await self._flush()
        self._is_closed = True
        await self._writer.dispose()
        await self._reader.dispose()

    async def _write(self, deferred: Sequence[Body[None]], body: Body[T]) -> T:
        if not deferred:
            return await _run(self._writer, body, _MAX_SECONDS)

        def run_all(connection: Any) -> T:
            for one in deferred:
                one(connection)
            return body(connection)

        try:
            return await _run(self._writer, run_all, _MAX_SECONDS)
        except Exception:  # noqa: BLE001 - what `body` raises, it raises again
            # One of them failed, and must not take the others with it.
            await self._run_apart(deferred)
            return await _run(self._writer, body, _MAX_SECONDS)

    async def _run_apart(self, deferred: Sequence[Body[None]]) -> None:
        """Run each in a transaction of its own; what an outage stops is deferred again."""
        for index, one in enumerate(deferred):
            try:
                await _run(self._writer, one, _MAX_SECONDS)
            except StoreError as error:
                self._deferred[:0] = deferred[index:]
                if count := self._failed_flushes.count():
                    code = get_error_code(error)
                    log.warning("store_failed", at="deferred", code=code, count=count)
                self._schedule_flush(_FLUSH_RETRY_SECONDS)
                return
            except Exception:
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
        task = asyncio.get_running_loop().create_task(self._flush(), name="flush")
        self._flushes.add(task)
        task.add_done_callback(self._flushes.discard)

    async def _flush(self) -> None:
        if deferred := self._take_deferred():
            await self._run_apart(deferred)


@asynccontextmanager
async def open_postgres(url: str) -> AsyncIterator[PostgresDatabase]:
    """Open the database at `url`, migrated to the newest schema, and close it in the end.

    Raises `StartupError`, which says what to do; `NotNow` where it cannot be reached.
    """
    database = PostgresDatabase(url)
    try:
        try:
            await database.write(upgrade_connection)
        except StoreError as error:
            raise NotNow([f"DATABASE_URL: {describe_address(url)}: {error}"]) from error
        yield database
    finally:
        await run_to_completion(database.close())


@asynccontextmanager
async def open_postgres_for_reading(url: str) -> AsyncIterator[PostgresDatabase]:
    """Open the database at `url` as it is, for commands that only report.

    Raises `NotNow` where it has another schema than this Easel's, or cannot be reached.
    """
    database = PostgresDatabase(url)
    try:
        try:
            revision = await database.read(read_connection_revision)
        except StoreError as error:
            raise NotNow([f"DATABASE_URL: {describe_address(url)}: {error}"]) from error
        if revision != HEAD:
            raise NotNow([f"DATABASE_URL: {describe_address(url)} {describe_schema(revision)}"])
        yield database
    finally:
        await run_to_completion(database.close())


def describe_address(url: str) -> str:
    """Return the address without its password."""
    return make_url(url).render_as_string(hide_password=True)


def _create_engine(
    url: str, size: int, *, isolation_level: str, options: str = _OPTIONS
) -> AsyncEngine:
    """Return an engine with at most `size` connections, each opened when it is needed."""
    address = build_driver_url(url)
    own_options = address.query.get("options", "")
    engine = create_async_engine(
        address.difference_update_query(["options"]),
        pool_size=size,
        max_overflow=0,
        pool_timeout=_MAX_SECONDS,
        pool_recycle=1800,
        hide_parameters=True,
        isolation_level=isolation_level,
        connect_args={
            **_KEEPALIVES,
            "application_name": "easel",
            "options": f"{options} {own_options}".strip(),
        },
    )
    register_text_values(engine.sync_engine)
    return engine


def build_driver_url(url: str) -> URL:
    """Return SQLAlchemy's address of the database at `url`, which any libpq program understands."""
    return make_url(url).set(drivername="postgresql+psycopg")


async def _run(engine: AsyncEngine, body: Body[T], seconds: float) -> T:
    """Run `body` in one transaction. What is known not to be committed is tried again."""
    for tries_left in reversed(range(_MAX_TRIES)):
        end = _Commit()
        try:
            async with asyncio.timeout(seconds):
                return await _run_once(engine, body, end)
        except TimeoutError as error:
            raise StoreError("database_slow") from error
        except Exception as error:
            if is_broken_connection(error):
                # The others of the pool are most likely broken, too.
                await engine.dispose()
            if not tries_left or end.has_begun or not is_worth_repeating(error):
                raise translate(error) from error
    raise AssertionError("unreachable")


class _Commit:
    """Whether the commit of a transaction has begun: from there on its end may be unknown."""

    has_begun = False


async def _run_once(engine: AsyncEngine, body: Callable[[Any], T], end: _Commit) -> T:
    async with engine.connect() as connection:
        try:
            transaction = await connection.begin()
            result = await connection.run_sync(body)
            end.has_begun = True
            await transaction.commit()
        except BaseException as error:
            if not isinstance(error, Exception) or is_broken_connection(error) or is_outage(error):
                await connection.invalidate()
            raise
        return result
