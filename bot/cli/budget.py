"""`bot budget`: every budget with what is spent of it, and the record of changes and refusals."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.budgets import Budgets, Limit
from storage.budgets import SqliteBudgets
from storage.engine.sqlite import Database

_EVENTS = 20
_NONE = "There is no budget. Set EASEL_BUDGETS, for example: user/day=2 workspace/month=100\n"


async def standing(budgets: Budgets, database: Database) -> str:
    """The text that the command prints."""
    store = SqliteBudgets(database)
    lines = [] if budgets else [_NONE]
    if budgets.answer is not None:
        lines.append(f"answer: at most ${budgets.answer:,.2f} each\n")
    for limit in budgets.usual:
        lines += await _spent(store, limit, "")
    for subject, limit in budgets.special:
        lines += await _spent(store, limit, subject)
    events = await store.events(_EVENTS)
    if events:
        lines.append("\nNewest first, times are UTC:\n")
    for event in events:
        at = datetime.fromtimestamp(event.at, UTC)
        who = " ".join(part for part in (event.user, event.channel) if part)
        lines.append(f"{at:%Y-%m-%d %H:%M}  {event.kind:8}  {event.told}  {who}".rstrip() + "\n")
    return "".join(lines)


async def _spent(store: SqliteBudgets, limit: Limit, subject: str) -> list[str]:
    totals = await store.totals(limit)
    shown = [(name, spent) for name, spent in totals if not subject or name == subject]
    head = f"{limit.scope}{':' + subject if subject else ''}/{limit.period}: ${limit.most:,.2f}\n"
    return [
        head,
        *(
            f"  {name or 'unknown':14} ${spent.settled:,.4f} spent"
            + (f", up to ${spent.open:,.4f} still open" if spent.open else "")
            + "\n"
            for name, spent in shown
        ),
    ]
