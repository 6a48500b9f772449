"""Tells a database that fails from a statement that it refuses, and both from a bug."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
)

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
}

# SQLAlchemy's, and the driver's own, which prepared statements raise.
_OWN_ERRORS = (
    *(IntegrityError, DataError, ProgrammingError, InterfaceError),
    *(sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError, sqlite3.InterfaceError),
)


def is_outage(error: Exception) -> bool:
    """Whether the database itself fails, as on a full disk, and not what a body asks of it."""
    return isinstance(error, DBAPIError | sqlite3.Error) and not isinstance(error, _OWN_ERRORS)


def is_passing(error: Exception) -> bool:
    """Whether `error` ends without anybody changing a setting: a full disk, another's lock."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    code = getattr(translate(error), "code", "")
    return code in (DISK_FULL_CODE, "database_locked")


def translate(error: Exception) -> Exception:
    """Return a `StoreError` with SQLite's name of the error, or `error` itself if it is not the
    database's."""
    if not isinstance(error, DBAPIError | sqlite3.Error):
        return error
    cause = getattr(error, "orig", None) or error
    name = getattr(cause, "sqlite_errorname", type(cause).__name__)
    store_error = StoreError(name)
    store_error.code = next(
        (code for start, code in _CODES.items() if name.startswith(start)), name
    )
    store_error.__cause__ = error
    return store_error
