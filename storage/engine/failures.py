"""Tells a database that fails from a statement that it refuses, and both from a bug.

psycopg's errors are known by their SQLSTATE (postgresql.org, Appendix A), without importing it: an
installation on SQLite has no use for it.
"""

from __future__ import annotations

import errno
import re
import sqlite3

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.domain.errors import DISK_FULL_CODE, StoreError

# By the beginning of SQLite's name of the error. One that is not listed goes by that name itself.
_CODES = {
    "SQLITE_FULL": DISK_FULL_CODE,
    "SQLITE_BUSY": "database_locked",
    "SQLITE_LOCKED": "database_locked",
    "SQLITE_READONLY": "database_read_only",
    "SQLITE_CORRUPT": "database_damaged",
    "SQLITE_NOTADB": "database_damaged",
    "SQLITE_CANTOPEN": "database_not_opened",
    "SQLITE_IOERR": "disk_failed",
    # SQLSTATEs, and the names of PostgreSQL's errors that have none.
    "53100": DISK_FULL_CODE,
    "53300": "database_busy",
    "55P03": "database_locked",
    "57014": "database_slow",
    "40001": "database_busy",
    "40P01": "database_busy",
    "25006": "database_read_only",
    "28": "database_refuses_login",
    "3D000": "database_missing",
    "XX": "database_damaged",
    "58": "disk_failed",
    "57P": "database_unreachable",
    "08001/option": "database_address",
    "08001/tls": "database_tls",
    "08001/host": "database_host_unknown",
    "08": "database_unreachable",
    "OperationalError": "database_unreachable",
    "ConnectionTimeout": "database_unreachable",
}
# What libpq says when it cannot connect: there is no SQLSTATE of it.
_WORDS = {
    r"invalid (?:\w+ value|URI|connection option|integer value)"
    r"|unrecognized configuration parameter|authentication method requirement"
    r"|session is (?:not )?read-only|server is (?:not )?in hot standby": "08001/option",
    r"does not support SSL|certificate (?:verify failed|file)|server certificate": "08001/tls",
    r"failed to resolve host|could not translate host name": "08001/host",
    r"database .* does not exist": "3D000",
    r"authentication failed|no password supplied|role .* does not exist|pg_hba": "28P01",
    r"too many (?:clients|connections)|remaining connection slots": "53300",
    r"starting up|shutting down|recovery mode": "57P03",
}
_DEADLOCKS = ("40001", "40P01")
# The server is going down or coming up, or the connection was cut.
_BROKEN = ("08", "57P")
# What is refused and not failing: wrong data, broken rules, wrong SQL.
_REFUSALS = ("21", "22", "23", "42", "0A")

# SQLAlchemy's, and the driver's own, which prepared statements raise.
_OWN_ERRORS = (
    *(IntegrityError, DataError, ProgrammingError, InterfaceError),
    *(sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError, sqlite3.InterfaceError),
)


def is_outage(error: BaseException) -> bool:
    """Whether the database itself fails, as on a full disk, and not what a body asks of it."""
    if isinstance(error, PoolTimeoutError):
        return True
    cause = find_driver_error(error)
    if cause is None:
        return False
    if (state := _find_state(cause)) is not None:
        return not state.startswith(_REFUSALS)
    return not isinstance(error, _OWN_ERRORS) and not isinstance(cause, _OWN_ERRORS)


def is_broken_connection(error: BaseException) -> bool:
    """Whether the connection to PostgreSQL is of no use any more."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    cause = find_driver_error(error)
    if cause is None or isinstance(cause, sqlite3.Error):
        return False
    state = _find_state(cause)
    return state.startswith(_BROKEN) if state else type(cause).__name__ in _CODES


def is_worth_repeating(error: BaseException) -> bool:
    """Whether the same transaction may pass at once: two that wait for each other, a cut line."""
    cause = find_driver_error(error)
    state = None if cause is None else _find_state(cause)
    return is_broken_connection(error) or state in _DEADLOCKS


def is_passing(error: Exception) -> bool:
    """Whether `error` ends without anybody changing a setting: a full disk, another's lock."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    code = getattr(translate(error), "code", "")
    return code in (DISK_FULL_CODE, "database_locked")


def translate(error: Exception) -> Exception:
    """Return a `StoreError` with the engine's name of the error, or `error` itself if it is not the
    database's."""
    cause = find_driver_error(error)
    if isinstance(error, PoolTimeoutError):
        name = "53300"  # too many connections, those of this process
    elif cause is None:
        return error
    else:
        name = _name_error(cause)
    store_error = StoreError(name)
    store_error.code = next(
        (code for start, code in _CODES.items() if name.startswith(start)), name
    )
    store_error.__cause__ = error
    return store_error


def find_driver_error(error: BaseException) -> BaseException | None:
    """Return the driver's error behind `error`, None where it is not the database's."""
    cause = getattr(error, "orig", None) or error if isinstance(error, DBAPIError) else error
    is_drivers = isinstance(cause, sqlite3.Error) or hasattr(cause, "sqlstate")
    return cause if is_drivers or isinstance(error, DBAPIError) else None


def _find_state(error: BaseException) -> str | None:
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return state
    if not hasattr(error, "sqlstate"):
        return None
    words = str(error)
    return next((code for pattern, code in _WORDS.items() if re.search(pattern, words)), None)


def _name_error(error: BaseException) -> str:
    return getattr(error, "sqlite_errorname", None) or _find_state(error) or type(error).__name__
