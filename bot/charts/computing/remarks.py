"""Lists what has to be said about a chart: what was assumed, what was left out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from bot.charts import messages
from bot.charts.check_spec import list_used_columns
from bot.charts.computing.grouping import Groups
from bot.charts.reading.columns import Column
from bot.charts.reading.table import Table
from bot.charts.spec import ChartSpec
from bot.domain.messages import Message
from bot.domain.safe_text import truncate

_MAX_COMPARED_ROWS, _MAX_EXAMPLE_CHARS = 200_000, 30


def list_row_notes(table: Table, groups: Groups, spec: ChartSpec) -> list[Message]:
    """Return what is to be said about the rows as a whole."""
    notes = []
    if not table.has_header:
        notes.append(Message(messages.NO_HEADER, name=table.name))
    if table.totals:
        notes.append(Message(messages.TOTAL_ROW, name=table.totals[0]))
    if spec.filters:
        notes.append(Message(messages.FILTERED_ROWS, kept=groups.kept, count=groups.rows))
    repeated = _count_repeated(table)
    if repeated:
        notes.append(
            Message(messages.REPEATED_ROWS, plural=messages.REPEATED_ROWS_PLURAL, count=repeated)
        )
    return notes


def _count_repeated(table: Table) -> int:
    """Count the rows that are there before; rows of a cell or two often are for good reasons."""
    if len(table.names) < 3:
        return 0
    seen, repeated = set[tuple[str, ...]](), 0
    for row in islice(table.read_rows(), _MAX_COMPARED_ROWS):
        key = tuple(row)
        repeated += key in seen
        seen.add(key)
    return repeated


def list_column_notes(
    columns: Mapping[str, Column], groups: Groups, spec: ChartSpec
) -> list[Message]:
    """Return what is to be said about the columns that a chart uses."""
    notes = []
    for name in list_used_columns(spec):
        column = columns[name]
        notes += [_describe_assumption(column, code) for code in column.assumed]
        if len(column.units) > 1 and any(one.column == name for one in spec.y):
            units = ", ".join(column.units)
            notes.append(Message(messages.MIXED_UNITS, column=name, units=units))
        notes += _describe_left_out(column, groups.empty.get(name, 0), groups.odd.get(name, 0))
    return notes


def _describe_left_out(column: Column, empty: int, odd: int) -> list[Message]:
    notes, name = list[Message](), column.name
    if empty:
        notes.append(
            Message(
                messages.EMPTY_CELLS, plural=messages.EMPTY_CELLS_PLURAL, count=empty, column=name
            )
        )
    if odd:
        notes.append(
            Message(
                messages.ODD_CELLS,
                plural=messages.ODD_CELLS_PLURAL,
                count=odd,
                column=name,
                example=_shorten(column.odd_example),
            )
        )
    return notes


def _describe_assumption(column: Column, code: str) -> Message:
    example = _shorten(_find_example(column, code))
    has_comma, name = "," in example, column.name
    if code == "decimal." and has_comma:
        return Message(messages.DECIMAL_POINT, column=name, example=example)
    if code == "decimal.":
        return Message(messages.DECIMAL_POINT_SIGN, column=name, example=example)
    if code == "decimal," and has_comma:
        return Message(messages.DECIMAL_COMMA, column=name, example=example)
    if code == "decimal,":
        return Message(messages.GROUPED_POINT, column=name, example=example)
    if code == "day first":
        return Message(messages.DAY_FIRST, column=name, example=example)
    return Message(messages.MONTH_FIRST, column=name, example=example)


def _find_example(column: Column, code: str) -> str:
    signs = ".," if code.startswith("decimal") else "/-"
    examples = [cell for cell in column.examples if any(sign in cell for sign in signs)]
    return (examples or [*column.examples, ""])[0]


def _shorten(cell: str) -> str:
    return truncate(cell, _MAX_EXAMPLE_CHARS)
