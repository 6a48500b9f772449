"""`easel budget`: prints what is spent, set aside and left of each budget, and when it frees up.

See `budget_text.py` for how it is written.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.app.data.database import open_existing_database
from bot.billing.budgets import find_period_end
from bot.cli.budget_text import BudgetReport, LimitReport, format_json, format_report
from bot.cli.usage.names import Names, fetch_names
from bot.config import Settings
from bot.domain.budgets import Budgets, Limit, Scope, Spent, Standing
from storage.engine.database import Database
from storage.reports.budgets import list_events, list_standings

_MAX_EVENTS = 20


def run_command(settings: Settings, options: argparse.Namespace) -> int:
    """Print the report; return the exit code. Raises `StartupError` without a database."""

    async def build_report() -> str:
        async with open_existing_database(settings) as database:
            report = await read_budgets(
                settings.effective_budgets,
                database,
                datetime.now(UTC),
                is_whole=options.json or options.all,
            )
        names = Names() if options.no_names else await _fetch_names(settings, report)
        if options.json:
            return format_json(report, names)
        return format_report(report, names, is_whole=options.all)

    sys.stdout.write(asyncio.run(build_report()))
    return 0


async def read_budgets(
    budgets: Budgets, database: Database, now: datetime, *, is_whole: bool = False
) -> BudgetReport:
    """Return what is spent of all budgets at the time `now`, and the latest events; if `is_whole`,
    all of these."""
    limits = [
        LimitReport(
            limit,
            subject,
            find_period_end(limit.period, now),
            _select_standings(
                budgets, limit, subject, await list_standings(database, limit, now.timestamp())
            ),
        )
        for subject, limit in budgets.list_limits()
    ]
    events = await list_events(database, None if is_whole else _MAX_EVENTS + 1)
    shown = events if is_whole else events[:_MAX_EVENTS]
    return BudgetReport(budgets.max_answer_usd, limits, shown, has_older=len(shown) < len(events))


def _select_standings(
    budgets: Budgets, limit: Limit, subject: str, standings: Sequence[Standing]
) -> list[Standing]:
    """Return the standings of those for whom the limit holds: others may have one of their own."""
    if subject:
        mine = [standing for standing in standings if standing.subject == subject]
        return mine or [Standing("", subject, Spent())]
    special = {
        name
        for name, other in budgets.special_limits
        if (other.scope, other.period) == (limit.scope, limit.period)
    }
    return [standing for standing in standings if standing.subject not in special]


async def _fetch_names(settings: Settings, report: BudgetReport) -> Names:
    ids: dict[Scope, dict[str, None]] = {Scope.USER: {}, Scope.CHANNEL: {}}
    for limit_report in report.limits:
        for standing in limit_report.standings:
            ids.get(limit_report.limit.scope, {})[standing.subject] = None
    for event in report.events:
        ids[Scope.USER][event.user] = ids[Scope.CHANNEL][event.channel] = None
    people, channels = ([id_ for id_ in found if id_] for found in ids.values())
    return await fetch_names(settings, people, channels) if people or channels else Names()
