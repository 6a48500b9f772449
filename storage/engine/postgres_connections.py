"""Connections to PostgreSQL, and one transaction on one of them: what of it is tried again."""

from __future__ import annotations

import asyncio
import select
import time
from collections.abc import Callable
from contextlib import aclosing
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.domain.errors import StoreError
from storage.engine.database import Body
from storage.engine.failures import is_broken_connection, is_outage, is_worth_repeating, translate
from storage.engine.text_values import register_text_values

T = TypeVar("T")

_MAX_TRIES = 5
# How long a transaction waits for a connection of its process.
_MAX_WAIT_SECONDS = 20.0
# How long nothing else tries to connect after that has failed.
_PAUSE_SECONDS = 0.3
_failed_at: WeakKeyDictionary[AsyncEngine, float] = WeakKeyDictionary()
# Sent with each new connection. Nothing may hold a lock that others wait for.
OPTIONS = (
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


def create_connections(
    url: str, size: int, *, isolation_level: str, options: str = OPTIONS
) -> AsyncEngine:
    """Return an engine with at most `size` connections, each opened when it is needed."""
    address = build_driver_url(url)
    own_options = address.query.get("options", "")
    engine = create_async_engine(
        address.difference_update_query(["options"]),
        pool_size=size,
        max_overflow=0,
        pool_timeout=_MAX_WAIT_SECONDS,
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
    _refuse_closed_connections(engine.sync_engine)
    return engine


def build_driver_url(url: str) -> URL:
    """Return SQLAlchemy's address of the database at `url`, which any libpq program understands."""
    return make_url(url).set(drivername="postgresql+psycopg")


async def run_in_transaction(engine: AsyncEngine, body: Body[T], seconds: float) -> T:
    """Run `body` in one transaction. What is known not to be committed is tried again, all of it
    within `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            return await _run_repeatedly(engine, body)
    except TimeoutError as error:
        slow = StoreError("database_slow")
        slow.code = "database_slow"
        raise slow from error


async def _run_repeatedly(engine: AsyncEngine, body: Body[T]) -> T:
    for tries_left in reversed(range(_MAX_TRIES)):
        end = _Commit()
        try:
            return await _run_once(engine, body, end)
        except StoreError:
            raise
        except Exception as error:
            if not tries_left or end.has_begun or not is_worth_repeating(error):
                raise translate(error) from error
    raise AssertionError("unreachable")


async def _connect(engine: AsyncEngine) -> AsyncConnection:
    """Take a connection. Raises `StoreError` at once where opening one has just failed.

    A server that starts would else get hundreds of attempts a second from all that waits for it,
    each of which costs it a process, and would take several times as long.
    """
    if time.monotonic() - _failed_at.get(engine, float("-inf")) < _PAUSE_SECONDS:
        error = StoreError("OperationalError")
        error.code = "database_unreachable"
        raise error
    connection = engine.connect()
    try:
        return await connection.start()
    except Exception as error:
        if is_broken_connection(error):
            _failed_at[engine] = time.monotonic()
        raise


def _refuse_closed_connections(engine: Engine) -> None:
    """Have the pool open another connection in place of one that the server has closed.

    Nothing comes on one that no one uses but its end, which is seen without asking the server. The
    pool itself would give out each in turn after a restart, and each would fail.
    """

    @event.listens_for(engine, "checkout")
    def check(connection: Any, _record: object, _proxy: object) -> None:
        if _has_ended(connection.driver_connection.pgconn.socket):
            raise DisconnectionError


def _has_ended(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


class _Commit:
    """Whether the commit of a transaction has begun: from there on its end may be unknown."""

    has_begun = False


async def _run_once(engine: AsyncEngine, body: Callable[[Any], T], end: _Commit) -> T:
    async with aclosing(await _connect(engine)) as connection:
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
