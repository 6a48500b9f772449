"""Statements that every question runs: compiled once, then run by the driver itself.

SQLAlchemy builds some objects for each run, which took longer than SQLite. Its own way stays for
all others, and for parameters that expand to lists.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

_DIALECT = sqlite.dialect()


class PreparedStatement:
    """A statement of SQLAlchemy Core, as SQL for the driver.

    `columns` are those that an INSERT without VALUES fills. Values come as SQLite has them: a
    Boolean is 0 or 1. The calls raise `sqlite3.Error`, and `KeyError` for a missing parameter.
    """

    def __init__(self, statement: Executable, *, columns: Sequence[str] | None = None) -> None:
        assert isinstance(statement, ClauseElement)  # noqa: S101 - every one of Core is one
        keys = None if columns is None else list(columns)
        compiled = statement.compile(dialect=_DIALECT, column_keys=keys)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - as for all but DDL
        self.sql = str(compiled)
        self._names = tuple(compiled.positiontup or ())
        fixed = [name for bind, name in compiled.bind_names.items() if not bind.required]
        self._fixed = {name: compiled.params[name] for name in fixed}
        columns_read = getattr(statement, "exported_columns", None)
        names = [] if columns_read is None else columns_read.keys()
        self._build_row = _build_row_type(names)._make

    def count_changed(self, connection: Connection, parameters: Mapping[str, Any]) -> int:
        """Run a statement that returns no rows; return the number of rows that it changed."""
        return self._run(connection, parameters).rowcount

    def fetch_value(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        """Return the first value of the first row, None if there is no row."""
        row = self._run(connection, parameters).fetchone()
        return None if row is None else row[0]

    def fetch_row(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        """Return the first row as a named tuple, None if there is none."""
        row = self._run(connection, parameters).fetchone()
        return None if row is None else self._build_row(row)

    def fetch_rows(self, connection: Connection, parameters: Mapping[str, Any]) -> list[Any]:
        """Return all rows as named tuples."""
        return [self._build_row(row) for row in self._run(connection, parameters)]

    def _run(self, connection: Connection, parameters: Mapping[str, Any]) -> sqlite3.Cursor:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - the engine has no other
        return driver.execute(self.sql, self.build_values(parameters))

    def build_values(self, parameters: Mapping[str, Any]) -> list[Any]:
        """Return the values of the SQL's question marks."""
        values = {**self._fixed, **parameters} if self._fixed else parameters
        return [values[name] for name in self._names]


def _build_row_type(names: Sequence[str]) -> Any:
    return namedtuple("Row", names, rename=True)
