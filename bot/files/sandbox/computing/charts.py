"""Looks at tables and computes charts of them, inside a decoder."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from bot.charts.computing.compute import ChartProblems, Words, compute_chart
from bot.charts.draw.figure import add_fonts
from bot.charts.reading.table import Table, look_at
from bot.charts.result import list_rows, serialize_chart
from bot.charts.spec import ChartSpec, read_spec
from bot.domain.messages import MessageList
from bot.domain.stored_messages import serialize_message
from bot.files.readers.fonts import list_packaged_fonts
from bot.files.sandbox.computing.tables import read_tables
from bot.files.sandbox.pipe import Header, Message
from bot.files.unreadable import UnreadableError, build_unreadable_error
from bot.structured_output.csv_text import format_csv_rows

_MAX_LOOKED_AT, _SAMPLE_ROWS, _MAX_SAMPLE_COLUMNS = 6, 5, 30


def look_at_tables(header: Header, blobs: Sequence[bytes]) -> Message:
    """Return what the columns of tables hold, and a few rows of each."""
    tables = _read_all(header["names"], blobs)[:_MAX_LOOKED_AT]
    with pause_collection():
        return {"tables": [{**_describe(table), "of": place} for place, table in tables]}, []


def compute(header: Header, blobs: Sequence[bytes]) -> Message:
    """Compute a chart and draw it; return its numbers, the PNG, the SVG and the CSV.

    The last blob is the specification. With `problems`, it does not fit the tables.
    """
    *files, encoded = blobs
    add_fonts(path for path in list_packaged_fonts() if "DejaVu" not in path)
    spec = read_spec(json.loads(encoded))
    words = Words(header["empty"], header["other"], header["day_first"])
    found = _read_all(header["names"], files)
    tables = choose_tables([table for _, table in found], spec)
    try:
        with pause_collection():
            data = compute_chart(tables, spec, words)
    except ChartProblems as error:
        return {"problems": _write(list(error.problems))}, []
    # Here, as it takes a second to load.
    from bot.charts.draw.chart import draw_chart
    from bot.charts.messages import LETTERS_MISSING

    png, svg, is_numbered = draw_chart(data, header["language"])
    notes = [*data.notes, *([LETTERS_MISSING] if is_numbered else [])]
    headings, rows = list_rows(data)
    csv_file = format_csv_rows(headings, rows, "\r\n").encode("utf-8-sig", "replace")
    used = {place for place, table in found if any(table is one for one in tables)}
    values = {"chart": serialize_chart(data), "notes": _write(notes), "used": sorted(used)}
    return values, [png, svg, csv_file]


@contextmanager
def pause_collection() -> Iterator[None]:
    """Leave aside the search for cycles, of which rows have none: it takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def choose_tables(tables: list[Table], spec: ChartSpec) -> list[Table]:
    """Return the tables that a chart is of: the named ones, else the first that has its columns."""
    named = [table for name in spec.files for table in tables if table.name == name]
    if named:
        return list(dict.fromkeys(named)) if spec.combine != "none" else named[:1]
    if spec.combine != "none":
        return tables
    wanted = [name for name in (spec.x, spec.series, *(one.column for one in spec.y)) if name]
    fitting = [table for table in tables if all(table.find(name) is not None for name in wanted)]
    return (fitting or tables)[:1]


def _read_all(names: Sequence[str], blobs: Sequence[bytes]) -> list[tuple[int, Table]]:
    """Return all tables, each with the place of its file; a file without any is passed over."""
    tables, errors = list[tuple[int, Table]](), list[UnreadableError]()
    for place, (name, data) in enumerate(zip(names, blobs, strict=True)):
        try:
            tables += [(place, table) for table in read_tables(name, data)]
        except UnreadableError as error:
            errors.append(error)
    if not tables:
        raise errors[0] if errors else build_unreadable_error(str(names[0]), "empty")
    return tables


def _describe(table: Table) -> dict[str, Any]:
    columns, row_count, is_whole = look_at(table)
    rows = [
        row[:_MAX_SAMPLE_COLUMNS]
        for row, _ in zip(table.read_rows(), range(_SAMPLE_ROWS), strict=False)
    ]
    described = [
        {key: value for key, value in asdict(column).items() if key in _SHOWN} for column in columns
    ]
    return {
        "name": table.name,
        "columns": described,
        "more_columns": len(table.names) - len(columns),
        "rows": row_count,
        "is_whole": is_whole,
        "sample": rows,
    }


_SHOWN = ("name", "kind", "precision", "unit", "count", "empty", "distinct", "examples")


def _write(messages: Sequence[str]) -> str:
    return serialize_message(MessageList(list(messages)))
