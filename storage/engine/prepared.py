"""Statements that every question runs: compiled once for each engine, then run by the driver
itself.

SQLAlchemy builds some objects for each run, which took longer than SQLite. Its own way stays for
all others, and for parameters that expand to lists.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement


class PreparedStatement:
    """A statement of SQLAlchemy Core, as SQL for the driver.

    `columns` are those that an INSERT without VALUES fills. Values come as the engine has them: a
    Boolean of SQLite is 0 or 1. The calls raise the driver's errors, and `KeyError` for a missing
    parameter.
    """

    def __init__(self, statement: Executable, *, columns: Sequence[str] | None = None) -> None:
        assert isinstance(statement, ClauseElement)  # noqa: S101 - every one of Core is one
        self._statement = statement
        self._columns = None if columns is None else list(columns)
        columns_read = getattr(statement, "exported_columns", None)
        names = [] if columns_read is None else columns_read.keys()
        self._build_row = _build_row_type(names)._make

    def count_changed(self, connection: Connection, parameters: Mapping[str, Any]) -> int:
        """Run a statement that returns no rows; return the number of rows that it changed."""
        return int(self._run(connection, parameters).rowcount)

    def fetch_value(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        """Return the first value of the first row, None if there is no row."""
        row = self._fetch_first(connection, parameters)
        return None if row is None else row[0]

    def fetch_row(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        """Return the first row as a named tuple, None if there is none."""
        row = self._fetch_first(connection, parameters)
        return None if row is None else self._build_row(row)

    def fetch_rows(self, connection: Connection, parameters: Mapping[str, Any]) -> list[Any]:
        """Return all rows as named tuples."""
        return [self._build_row(row) for row in self._run(connection, parameters)]

    def _fetch_first(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        return self._run(connection, parameters).fetchone()

    def _run(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        driver = connection.connection.driver_connection
        form = self._of_sqlite if isinstance(driver, sqlite3.Connection) else self._of_postgresql
        return form.run(driver, parameters)

    @cached_property
    def _of_sqlite(self) -> SqliteForm:
        return SqliteForm(_compile(self._statement, sqlite.dialect(), self._columns))

    @cached_property
    def _of_postgresql(self) -> _PostgresForm:
        # Imported here because an installation on SQLite needs none of it.
        from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

        dialect = PGDialect_psycopg()
        return _PostgresForm(_compile(self._statement, dialect, self._columns))


class SqliteForm:
    """The statement with a question mark for each value."""

    def __init__(self, compiled: SQLCompiler) -> None:
        self.sql = str(compiled)
        self._names = tuple(compiled.positiontup or ())
        self._fixed = _find_fixed_values(compiled)

    def run(self, driver: Any, parameters: Mapping[str, Any]) -> sqlite3.Cursor:
        cursor: sqlite3.Cursor = driver.execute(self.sql, self.build_values(parameters))
        return cursor

    def build_values(self, parameters: Mapping[str, Any]) -> list[Any]:
        """Return the values of the question marks."""
        values = {**self._fixed, **parameters} if self._fixed else parameters
        return [values[name] for name in self._names]


class _PostgresForm:
    """The statement with a name for each value; psycopg prepares it on the server by itself."""

    def __init__(self, compiled: SQLCompiler) -> None:
        self.sql = str(compiled)
        self._fixed = _find_fixed_values(compiled)

    def run(self, driver: Any, parameters: Mapping[str, Any]) -> Any:
        values = {**self._fixed, **parameters} if self._fixed else parameters
        return driver.execute(self.sql, values)


def _compile(statement: Any, dialect: Dialect, columns: list[str] | None) -> SQLCompiler:
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - as for all but DDL
    return compiled


def _find_fixed_values(compiled: SQLCompiler) -> dict[str, Any]:
    """Return the values that the statement itself has."""
    fixed = [name for bind, name in compiled.bind_names.items() if not bind.required]
    return {name: compiled.params[name] for name in fixed}


def _build_row_type(names: Sequence[str]) -> Any:
    return namedtuple("Row", names, rename=True)
