"""Reads tables of files of any size, inside a decoder: delimited text, workbooks, JSON, Markdown.

The text readers of `bot.files.readers` cut what is long; here all rows are read, one by one.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import chain, islice

from bot.charts.reading.delimited import (
    MAX_COLUMNS,
    choose_delimiter,
    find_markdown_table,
    read_delimited,
    read_json_table,
    sample_lines,
    write_value,
)
from bot.charts.reading.table import Row, Table, build_table
from bot.files.readers.encodings import detect_encoding
from bot.files.readers.ooxml.package import detect_office_type, is_old_workbook, is_open_sheet
from bot.files.readers.ooxml.workbooks.cells import Row as SheetRow
from bot.files.unreadable import build_unreadable_error

_MAX_SHEETS, _MAX_WORKBOOK_CELLS = 10, 1_200_000
_LINE_CHARS = 1 << 20
_MAX_JSON_BYTES, _MAX_MARKDOWN_BYTES = 100 * 1024 * 1024, 2 * 1024 * 1024


def read_tables(name: str, data: bytes) -> list[Table]:
    """Return the tables of a file: one, or those of a workbook's sheets.

    Raises `UnreadableError` for a file that is no text, damaged or too large inside.
    """
    office_type = detect_office_type(data) if data[:4] == b"PK\x03\x04" else ""
    if office_type == "xlsx":
        return _read_workbook(name, data)
    if office_type == "xlsb" or is_old_workbook(data) or is_open_sheet(data):
        return _read_other_workbook(name, data)
    is_packed = data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))
    encoding = None if is_packed else detect_encoding(data)
    if encoding is None:
        raise build_unreadable_error(name, "unsupported", detail="no text")
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"[", b"{") and len(data) <= _MAX_JSON_BYTES:
        found = _read_json(name, data.decode(encoding, "replace"))
        if found is not None:
            return [found]
    if name.lower().endswith((".md", ".markdown", ".txt")) and len(data) <= _MAX_MARKDOWN_BYTES:
        rows = find_markdown_table(data.decode(encoding, "replace"))
        if rows is not None:
            return _list(build_table(name, lambda: iter(rows)))
    return _read_delimited(name, data, encoding)


def _list(table: Table | None) -> list[Table]:
    return [] if table is None else [table]


def _read_delimited(name: str, data: bytes, encoding: str) -> list[Table]:
    are_short = _has_short_lines(data)

    def read_lines() -> Iterator[str]:
        text = io.TextIOWrapper(io.BytesIO(data), encoding, "replace", newline="")
        if are_short:
            yield from text
        # A line without an end is taken in parts: a cell keeps its beginning only.
        while line := text.readline(_LINE_CHARS):
            yield line
            while len(line) == _LINE_CHARS and line[-1] != "\n":
                line = text.readline(_LINE_CHARS)
                if line[-1:] == "\n":
                    yield "\n"

    delimiter = choose_delimiter(sample_lines(read_lines()))
    uses_semicolons = delimiter == ";"
    return _list(
        build_table(
            name, lambda: read_delimited(read_lines(), delimiter), uses_semicolons=uses_semicolons
        )
    )


def _has_short_lines(data: bytes) -> bool:
    """Whether no line is long: one ends in each part of the file."""
    return all(
        data.find(b"\n", start, start + _LINE_CHARS) >= 0
        for start in range(0, len(data) - _LINE_CHARS, _LINE_CHARS)
    )


def _read_json(name: str, text: str) -> Table | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        lines = [line for line in islice(text.splitlines(), 2_000_000) if line.strip()]
        try:
            value = [json.loads(line) for line in lines]
        except (ValueError, RecursionError):
            return None
    found = read_json_table(value)
    if found is None:
        return None
    names, rows = found
    return build_table(name, lambda: chain([names], iter(rows)))


def _read_workbook(name: str, data: bytes) -> list[Table]:
    from bot.files.readers.ooxml.package import Package
    from bot.files.readers.ooxml.workbooks.book import Book

    book = Book(Package(name, data))
    sheets = [sheet for sheet in book.sheets if sheet.kind == "worksheet"]
    tables, room = list[Table](), _MAX_WORKBOOK_CELLS
    for sheet in sheets[:_MAX_SHEETS]:
        rows, size = _read_rows(name, book.open_cells(sheet, MAX_COLUMNS).iterate_rows(), room)
        room -= size
        title = f"{name}: {sheet.title}" if len(sheets) > 1 else name
        tables += _list(build_table(title, rows.__iter__))
    return tables


def _read_other_workbook(name: str, data: bytes) -> list[Table]:
    from bot.files.readers.ooxml.workbooks import other_formats

    book = other_formats.open_other_workbook(name, data)
    tables, room = list[Table](), _MAX_WORKBOOK_CELLS
    for title in book.sheet_names[:_MAX_SHEETS]:
        rows, size = _read_rows(
            name, other_formats.iterate_rows(book.get_sheet_by_name(title)), room
        )
        room -= size
        shown = f"{name}: {title}" if len(book.sheet_names) > 1 else name
        tables += _list(build_table(shown, rows.__iter__))
    return tables


def _read_rows(name: str, source: Iterator[SheetRow], room: int) -> tuple[list[Row], int]:
    """Return the rows that are not blank, and how many cells they have, which is at most `room`."""
    rows, size = list[Row](), 0
    for row in source:
        cells = [write_value(value) for value in row.values[:MAX_COLUMNS]]
        if any(cells):
            rows.append(cells)
            size += len(cells)
        if size > room:
            raise build_unreadable_error(name, "too large inside", detail="cells")
    return rows, size
