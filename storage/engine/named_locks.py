"""Locks that a transaction holds until its end, by names, as several processes agree on them."""

from __future__ import annotations

import time

from sqlalchemy import Connection, bindparam, func, literal, select

from storage.engine.dialects import is_postgresql

_LOCK = "pg_advisory_xact_lock(hashtextextended(%s, 0))"
_TRY_LOCK = select(
    func.pg_try_advisory_xact_lock(func.hashtextextended(bindparam("name"), literal(0)))
)
_TIME = "extract(epoch FROM clock_timestamp())::float8"


def lock(connection: Connection, *names: str) -> None:
    """Let no other transaction that locks the same name go on before this one has ended.

    SQLite needs none: it writes one transaction at a time. Raises the driver's errors.
    """
    lock_in_turn(connection, "/".join(names))


def lock_in_turn(connection: Connection, *locks: str) -> float:
    """Take several locks in this order, each named in one text; return the time after the last, by
    the clock that all replicas share, in seconds. See `lock`."""
    if not is_postgresql(connection):
        return time.time()
    # Every question takes several, so the driver runs it itself, as in `prepared.py`.
    wanted = ", ".join([*[_LOCK] * len(locks), _TIME])
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - a connection that is open has one
    return float(driver.execute(f"SELECT {wanted}", locks).fetchone()[-1])


def try_lock(connection: Connection, name: str) -> bool:
    """Take a lock as `lock` does if no other transaction holds it; return whether it is taken."""
    if not is_postgresql(connection):
        return True
    return bool(connection.execute(_TRY_LOCK, {"name": name}).scalar_one())
