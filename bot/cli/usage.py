"""`easel usage`: prints usage and cost as text, CSV or JSON. See `usage_plot.py`."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from decimal import Decimal
from pathlib import Path

from bot.cli.existing_database import open_existing_database
from bot.cli.usage_plot import plot
from bot.config import Settings
from bot.domain.costs import UsageRow
from bot.domain.errors import NotNow
from bot.structured_output.csv_text import format_csv_rows
from storage.reports.usage import sum_usage

_COUNT_HEADINGS = ("requests", "input", "cached", "output", "reasoning", "image")
_HEADINGS = (*_COUNT_HEADINGS, "US dollars", "estimated", "unknown")


def run_command(settings: Settings, options: argparse.Namespace) -> int:
    """Print the report, and plot it where `--plot` says; return the exit code.

    Raises `StartupError` without a database, or if the plot cannot be written.
    """
    since = time.time() - options.days * 86_400

    async def build_report() -> str:
        async with open_existing_database(settings) as database:
            rows = await sum_usage(database, group_by=options.by, since=since)
        if options.plot is not None:
            _write_plot(rows, options.by, options.plot)
        return format_report(rows, options.by, options.format)

    sys.stdout.write(asyncio.run(build_report()))
    return 0


def format_report(rows: Sequence[UsageRow], by: str, output_format: str) -> str:
    """Return `rows` as `text`, `csv` or `json`, with a line break at the end."""
    if output_format == "csv":
        return _format_csv(rows, by)
    if output_format == "json":
        return json.dumps([_build_object(row, by) for row in rows], indent=1) + "\n"
    return _format_text(rows, by)


def sum_rows(rows: Sequence[UsageRow]) -> UsageRow:
    """Return the sum of all `rows`."""
    summed = UsageRow("total", 0, 0, 0, 0, 0, 0, Decimal(0), 0)
    for row in rows:
        values = {
            field.name: getattr(summed, field.name) + getattr(row, field.name)
            for field in fields(UsageRow)
            if field.name != "key"
        }
        summed = replace(summed, **values)
    return summed


def _write_plot(rows: Sequence[UsageRow], by: str, path: Path) -> None:
    try:
        plot(rows, by, path)
    except OSError as error:
        raise NotNow([f"--plot {path}: {error.strerror}"]) from error


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
        text += "estimated: the part of the cost that the provider has not reported (yet)\n"
    if sum_rows(rows).unknown:
        text += "unknown: requests whose cost nobody knows (yet)\n"
    return text


def _format_csv(rows: Sequence[UsageRow], by: str) -> str:
    headings = [by, *(field.name for field in fields(UsageRow) if field.name != "key")]
    lines = [[row.key, *_list_counts(row), row.cost, row.unknown, row.estimated] for row in rows]
    return format_csv_rows(headings, lines, "\n")


def _build_object(row: UsageRow, by: str) -> dict[str, object]:
    values = asdict(row)
    # Money as strings: JSON numbers are read as floats.
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
