"""`easel budget`: prints what is spent of each budget, and the latest changes and refusals."""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from decimal import Decimal

from bot.billing.budget_messages import format_limit
from bot.cli.existing_database import open_existing_database
from bot.config import Settings
from bot.domain.budgets import AnswerLimit, Budgets, Limit
from storage.budgets import SqliteBudgetStore
from storage.engine.sqlite import Database

_MAX_EVENTS = 20
_SMALL_USD = Decimal("0.001")
_NO_BUDGETS_MESSAGE = (
    "There is no budget. Set EASEL_BUDGETS, for example: user/day=2 workspace/month=100\n"
)


def run_command(settings: Settings, _options: argparse.Namespace) -> int:
    """Print the report; return the exit code. Raises `StartupError` without a database."""

    async def build_report() -> str:
        async with open_existing_database(settings) as database:
            return await report_budgets(settings.effective_budgets, database)

    sys.stdout.write(asyncio.run(build_report()))
    return 0


async def report_budgets(budgets: Budgets, database: Database) -> str:
    """Return the text that the command prints."""
    store = SqliteBudgetStore(database)
    lines = [] if budgets else [_NO_BUDGETS_MESSAGE]
    if budgets.max_answer_usd is not None:
        answer_limit = AnswerLimit(budgets.max_answer_usd)
        lines.append(f"answer: at most ${format_limit(answer_limit):,} each\n")
    for subject, limit in budgets.list_limits():
        lines += await _report_limit(store, limit, subject)
    events = await store.list_events(_MAX_EVENTS)
    if events:
        lines.append("\nNewest first, times are UTC:\n")
    for event in events:
        at = datetime.fromtimestamp(event.at, UTC)
        owner = " ".join(part for part in (event.user, event.channel) if part)
        lines.append(f"{at:%Y-%m-%d %H:%M}  {event.kind:8}  {event.text}  {owner}".rstrip() + "\n")
    return "".join(lines)


async def _report_limit(store: SqliteBudgetStore, limit: Limit, subject: str) -> list[str]:
    totals = await store.list_totals(limit)
    selected = [(name, spent) for name, spent in totals if not subject or name == subject]
    scope = f"{limit.scope}:{subject}" if subject else limit.scope
    heading = f"{scope}/{limit.period}: ${format_limit(limit):,}\n"
    return [
        heading,
        *(
            f"  {name or 'unknown':14} ${_format_amount(spent.settled)} spent"
            + (f", up to ${_format_amount(spent.pending)} still open" if spent.pending else "")
            + "\n"
            for name, spent in selected
        ),
    ]


def _format_amount(amount: Decimal) -> str:
    """Format US dollars so finely that little does not look like nothing."""
    return f"{amount:,.6f}" if 0 < amount < _SMALL_USD else f"{amount:,.4f}"
