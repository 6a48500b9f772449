"""The time that replicas judge by. Their own clocks differ."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, Double, cast, extract, func, select

from storage.engine.dialects import is_postgresql
from storage.engine.prepared import PreparedStatement

_SELECT_NOW = PreparedStatement(
    select(cast(extract("epoch", func.clock_timestamp()), Double).label("now"))
)


def read_now(connection: Connection, clock: Callable[[], float] = time.time) -> float:
    """Return the database's time in seconds since 1970; that of `clock` where a test has set one,
    and on SQLite."""
    if clock is not time.time or not is_postgresql(connection):
        return clock()
    return float(_SELECT_NOW.fetch_value(connection, {}))
