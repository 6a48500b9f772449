"""Reads a Parquet file as a table: its columns with their types, and its first rows.

A column that cannot be read is left out and said; see `budget.py` for the limits on the work.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.files.readers.data.tables import MAX_COLUMNS, build_text_file, format_cell, format_table
from bot.files.readers.parquet.budget import Budget, BudgetError
from bot.files.readers.parquet.metadata import (
    ENCRYPTED_MAGIC,
    MAGIC,
    Chunk,
    Footer,
    Node,
    ParquetError,
    read_footer,
)
from bot.files.readers.parquet.packing import zstd
from bot.files.readers.parquet.pages import Entry, read_column
from bot.files.readers.parquet.rows import build_cell
from bot.files.readers.parquet.thrift import ThriftError
from bot.files.readers.parquet.values import describe_type
from bot.files.unreadable import build_unreadable_error

KIND = "Parquet file"
_MAX_ROWS, _MAX_COLUMNS_LISTED = 500, 1_000
_NOT_READ = "[not read]"
_COLUMN_ERRORS = (
    ParquetError, ThriftError, BudgetError, zlib.error, zstd.ZstdError, ValueError, TypeError,
    IndexError, AttributeError, StopIteration, RuntimeError,
)  # fmt: skip


def read_parquet(name: str, data: bytes) -> ParsedFile | None:
    """Read a Parquet file; None for a text that begins like one. Raises `UnreadableError`."""
    if not data.startswith((MAGIC, ENCRYPTED_MAGIC)):
        return None
    if b"\0" not in data and not data.endswith((MAGIC, ENCRYPTED_MAGIC)):
        return None
    if data.endswith(ENCRYPTED_MAGIC):
        raise build_unreadable_error(name, "password")
    try:
        footer = read_footer(data)
    except (ValueError, TypeError, AttributeError) as error:
        raise build_unreadable_error(name, "damaged", detail=type(error).__name__) from error
    table = _Table(data, footer)
    text = "\n\n".join((table.describe(), format_table(table.heads, table.rows))) + "\n"
    parsed_file = build_text_file(name, KIND, text, 1)
    for what in table.list_left_out():
        parsed_file = parsed_file.add_left_out(what)
    return parsed_file


class _Table:
    """The first rows of a file, and what is not among them."""

    def __init__(self, data: bytes, footer: Footer) -> None:
        self._data = data
        self._footer = footer
        self._columns = footer.root.children
        self._shown = self._columns[:MAX_COLUMNS]
        self._unread = set[str]()
        self._budget = Budget()
        self.heads = [column.name for column in self._shown]
        self.rows = list[list[object]]()
        for count, chunks in footer.groups:
            if (wanted := min(count, _MAX_ROWS - len(self.rows))) > 0:
                self.rows += self._read_group(wanted, chunks)

    def describe(self) -> str:
        """Describe the table: its size, and its columns with their types."""
        total, rows = self._footer.row_count, len(self.rows)
        shown = f", of which the first {rows:,} follow" if rows < total else ""
        lines = [f"A table of {total:,} rows and {len(self._columns):,} columns{shown}."]
        lines += [
            f"- {format_cell(column.name)}: {format_cell(describe_type(column))}"
            for column in self._columns[:_MAX_COLUMNS_LISTED]
        ]
        return "\n".join(lines)

    def list_left_out(self) -> list[Message]:
        """Return what is not shown."""
        left_out, total = list[Message](), self._footer.row_count
        if total > len(self.rows):
            count = total - len(self.rows)
            left_out.append(Message("{count:,} of {total:,} rows", count=count, total=total))
        hidden = len(self._columns) - len(self._shown) + len(self._unread)
        if hidden:
            total = len(self._columns)
            left_out.append(Message("{count:,} of {total:,} columns", count=hidden, total=total))
        return left_out

    def _read_group(self, count: int, chunks: Sequence[Chunk | None]) -> list[list[object]]:
        """Read the first `count` rows of a group."""
        cells, start = list[list[object]](), 0
        for column in self._shown:
            leaves = list(column.list_leaves())
            parts = chunks[start : start + len(leaves)]
            start += len(leaves)
            try:
                cells.append(self._read_cells(column, leaves, parts, count))
            except _COLUMN_ERRORS:
                self._unread.add(column.name)
                cells.append([_NOT_READ] * count)
        return [list(row) for row in zip(*cells, strict=True)]

    def _read_cells(
        self, column: Node, leaves: Sequence[Node], chunks: Sequence[Chunk | None], count: int
    ) -> list[object]:
        columns = list[list[list[Entry]]]()
        for leaf, chunk in zip(leaves, chunks, strict=True):
            if chunk is None:
                raise ParquetError("not in this file")
            entries = read_column(self._data, leaf, chunk, count, self._budget)
            if len(entries) < count:
                raise ParquetError("fewer rows than stated")
            columns.append(entries)
        if not columns:
            raise ParquetError("no values")
        return [build_cell(column, row) for row in zip(*columns, strict=True)]
