"""Copies one table from one database to another, some thousand rows at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, select, text, tuple_

from storage.engine.dialects import insert
from storage.moving.progress import read_place, write_place
from storage.schema import metadata

# Few enough for little memory, enough for few transactions.
_BATCH_ROWS = 2_000


def copy_table(old: Engine, new: Engine, table: Table) -> None:
    """Copy the rows of `table` that are not copied yet. Each batch is noted with its rows."""
    keys = list(table.primary_key.columns)
    statement = insert(table).on_conflict_do_nothing()
    with new.connect() as connection:
        place = read_place(connection, table.name)
    while True:
        with old.connect() as connection:
            query = build_page_query(table, place, _BATCH_ROWS)
            rows = [dict(row) for row in connection.execute(query).mappings()]
        if not rows:
            return
        place = [rows[-1][key.name] for key in keys]
        with new.begin() as connection:
            connection.execute(statement, rows)
            write_place(connection, table.name, place)


def build_page_query(table: Table, place: list[Any] | None, rows: int) -> Select[Any]:
    """Return the query of the rows after the key `place`, in the order of keys."""
    keys = list(table.primary_key.columns)
    query = select(table).order_by(*keys).limit(rows)
    if place is None:
        return query
    if len(keys) == 1:
        return query.where(keys[0] > place[0])
    return query.where(tuple_(*keys) > tuple_(*place))


def set_next_ids(connection: Connection) -> None:
    """Have each table that numbers its rows go on after the highest number."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        name = f"{table.name}"
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{name}', '{column.name}'),"  # noqa: S608 - our names
                f" coalesce(max({column.name}), 0) + 1, false) FROM {name}"
            )
        )
