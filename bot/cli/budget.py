"""`bot budget`: every budget with what is spent of it, and the record of changes and refusals."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.budgets import Budgets, Limit
from storage.budgets import SqliteBudgetStore
from storage.engine.sqlite import Database

_MAX_EVENTS = 20
_NO_BUDGETS_MESSAGE = (
    "There is no budget. Set EASEL_BUDGETS, for example: user/day=2 workspace/month=100\n"
)


async def report_budgets(budgets: Budgets, database: Database) -> str:
    """The text that the command prints."""
    store = SqliteBudgetStore(database)
    lines = [] if budgets else [_NO_BUDGETS_MESSAGE]
    if budgets.max_answer_usd is not None:
        lines.append(f"answer: at most ${budgets.max_answer_usd:,.2f} each\n")
    for limit in budgets.default_limits:
        lines += await _report_limit(store, limit, "")
    for subject, limit in budgets.special_limits:
        lines += await _report_limit(store, limit, subject)
    events = await store.list_events(_MAX_EVENTS)
    if events:
        lines.append("\nNewest first, times are UTC:\n")
    for event in events:
        at = datetime.fromtimestamp(event.at, UTC)
        who = " ".join(part for part in (event.user, event.channel) if part)
        lines.append(f"{at:%Y-%m-%d %H:%M}  {event.kind:8}  {event.text}  {who}".rstrip() + "\n")
    return "".join(lines)


async def _report_limit(store: SqliteBudgetStore, limit: Limit, subject: str) -> list[str]:
    totals = await store.list_totals(limit)
    shown = [(name, spent) for name, spent in totals if not subject or name == subject]
    head = (
        f"{limit.scope}{':' + subject if subject else ''}/{limit.period}: ${limit.max_usd:,.2f}\n"
    )
    return [
        head,
        *(
            f"  {name or 'unknown':14} ${spent.settled:,.4f} spent"
            + (f", up to ${spent.pending:,.4f} still open" if spent.pending else "")
            + "\n"
            for name, spent in shown
        ),
    ]
