"""Connections to PostgreSQL, and one transaction on one of them: what of it is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.domain.errors import StoreError
from storage.engine.database import Body
from storage.engine.failures import is_broken_connection, is_outage, is_worth_repeating, translate
from storage.engine.text_values import register_text_values

T = TypeVar("T")

_MAX_TRIES = 5
# How long a transaction waits for a connection of its process.
_MAX_WAIT_SECONDS = 20.0
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
    return engine


def build_driver_url(url: str) -> URL:
    """Return SQLAlchemy's address of the database at `url`, which any libpq program understands."""
    return make_url(url).set(drivername="postgresql+psycopg")


async def run_in_transaction(engine: AsyncEngine, body: Body[T], seconds: float) -> T:
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
