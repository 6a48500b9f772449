"""`prices`: prints what models cost since when, and what a month would have cost at that.

See `text.py` for how it is written.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from datetime import datetime

from bot.app.data.database import open_existing_database
from bot.billing.price_comparison import compare_costs
from bot.cli.prices.text import PriceReport, format_json, format_report
from bot.cli.usage.period import Month, build_span
from bot.config import Settings
from bot.domain.errors import StartupError
from storage.prices.store import SqlPriceStore


def run_command(settings: Settings, options: argparse.Namespace) -> int:
    """Print the report, and plot it where `--plot` says; return the exit code.

    Raises `StartupError` for a month that is yet to come, without a database, or if the plot cannot
    be written.
    """
    now = time.time()
    month = _choose_month(options, now)
    report = asyncio.run(_read_report(settings, options, month))
    if options.plot is not None:
        # Imported here because matplotlib takes half a second.
        from bot.cli.prices.plot import draw_prices

        draw_prices(report.changes, now, options.plot)
    sys.stdout.write(format_json(report) if options.json else format_report(report))
    return 0


def _choose_month(options: argparse.Namespace, now: float) -> Month:
    this_month = Month(datetime.fromtimestamp(now, options.zone).date().replace(day=1))
    month: Month = options.month or this_month.before
    if month.first_day > this_month.first_day:
        raise StartupError([f"--month {month} is yet to come: this month is {this_month}"])
    return month


async def _read_report(
    settings: Settings, options: argparse.Namespace, month: Month
) -> PriceReport:
    span = build_span(month.first_day, month.last_day, options.zone)
    async with open_existing_database(settings) as database:
        store = SqlPriceStore(database)
        changes, used = await store.list_changes(), await store.sum_by_price(span)
    current = {(change.provider, change.model): change.price for change in changes}
    return PriceReport(changes, month, span.zone, compare_costs(used, current))
