"""Budgets on the ledger: what is spent, what is reserved, what was refused. Decides nothing itself:
`bot.billing.budgets` judges, inside the transaction that reserves."""

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
    delete,
    func,
    insert,
    select,
)

from bot.billing.budgets import find_period_start, judge
from bot.domain.budgets import Budgets, Judgement, Limit, Scope, Spent, Verdict
from bot.domain.costs import BudgetEvent, CostOwner
from storage.engine.sqlite import Database
from storage.ledger import convert_to_dollars, convert_to_nano
from storage.schema import attempts, budget_events, reservations

_INSERT_RESERVATION = insert(reservations)
_RELEASE_RESERVATIONS = delete(reservations).where(
    reservations.c.question_id == bindparam("of_question")
)
_INSERT_EVENT = insert(budget_events)
_SELECT_EVENTS = select(budget_events).order_by(budget_events.c.id.desc()).limit(bindparam("most"))
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


# What is settled, and what requests that were taken may still come to.
_SELECT_SETTLED = {
    scope: select(
        func.coalesce(func.sum(attempts.c.cost_nano), 0),
        func.coalesce(func.sum(attempts.c.worst_nano).filter(attempts.c.cost_nano.is_(None)), 0),
    ).where(*_match_scope(attempts, scope), attempts.c.asked_at >= bindparam("since"))
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
    scope: select(
        _SCOPE_COLUMNS[scope],
        func.coalesce(func.sum(attempts.c.cost_nano), 0).label("settled"),
        func.coalesce(func.sum(attempts.c.worst_nano).filter(attempts.c.cost_nano.is_(None)), 0),
    )
    .where(attempts.c.asked_at >= bindparam("since"))
    .group_by(_SCOPE_COLUMNS[scope])
    .order_by(func.coalesce(func.sum(attempts.c.cost_nano), 0).desc())
    .limit(20)
    for scope in Scope
}


class SqliteBudgetStore:
    """Implements `bot.domain.stores.Purse`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def reserve(
        self, cost_owner: CostOwner, max_cost: Decimal, budgets: Budgets, *, requests: int = 1
    ) -> Judgement:
        limits, now = budgets.select_limits(cost_owner), self._clock()

        def reserve_within_limits(connection: Connection) -> Judgement:
            if cost_owner.question_id is not None:
                # Of an attempt that was interrupted: this one takes its place.
                connection.execute(_RELEASE_RESERVATIONS, {"of_question": cost_owner.question_id})
            found = judge(
                limits, _read_spent(connection, cost_owner, limits, now), max_cost * requests
            )
            if found.verdict is Verdict.ALLOWED:
                row = {
                    **_build_owner_values(cost_owner),
                    "nano": convert_to_nano(max_cost),
                    "made_at": now,
                }
                # One for each request: each is free when that one is taken.
                one = row | {"question_id": cost_owner.question_id}
                connection.execute(_INSERT_RESERVATION, [one] * requests)
            return found

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
        if (await self._database.read(lambda c: c.scalar(_SELECT_LAST_CHANGE)) or "") != text:
            await self.record_event("changed", text)

    async def list_totals(self, limit: Limit) -> list[tuple[str, Spent]]:
        """Who has spent what in the period of `limit`, by its scope, the most first."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        since = {"since": find_period_start(limit.period, now).timestamp()}
        rows = await self._database.read(
            lambda c: c.execute(_SELECT_TOTALS[limit.scope], since).all()
        )
        return [
            (row[0], Spent(convert_to_dollars(row[1]), convert_to_dollars(row[2]))) for row in rows
        ]

    async def list_events(self, limit: int) -> list[BudgetEvent]:
        """The newest entries of the record, newest first."""
        rows = await self._database.read(lambda c: c.execute(_SELECT_EVENTS, {"most": limit}).all())
        return [BudgetEvent(row.at, row.kind, row.user, row.channel, row.told) for row in rows]


def _read_spent(
    connection: Connection, cost_owner: CostOwner, limits: Sequence[Limit], now: float
) -> dict[Limit, Spent]:
    found = {}
    for limit in limits:
        since = find_period_start(limit.period, datetime.fromtimestamp(now, UTC)).timestamp()
        values = _build_owner_values(cost_owner) | {"since": since}
        wanted: dict[str, Any] = {name: values[name] for name in ("team", "since")}
        if limit.scope is not Scope.WORKSPACE:
            wanted[limit.scope.value] = values[limit.scope.value]
        settled, unknown = connection.execute(_SELECT_SETTLED[limit.scope], wanted).one()
        del wanted["since"]
        reserved = connection.scalar(_SELECT_RESERVED[limit.scope], wanted) or 0
        found[limit] = Spent(convert_to_dollars(settled), convert_to_dollars(unknown + reserved))
    return found


def _build_owner_values(cost_owner: CostOwner) -> dict[str, Any]:
    return {"team": cost_owner.team, "channel": cost_owner.channel, "user": cost_owner.user}
