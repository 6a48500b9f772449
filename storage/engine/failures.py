"""Tells a database that fails from a statement that it refuses, and both from a bug."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
)

from bot.domain.errors import StoreError


def is_outage(error: Exception) -> bool:
    """Whether the database itself fails, as on a full disk, and not what a body asks of it."""
    is_own = isinstance(error, IntegrityError | DataError | ProgrammingError | InterfaceError)
    return isinstance(error, DBAPIError) and not is_own


def translate(error: Exception) -> Exception:
    """Return a `StoreError` with SQLite's name of the error, or `error` itself if it is not the
    database's."""
    if not isinstance(error, DBAPIError | sqlite3.Error):
        return error
    cause = getattr(error, "orig", None) or error
    store_error = StoreError(getattr(cause, "sqlite_errorname", type(cause).__name__))
    store_error.__cause__ = error
    return store_error
