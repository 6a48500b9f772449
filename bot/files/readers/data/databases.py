"""Reads SQLite files: their tables, with the first rows and the number of all.

The file is opened from memory, as data: no view or trigger of it runs, no virtual table is opened,
of functions only SQLite's own harmless ones run in computed columns, nothing is written, and a
query that takes too long is stopped.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.files.readers.data.tables import MAX_COLUMNS, build_text_file, format_cell, format_table
from bot.files.unreadable import build_unreadable_error

KIND = "SQLite database"
_MAX_TABLES, _MAX_ROWS, _MAX_CHARS = 100, 100, 400_000
# Steps of SQLite's machine: in all, and those after which it asks.
_MAX_STEPS, _STEPS = 30_000_000, 10_000
_ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
_WAL = b"\x02\x02"


def read_database(name: str, data: bytes) -> ParsedFile:
    """Read a database. Raises `UnreadableError`."""
    # A log next to the file would be asked for; the file alone is all there is.
    plain = data[:18] + b"\x01\x01" + data[20:] if data[18:20] == _WAL else data
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 16 * 1024 * 1024)
            connection.deserialize(plain)
            reader = _Reader(connection)
            text, table_count, unread = reader.read()
    except sqlite3.Error as error:
        raise build_unreadable_error(name, "damaged", detail=type(error).__name__) from error
    parsed_file = build_text_file(name, KIND, text, max(1, table_count))
    for what in unread:
        parsed_file = parsed_file.add_left_out(what)
    return parsed_file


@dataclass
class _Table:
    name: str
    kind: str
    sql: str


def _is_virtual(table: _Table) -> bool:
    return " ".join(table.sql[:100].split()).upper().startswith("CREATE VIRTUAL")


class _Reader:
    """Reads the tables of one database, with limits on the work that this takes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._steps = 0
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.set_authorizer(self._authorize)
        connection.set_progress_handler(self._count_steps, _STEPS)

    def read(self) -> tuple[str, int, list[Message]]:
        """Return the text, how many tables there are, and what is not shown."""
        query = "SELECT name, type, coalesce(sql, '') FROM sqlite_master"
        entries = [
            _Table(str(name), str(kind), str(sql))
            for name, kind, sql in self._connection.execute(query).fetchmany(10_000)
        ]
        tables = [
            entry
            for entry in entries
            if entry.kind == "table" and not entry.name.startswith("sqlite_")
        ]
        virtual = [f"{table.name}_" for table in tables if _is_virtual(table)]
        # Those in which virtual tables keep what they hold.
        tables = [table for table in tables if not table.name.startswith(tuple(virtual))]
        views = [entry for entry in entries if entry.kind == "view"]
        counts = f"{len(tables):,} tables, {len(views):,} views"
        blocks, size, unread = [f"SQLite database with {counts}"], 0, list[Message]()
        for number, table in enumerate(tables):
            if number >= _MAX_TABLES or size > _MAX_CHARS:
                rest = len(tables) - number
                unread.append(
                    Message("{count:,} of {total:,} tables", count=rest, total=len(tables))
                )
                break
            block = self._describe(table)
            size += len(block)
            blocks.append(block)
        blocks += [
            f"## View {format_cell(view.name)} (not run)\n{view.sql[:2_000]}" for view in views[:50]
        ]
        return "\n\n".join(blocks) + "\n", len(tables), unread

    def _describe(self, table: _Table) -> str:
        title = f"## Table {format_cell(table.name)}"
        if _is_virtual(table):
            return f"{title}\nA virtual table: not opened."
        quoted = '"' + table.name.replace('"', '""') + '"'
        try:
            # Selecting a column by its name would let a missing one be a text.
            cursor = self._connection.execute(f"SELECT * FROM {quoted} LIMIT {_MAX_ROWS}")  # noqa: S608 - quoted
            rows = cursor.fetchall()
            heads = [str(column[0]) for column in cursor.description]
        except (sqlite3.Error, OverflowError) as error:
            return f"{title}\nNot read: {type(error).__name__}."
        count = self._count_rows(quoted)
        shown = f"the first {len(rows):,} of " if count < 0 or count > len(rows) else ""
        total = "very many" if count < 0 else f"{count:,}"
        columns = f", {MAX_COLUMNS} of {len(heads):,} columns" if len(heads) > MAX_COLUMNS else ""
        return f"{title}: {shown}{total} rows{columns}\n{format_table(heads, rows)}"

    def _count_rows(self, quoted: str) -> int:
        """Return the number of rows; -1 if counting them takes too long."""
        try:
            row = self._connection.execute(f"SELECT count(*) FROM {quoted}").fetchone()  # noqa: S608 - quoted
        except sqlite3.Error:
            return -1
        return int(row[0])

    def _authorize(
        self, action: int, _first: str | None, second: str | None, *_others: str | None
    ) -> int:
        if action in _ALLOWED:
            return sqlite3.SQLITE_OK
        is_known = action == sqlite3.SQLITE_FUNCTION and second in ("count", "coalesce")
        return sqlite3.SQLITE_OK if is_known else sqlite3.SQLITE_DENY

    def _count_steps(self) -> int:
        self._steps += _STEPS
        return int(self._steps > _MAX_STEPS)
