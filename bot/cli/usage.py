"""A usage report as text, CSV or JSON. Pure; the sums come from the ledger."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from decimal import Decimal

from bot.domain.costs import UsageRow

FORMATS = ("text", "csv", "json")
_COUNT_HEADINGS = ("requests", "input", "cached", "output", "reasoning", "image")
_HEADINGS = (*_COUNT_HEADINGS, "US dollars", "estimated", "unknown")


def format_report(rows: Sequence[UsageRow], by: str, output_format: str) -> str:
    """`rows` in one of `FORMATS`, with a line break at its end."""
    if output_format == "csv":
        return _format_csv(rows, by)
    if output_format == "json":
        return json.dumps([_build_object(row, by) for row in rows], indent=1) + "\n"
    return _format_text(rows, by)


def sum_rows(rows: Sequence[UsageRow]) -> UsageRow:
    """The sum of all `rows`."""
    summed = UsageRow("total", 0, 0, 0, 0, 0, 0, Decimal(0), 0)
    for row in rows:
        values = {
            field.name: getattr(summed, field.name) + getattr(row, field.name)
            for field in fields(UsageRow)
            if field.name != "key"
        }
        summed = replace(summed, **values)
    return summed


def _format_text(rows: Sequence[UsageRow], by: str) -> str:
    if not rows:
        return "Nothing was used in this time.\n"
    lines: list[list[str]] = [[by, *_HEADINGS]]
    for row in [*rows, sum_rows(rows)]:
        counts = [f"{value:,}" for value in _list_counts(row)]
        money = [f"{row.cost:,.4f}", f"{row.estimated:,.4f}"]
        lines.append([row.key, *counts, *money, str(row.unknown)])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    text = "".join(
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        + "\n"
        for line in lines
    )
    if sum_rows(rows).estimated:
        text += "estimated: the part of the cost that the provider has not told (yet)\n"
    if sum_rows(rows).unknown:
        text += "unknown: requests whose cost nobody knows (yet)\n"
    return text


def _format_csv(rows: Sequence[UsageRow], by: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([by, *(field.name for field in fields(UsageRow) if field.name != "key")])
    for row in rows:
        money = [str(row.cost), row.unknown, str(row.estimated)]
        writer.writerow([_escape_cell(row.key), *_list_counts(row), *money])
    return out.getvalue()


def _build_object(row: UsageRow, by: str) -> dict[str, object]:
    values = asdict(row)
    # A string: JSON numbers are read as floats, and money is none.
    money = {"cost": str(row.cost), "estimated": str(row.estimated)}
    return {by: values.pop("key"), **values, **money}


def _list_counts(row: UsageRow) -> list[int]:
    return [
        row.requests,
        row.input_tokens,
        row.cached_tokens,
        row.output_tokens,
        row.reasoning_tokens,
        row.image_tokens,
    ]


def _escape_cell(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" else cell
