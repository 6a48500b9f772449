"""Reads what the service has stored, beside it, whichever engine holds it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.support.postgres import replicated_databases


def select_rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query that both engines understand, of the data in `folder`."""
    url = replicated_databases.get(folder)
    if url is None:
        address = f"file:{folder / 'easel.db'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=30)) as database:
            return database.execute(query).fetchall()
    from psycopg import connect

    with connect(url) as replicated:
        return replicated.execute(query).fetchall()


def count_rows(folder: Path, query: str) -> int:
    """Return the first figure of a query."""
    return int(select_rows(folder, query)[0][0])
