"""Holds a table of one database against the same of another: by number of rows and by digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table

from storage.engine.text_values import clean_text
from storage.moving.copying import build_page_query

_PAGE_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class TableReport:
    """How many rows a table has, and whether both databases have the same."""

    table: str
    rows: int
    digest: str
    is_same: bool


def compare_table(old: Connection, new: Connection, table: Table) -> TableReport:
    """Read the table whole in both, row by row in the order of keys, and compare."""
    rows, digest = _sum_rows(old, table)
    return TableReport(table.name, rows, digest, (rows, digest) == _sum_rows(new, table))


def _sum_rows(connection: Connection, table: Table) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    for row in _read_rows(connection, table):
        digest.update(json.dumps([_normalize(value) for value in row]).encode())
        count += 1
    return count, digest.hexdigest()


def _read_rows(connection: Connection, table: Table) -> Iterator[Any]:
    names = [column.name for column in table.primary_key.columns]
    place: list[Any] | None = None
    while True:
        rows = connection.execute(build_page_query(table, place, _PAGE_ROWS)).all()
        yield from rows
        if len(rows) < _PAGE_ROWS:
            return
        place = [getattr(rows[-1], name) for name in names]


def _normalize(value: Any) -> Any:
    """Return what both engines hold of a value: PostgreSQL has no NUL."""
    return clean_text(value) if isinstance(value, str) else value
