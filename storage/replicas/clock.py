"""The time that replicas judge by. Their own clocks differ."""

from __future__ import annotations

import time
from collections.abc import Callable
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Double, Engine, cast, extract, func, select

from storage.engine.dialects import is_postgresql
from storage.engine.prepared import PreparedStatement

_SELECT_NOW = PreparedStatement(
    select(cast(extract("epoch", func.clock_timestamp()), Double).label("now"))
)
# The database's clock is looked at so often, and in between a replica counts the seconds itself.
_MAX_ESTIMATE_AGE_SECONDS = 10.0
# By database: when its time was read, and that time, of which the first is not the time of day.
_read_times: WeakKeyDictionary[Engine, tuple[float, float]] = WeakKeyDictionary()


def read_now(connection: Connection, clock: Callable[[], float] = time.time) -> float:
    """Return the database's time in seconds since 1970; that of `clock` where a test has set one,
    and on SQLite."""
    if clock is not time.time or not is_postgresql(connection):
        return clock()
    return float(_SELECT_NOW.fetch_value(connection, {}))


def estimate_now(connection: Connection, clock: Callable[[], float] = time.time) -> float:
    """Return about what `read_now` returns, most often without asking the database.

    For stamps and periods of minutes and days, wherever replicas compare them. It may be behind by
    as long as this process was suspended in the last seconds, so leases need `read_now`.
    """
    if clock is not time.time or not is_postgresql(connection):
        return clock()
    elapsed = time.monotonic()
    read_at, read_time = _read_times.get(connection.engine, (float("-inf"), 0.0))
    if elapsed - read_at > _MAX_ESTIMATE_AGE_SECONDS:
        read_time = read_now(connection, clock)
        elapsed = read_at = time.monotonic()
        _read_times[connection.engine] = read_at, read_time
    return read_time + elapsed - read_at
