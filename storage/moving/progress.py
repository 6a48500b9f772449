"""How far a move into a database is: a table in it, which is there only meanwhile."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, func, inspect, select, text

from bot.domain.errors import StartupError
from storage.migrations import MOVE_TABLE
from storage.schema import metadata

_CREATE = f"CREATE TABLE {MOVE_TABLE} (name text PRIMARY KEY, value text NOT NULL)"
_PUT = text(
    f"INSERT INTO {MOVE_TABLE} VALUES (:name, :value)"  # noqa: S608 - our own name
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_GET = text(f"SELECT value FROM {MOVE_TABLE} WHERE name = :name")  # noqa: S608 - our own name
_SOURCE = "source"


def is_move_unfinished(connection: Connection) -> bool:
    """Whether a move into this database was begun and not ended."""
    return inspect(connection).has_table(MOVE_TABLE)


def begin_move(connection: Connection, source: str) -> bool:
    """Note the beginning of a move from `source`; return True where it was begun before.

    Raises `StartupError` where another source was being moved here.
    """
    if not is_move_unfinished(connection):
        connection.exec_driver_sql(_CREATE)
        connection.execute(_PUT, {"name": _SOURCE, "value": source})
        return False
    earlier = connection.scalar(_GET, {"name": _SOURCE})
    if earlier != source:
        raise StartupError(
            [f"--to: a move from {earlier} into this database is not finished; empty it first"]
        )
    return True


def read_place(connection: Connection, table: str) -> list[Any] | None:
    """Return the key of the last row of `table` that was copied, None where there is none."""
    value = connection.scalar(_GET, {"name": f"table {table}"})
    return None if value is None else json.loads(value)


def write_place(connection: Connection, table: str, key: list[Any]) -> None:
    """Note the key of the last row that was copied, in the transaction that copies it."""
    connection.execute(_PUT, {"name": f"table {table}", "value": json.dumps(key)})


def end_move(connection: Connection) -> None:
    """Note that the move is whole: the database may be used."""
    connection.exec_driver_sql(f"DROP TABLE {MOVE_TABLE}")


def list_filled_tables(connection: Connection) -> list[str]:
    """Return the names of Easel's tables that have rows."""
    return [
        table.name
        for table in metadata.sorted_tables
        if connection.scalar(select(func.count()).select_from(select(table).limit(1).subquery()))
    ]
