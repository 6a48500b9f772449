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

from bot.billing.budgets import begins, judge
from bot.domain.budgets import Budgets, Judgement, Limit, Scope, Spent, Verdict
from bot.domain.costs import Account, BudgetEvent
from storage.engine.sqlite import Database
from storage.ledger import dollars, nano
from storage.schema import attempts, budget_events, reservations

_RESERVE = insert(reservations)
_FREE = delete(reservations).where(reservations.c.question_id == bindparam("of_question"))
_NOTE = insert(budget_events)
_EVENTS = select(budget_events).order_by(budget_events.c.id.desc()).limit(bindparam("most"))
_LAST_CHANGE = (
    select(budget_events.c.told)
    .where(budget_events.c.kind == "changed")
    .order_by(budget_events.c.id.desc())
    .limit(1)
)


def _whose(table: Table, scope: Scope) -> list[ColumnElement[bool]]:
    team = table.c.team == bindparam("team")
    if scope is Scope.WORKSPACE:
        return [team]
    name = scope.value
    return [table.c[name] == bindparam(name), team]


# What is settled, and what requests that were taken may still come to.
_SETTLED = {
    scope: select(
        func.coalesce(func.sum(attempts.c.cost_nano), 0),
        func.coalesce(func.sum(attempts.c.worst_nano).filter(attempts.c.cost_nano.is_(None)), 0),
    ).where(*_whose(attempts, scope), attempts.c.asked_at >= bindparam("since"))
    for scope in Scope
}
_RESERVED = {
    scope: select(func.coalesce(func.sum(reservations.c.nano), 0)).where(
        *_whose(reservations, scope)
    )
    for scope in Scope
}


_SUBJECT = {
    Scope.USER: attempts.c.user,
    Scope.CHANNEL: attempts.c.channel,
    Scope.WORKSPACE: attempts.c.team,
}
_TOTALS = {
    scope: select(
        _SUBJECT[scope],
        func.coalesce(func.sum(attempts.c.cost_nano), 0).label("settled"),
        func.coalesce(func.sum(attempts.c.worst_nano).filter(attempts.c.cost_nano.is_(None)), 0),
    )
    .where(attempts.c.asked_at >= bindparam("since"))
    .group_by(_SUBJECT[scope])
    .order_by(func.coalesce(func.sum(attempts.c.cost_nano), 0).desc())
    .limit(20)
    for scope in Scope
}


class SqliteBudgets:
    """Implements `bot.domain.stores.Purse`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def reserve(
        self, account: Account, most: Decimal, budgets: Budgets, *, requests: int = 1
    ) -> Judgement:
        limits, now = budgets.limits(account), self._clock()

        def body(connection: Connection) -> Judgement:
            if account.question is not None:
                # Of an attempt that was interrupted: this one takes its place.
                connection.execute(_FREE, {"of_question": account.question})
            found = judge(limits, _spent(connection, account, limits, now), most * requests)
            if found.verdict is Verdict.ALLOWED:
                row = {**_key(account), "nano": nano(most), "made_at": now}
                # One for each request: each is free when that one is taken.
                one = row | {"question_id": account.question}
                connection.execute(_RESERVE, [one] * requests)
            return found

        return await self._database.write(body)

    async def spent(self, account: Account, limits: Sequence[Limit]) -> dict[Limit, Spent]:
        now = self._clock()
        return await self._database.read(lambda c: _spent(c, account, limits, now))

    async def note(self, kind: str, told: str, account: Account | None = None) -> None:
        row = {
            "at": self._clock(),
            "kind": kind,
            "user": account.user if account else "",
            "channel": account.channel if account else "",
            "told": told,
        }
        await self._database.write(lambda c: c.execute(_NOTE, row).close())

    async def note_change(self, text: str) -> None:
        if (await self._database.read(lambda c: c.scalar(_LAST_CHANGE)) or "") != text:
            await self.note("changed", text)

    async def totals(self, limit: Limit) -> list[tuple[str, Spent]]:
        """Who has spent what in the period of `limit`, by its scope, the most first."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        since = {"since": begins(limit.period, now).timestamp()}
        rows = await self._database.read(lambda c: c.execute(_TOTALS[limit.scope], since).all())
        return [(row[0], Spent(dollars(row[1]), dollars(row[2]))) for row in rows]

    async def events(self, most: int) -> list[BudgetEvent]:
        """The newest entries of the record, newest first."""
        rows = await self._database.read(lambda c: c.execute(_EVENTS, {"most": most}).all())
        return [BudgetEvent(row.at, row.kind, row.user, row.channel, row.told) for row in rows]


def _spent(
    connection: Connection, account: Account, limits: Sequence[Limit], now: float
) -> dict[Limit, Spent]:
    found = {}
    for limit in limits:
        since = begins(limit.period, datetime.fromtimestamp(now, UTC)).timestamp()
        values = _key(account) | {"since": since}
        wanted: dict[str, Any] = {name: values[name] for name in ("team", "since")}
        if limit.scope is not Scope.WORKSPACE:
            wanted[limit.scope.value] = values[limit.scope.value]
        settled, unknown = connection.execute(_SETTLED[limit.scope], wanted).one()
        del wanted["since"]
        reserved = connection.scalar(_RESERVED[limit.scope], wanted) or 0
        found[limit] = Spent(dollars(settled), dollars(unknown + reserved))
    return found


def _key(account: Account) -> dict[str, Any]:
    return {"team": account.team, "channel": account.channel, "user": account.user}
