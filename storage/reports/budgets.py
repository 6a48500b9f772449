"""Read what is spent and set aside of budgets, and the record of budgets. Writes nothing."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Connection, bindparam, func, select

from bot.domain.budgets import Limit, Spent, Standing
from bot.domain.costs import BudgetEvent
from storage.budgets import RESERVED_FOR, find_first_day
from storage.engine.database import Database
from storage.ledger_rows import convert_to_dollars
from storage.schema_budgets import budget_events, reservations, spending

_ALL = 1_000_000_000
_SELECT_EVENTS = select(budget_events).order_by(budget_events.c.id.desc()).limit(bindparam("limit"))
_SELECT_SPENT = (
    select(
        spending.c.team,
        spending.c.subject,
        func.sum(spending.c.settled_nano),
        func.sum(spending.c.pending_nano),
    )
    .where(spending.c.scope == bindparam("scope"), spending.c.day >= bindparam("since_day"))
    .group_by(spending.c.team, spending.c.subject)
)
_SELECT_RESERVED = {
    scope: select(reservations.c.team, column, func.sum(reservations.c.nano)).group_by(
        reservations.c.team, column
    )
    for scope, column in RESERVED_FOR.items()
}


async def list_standings(database: Database, limit: Limit, now: float) -> list[Standing]:
    """Return what each subject of the limit's scope has spent in the period of the Unix time `now`,
    and what is set aside for it; the highest sum first."""
    parameters = {"scope": limit.scope.value, "since_day": find_first_day(limit, now)}

    def read(connection: Connection) -> list[Standing]:
        sums = dict[tuple[str, str], tuple[int, int]]()
        for team, subject, settled, pending in connection.execute(_SELECT_SPENT, parameters):
            sums[team, subject] = settled, pending
        for team, subject, nano in connection.execute(_SELECT_RESERVED[limit.scope]):
            settled, pending = sums.get((team, subject), (0, 0))
            sums[team, subject] = settled, pending + nano
        return [
            Standing(*key, Spent(convert_to_dollars(settled), convert_to_dollars(pending)))
            for key, (settled, pending) in sums.items()
        ]

    standings = await database.read(read)
    return sorted(standings, key=lambda one: (-one.spent.settled - one.spent.pending, one.subject))


async def list_events(database: Database, limit: int | None = None) -> list[BudgetEvent]:
    """Return the last `limit` entries of the record, or all of them, newest first."""
    key = {"limit": _ALL if limit is None else limit}
    rows = await database.read(lambda c: c.execute(_SELECT_EVENTS, key).all())
    return [
        BudgetEvent(
            row.at,
            row.kind,
            row.user,
            row.channel,
            row.told,
            _convert(row.least_nano),
            _convert(row.most_nano),
        )
        for row in rows
    ]


def _convert(nano: int | None) -> Decimal | None:
    return None if nano is None else convert_to_dollars(nano)
