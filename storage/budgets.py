"""Add up what is spent and reserved, and record changed, refused and warned budgets.

Decides nothing: `bot.billing.budgets` judges, inside the transaction that reserves.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    bindparam,
    func,
    insert,
    select,
)

from bot.billing.budgets import find_period_start, judge
from bot.domain.budgets import Budgets, Judgement, Limit, Scope, Spent, Verdict
from bot.domain.costs import BudgetEvent, CostOwner
from storage.engine.sqlite import Database
from storage.ledger import convert_to_dollars, convert_to_nano, release_reservations
from storage.rows import build_owner_values
from storage.schema import attempts, budget_events, reservations

_INSERT_RESERVATION = insert(reservations)
_INSERT_EVENT = insert(budget_events)
_SELECT_EVENTS = select(budget_events).order_by(budget_events.c.id.desc()).limit(bindparam("limit"))
_SELECT_LAST_CHANGE = (
    select(budget_events.c.told)
    .where(budget_events.c.kind == "changed")
    .order_by(budget_events.c.id.desc())
    .limit(1)
)


def _match_scope(table: Table, scope: Scope) -> list[ColumnElement[bool]]:
    team = table.c.team == bindparam("team")
    if scope is Scope.WORKSPACE:
        return [team]
    name = scope.value
    return [table.c[name] == bindparam(name), team]


_SETTLED_NANO = func.coalesce(func.sum(attempts.c.cost_nano), 0)
# The most that requests without a known cost may still cost.
_PENDING_NANO = func.coalesce(
    func.sum(attempts.c.worst_nano).filter(attempts.c.cost_nano.is_(None)), 0
)
_SELECT_SPENT = {
    scope: select(_SETTLED_NANO, _PENDING_NANO).where(
        *_match_scope(attempts, scope), attempts.c.asked_at >= bindparam("since")
    )
    for scope in Scope
}
_SELECT_RESERVED = {
    scope: select(func.coalesce(func.sum(reservations.c.nano), 0)).where(
        *_match_scope(reservations, scope)
    )
    for scope in Scope
}
_SCOPE_COLUMNS = {
    Scope.USER: attempts.c.user,
    Scope.CHANNEL: attempts.c.channel,
    Scope.WORKSPACE: attempts.c.team,
}
_SELECT_TOTALS = {
    scope: select(column, _SETTLED_NANO, _PENDING_NANO)
    .where(attempts.c.asked_at >= bindparam("since"))
    .group_by(column)
    .order_by(_SETTLED_NANO.desc())
    .limit(20)
    for scope, column in _SCOPE_COLUMNS.items()
}


class SqliteBudgetStore:
    """Implements `bot.domain.stores.BudgetStore`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def reserve(
        self, cost_owner: CostOwner, max_cost: Decimal, budgets: Budgets, *, requests: int = 1
    ) -> Judgement:
        limits, now = budgets.select_limits(cost_owner), self._clock()

        def reserve_within_limits(connection: Connection) -> Judgement:
            # An earlier attempt at the question that was interrupted has left its reservations.
            release_reservations(connection, cost_owner)
            spent = _read_spent(connection, cost_owner, limits, now)
            judgement = judge(limits, spent, max_cost * requests)
            if judgement.verdict is Verdict.ALLOWED:
                row = {
                    **build_owner_values(cost_owner),
                    "nano": convert_to_nano(max_cost),
                    "made_at": now,
                }
                # One for each request: each is released when that request is taken.
                connection.execute(_INSERT_RESERVATION, [row] * requests)
            return judgement

        return await self._database.write(reserve_within_limits)

    async def get_spent(self, cost_owner: CostOwner, limits: Sequence[Limit]) -> dict[Limit, Spent]:
        now = self._clock()
        return await self._database.read(lambda c: _read_spent(c, cost_owner, limits, now))

    async def record_event(self, kind: str, text: str, cost_owner: CostOwner | None = None) -> None:
        row = {
            "at": self._clock(),
            "kind": kind,
            "user": cost_owner.user if cost_owner else "",
            "channel": cost_owner.channel if cost_owner else "",
            "told": text,
        }
        await self._database.write(lambda c: c.execute(_INSERT_EVENT, row).close())

    async def record_change(self, text: str) -> None:
        """Record the budgets' setting `text` if it is not the last one recorded."""
        if (await self._database.read(lambda c: c.scalar(_SELECT_LAST_CHANGE)) or "") != text:
            await self.record_event("changed", text)

    async def list_totals(self, limit: Limit) -> list[tuple[str, Spent]]:
        """Return what each subject of the limit's scope has spent in its period.

        The subjects are ids of people, channels or workspaces: the 20 that have spent most, the
        highest sum first.
        """
        parameters = {"since": _find_start(limit, self._clock())}
        rows = await self._database.read(
            lambda c: c.execute(_SELECT_TOTALS[limit.scope], parameters).all()
        )
        return [
            (subject, Spent(convert_to_dollars(settled), convert_to_dollars(pending)))
            for subject, settled, pending in rows
        ]

    async def list_events(self, limit: int) -> list[BudgetEvent]:
        """Return the last `limit` entries of the record, newest first."""
        parameters = {"limit": limit}
        rows = await self._database.read(lambda c: c.execute(_SELECT_EVENTS, parameters).all())
        return [BudgetEvent(row.at, row.kind, row.user, row.channel, row.told) for row in rows]


def _read_spent(
    connection: Connection, cost_owner: CostOwner, limits: Sequence[Limit], now: float
) -> dict[Limit, Spent]:
    spent = {}
    owner = build_owner_values(cost_owner)
    for limit in limits:
        parameters: dict[str, Any] = {"team": owner["team"]}
        if limit.scope is not Scope.WORKSPACE:
            parameters[limit.scope.value] = owner[limit.scope.value]
        reserved = connection.scalar(_SELECT_RESERVED[limit.scope], parameters) or 0
        parameters["since"] = _find_start(limit, now)
        settled, pending = connection.execute(_SELECT_SPENT[limit.scope], parameters).one()
        spent[limit] = Spent(convert_to_dollars(settled), convert_to_dollars(pending + reserved))
    return spent


def _find_start(limit: Limit, now: float) -> float:
    """Return the Unix time at which the limit's current period began."""
    return find_period_start(limit.period, datetime.fromtimestamp(now, UTC)).timestamp()
