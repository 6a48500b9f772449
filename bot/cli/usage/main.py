"""`usage`: prints from the ledger what was used by whom, and what it cost. Changes nothing."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence

from bot.app.data.database import open_existing_database
from bot.billing.usage_report import FIGURES, RefusalRow, TimeSpan, UsageRow
from bot.cli.usage.arguments import check_combination, choose_dimensions
from bot.cli.usage.export import (
    build_refusal_record,
    build_usage_record,
    format_records,
    list_columns,
)
from bot.cli.usage.feedback import print_feedback
from bot.cli.usage.lists import print_pictures, print_requests
from bot.cli.usage.names import Names, fetch_names
from bot.cli.usage.period import choose_span, list_days
from bot.cli.usage.text import (
    format_heading,
    format_refusal_line,
    format_refusals,
    format_usage,
)
from bot.config import Settings
from storage.engine.database import Database
from storage.reports.feedback import list_feedback_owners
from storage.reports.usage import list_people_and_channels, sum_usage
from storage.reports.usage_lists import sum_refusals

_NOTHING = "Nothing was used in this time.\n"
_NOTHING_REFUSED = "Nothing was refused in this time.\n"
_REFUSAL_FIGURES = ("questions", "refusals", "least_usd", "most_usd", "unknown")


def run_command(settings: Settings, options: argparse.Namespace) -> int:
    """Print the report, and plot it where `--plot` says; return the exit code.

    Raises `StartupError` for options that do not fit, without a database, or if the plot cannot be
    written.
    """
    check_combination(options)
    by, span = choose_dimensions(options), choose_span(options, time.time())
    asyncio.run(_print_report(settings, options, by, span))
    return 0


async def _print_report(
    settings: Settings, options: argparse.Namespace, by: Sequence[str], span: TimeSpan
) -> None:
    form = options.format or ("csv" if options.rows else "text")
    async with open_existing_database(settings) as database:
        if form == "text":
            sys.stdout.write(format_heading(list_days(span), span))
        if options.feedback:
            people = await list_feedback_owners(database, span)
            names = Names() if options.no_names else await fetch_names(settings, *people)
            await print_feedback(database, span, names, form)
        elif options.rows or options.pictures:
            names = await _fetch_all_names(settings, options, database, span)
            print_list = print_requests if options.rows else print_pictures
            await print_list(database, span, names, form)
        elif options.refusals:
            await _print_refusals(settings, options, database, by, span)
        else:
            await _print_sums(settings, options, database, by, span)


async def _print_sums(
    settings: Settings,
    options: argparse.Namespace,
    database: Database,
    by: Sequence[str],
    span: TimeSpan,
) -> None:
    rows = await sum_usage(database, by, span)
    names = await _fetch_names(settings, options, by, rows)
    if options.plot is not None:
        # Imported here because matplotlib takes half a second.
        from bot.cli.usage.plot import plot_usage

        await plot_usage(database, by, span, names, options.plot)
    if options.format in ("csv", "json"):
        records = [build_usage_record(row, by, names) for row in rows]
        sys.stdout.write(format_records(records, list_columns(by, FIGURES), options.format))
        return
    total = next(iter(await sum_usage(database, (), span)), None)
    sys.stdout.write(_NOTHING if total is None else format_usage(rows, total, by, names))
    for refused in await sum_refusals(database, (), span):
        sys.stdout.write(format_refusal_line(refused))


async def _print_refusals(
    settings: Settings,
    options: argparse.Namespace,
    database: Database,
    by: Sequence[str],
    span: TimeSpan,
) -> None:
    rows = await sum_refusals(database, by, span)
    names = await _fetch_names(settings, options, by, rows)
    if options.format in ("csv", "json"):
        records = [build_refusal_record(row, by, names) for row in rows]
        sys.stdout.write(
            format_records(records, list_columns(by, _REFUSAL_FIGURES), options.format)
        )
        return
    total = next(iter(await sum_refusals(database, (), span)), None)
    text = _NOTHING_REFUSED if total is None else format_refusals(rows, total, by, names)
    sys.stdout.write(text)


async def _fetch_names(
    settings: Settings,
    options: argparse.Namespace,
    by: Sequence[str],
    rows: Sequence[UsageRow] | Sequence[RefusalRow],
) -> Names:
    """Return the names of those that rows are about, in the order of the rows."""
    ids: dict[str, dict[str, None]] = {"user": {}, "channel": {}}
    for row in rows:
        for dimension, key in zip(by, row.keys, strict=True):
            if dimension in ids and key != "unknown":
                ids[dimension][key] = None
    if options.no_names or (not any(ids.values()) and "thread" not in by):
        return Names()
    return await fetch_names(settings, [*ids["user"]], [*ids["channel"]])


async def _fetch_all_names(
    settings: Settings, options: argparse.Namespace, database: Database, span: TimeSpan
) -> Names:
    if options.no_names:
        return Names()
    return await fetch_names(settings, *(await list_people_and_channels(database, span)))
