"""Add up what is spent and reserved, and record changed, refused and warned budgets.

Decides nothing: `bot.billing.budgets` judges, inside the transaction that reserves.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, or_, select

from bot.billing.budgets import count_days, find_period_start, judge
from bot.domain.budgets import (
    Budgets,
    Demand,
    Judgement,
    Limit,
    Scope,
    Spent,
    Verdict,
    get_subject,
)
from bot.domain.costs import CostOwner, RequestPurpose
from bot.domain.llm import Usage
from storage.engine.database import Database
from storage.engine.dialects import insert as sqlite_insert
from storage.engine.dialects import match_listed
from storage.engine.named_locks import lock
from storage.ledger import release_reservations
from storage.ledger_rows import convert_to_dollars, convert_to_nano
from storage.replicas.clock import estimate_now
from storage.rows import build_owner_values
from storage.schema import attempts
from storage.schema_budgets import budget_events, budget_warnings, reservations, spending

# Of how many of the latest requests it is looked at what they took.
_MAX_RECENT = 200
# Refused questions leave no rows: what is odd must not decide for ever.
_RECENT_SECONDS = 86_400.0
_INSERT_RESERVATION = insert(reservations)
_INSERT_EVENT = insert(budget_events)
_SELECT_LAST_CHANGE = (
    select(budget_events.c.told)
    .where(budget_events.c.kind == "changed")
    .order_by(budget_events.c.id.desc())
    .limit(1)
)
# The column of a reservation that a limit of each scope looks at.
RESERVED_FOR = {
    Scope.USER: reservations.c.user,
    Scope.CHANNEL: reservations.c.channel,
    Scope.WORKSPACE: reservations.c.team,
}


def _select_spent(scope: Scope) -> Select[Any]:
    """Return what is settled, pending and reserved for a subject, as of one moment.

    While a request is sent, its reservation gives way to its row: neither both nor none may be
    counted. There are only reservations of questions that are being answered.
    """
    reserved = (
        select(func.coalesce(func.sum(reservations.c.nano), 0))
        .where(
            reservations.c.team == bindparam("team"),
            RESERVED_FOR[scope] == bindparam("subject"),
        )
        .scalar_subquery()
    )
    return select(
        func.coalesce(func.sum(spending.c.settled_nano), 0),
        func.coalesce(func.sum(spending.c.pending_nano), 0),
        reserved,
    ).where(
        spending.c.team == bindparam("team"),
        spending.c.scope == bindparam("scope"),
        spending.c.subject == bindparam("subject"),
        spending.c.day >= bindparam("since_day"),
    )


_SELECT_SPENT = {scope: _select_spent(scope) for scope in Scope}
_COUNT_WARNINGS = (
    select(func.count())
    .select_from(budget_warnings)
    .where(*(column == bindparam(column.name) for column in budget_warnings.c))
)
_INSERT_WARNING = (
    sqlite_insert(budget_warnings).on_conflict_do_nothing().returning(budget_warnings.c.team)
)
# The newest are looked through first, and no more than these: whatever the ledger holds.
_NEWEST = select(attempts).order_by(attempts.c.id.desc()).limit(_MAX_RECENT).subquery()
_SELECT_RECENT_USAGE = select(
    _NEWEST.c.prompt_tokens,
    _NEWEST.c.completion_tokens,
    _NEWEST.c.reasoning_tokens,
    _NEWEST.c.image_tokens,
    _NEWEST.c.cost_nano,
).where(
    _NEWEST.c.cost_nano > 0,
    _NEWEST.c.completion_tokens > 0,
    _NEWEST.c.purpose == bindparam("purpose"),
    _NEWEST.c.asked_at >= bindparam("since"),
    or_(bindparam("is_any_model"), match_listed(_NEWEST.c.model, "models")),
)


class SqlBudgetStore:
    """Implements `bot.domain.stores.budgets.BudgetStore`.

    A reservation is judged by the time at which its transaction has its turn: it may wait for
    minutes, and over midnight.
    """

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def reserve(
        self, cost_owner: CostOwner, demand: Demand, budgets: Budgets, *, is_patient: bool = True
    ) -> Judgement:
        limits = budgets.select_limits(cost_owner)

        def reserve_within_limits(connection: Connection) -> Judgement:
            lock_subjects(connection, cost_owner, limits)
            now = estimate_now(connection, self._clock)
            # An earlier attempt at the question that was interrupted has left its reservations.
            release_reservations(connection, cost_owner)
            spent = _read_spent(connection, cost_owner, limits, now)
            judgement = judge(limits, spent, demand, is_patient=is_patient)
            if judgement.verdict is Verdict.ALLOWED:
                row = {
                    **build_owner_values(cost_owner),
                    "nano": convert_to_nano(judgement.amount),
                    "made_at": now,
                }
                # One for each request: each is released when that request is taken.
                connection.execute(_INSERT_RESERVATION, [row] * demand.requests)
            return judgement

        return await self._database.write(reserve_within_limits)

    async def get_spent(self, cost_owner: CostOwner, limits: Sequence[Limit]) -> dict[Limit, Spent]:
        return await self._database.read(
            lambda c: _read_spent(c, cost_owner, limits, estimate_now(c, self._clock))
        )

    async def is_warned(self, cost_owner: CostOwner, limit: Limit) -> bool:
        def read(connection: Connection) -> bool:
            now = estimate_now(connection, self._clock)
            key = _build_warning_key(cost_owner, limit, now)
            return bool(connection.scalar(_COUNT_WARNINGS, key))

        return await self._database.read(read)

    async def record_warning(self, cost_owner: CostOwner, limit: Limit, at: datetime) -> None:
        row = _build_warning_key(cost_owner, limit, at.timestamp())
        event = _build_event(at.timestamp(), "warned", str(limit), cost_owner)

        def insert_warning(connection: Connection) -> None:
            if connection.execute(_INSERT_WARNING, row).first() is not None:
                connection.execute(_INSERT_EVENT, event)

        await self._database.write(insert_warning)

    async def list_recent_usage(
        self, purpose: RequestPurpose, models: Sequence[str]
    ) -> list[Usage]:
        parameters = {
            "purpose": purpose.value,
            "since": self._clock() - _RECENT_SECONDS,
            "is_any_model": not models,
            "models": list(models),
        }
        rows = await self._database.read(
            lambda c: c.execute(_SELECT_RECENT_USAGE, parameters).all()
        )
        return [
            Usage(
                prompt_tokens=row.prompt_tokens,
                completion_tokens=row.completion_tokens,
                reasoning_tokens=row.reasoning_tokens,
                image_tokens=row.image_tokens,
                cost=convert_to_dollars(row.cost_nano),
            )
            for row in rows
        ]

    async def record_refusal(
        self, cost_owner: CostOwner, limit: str, *, least: Decimal, most: Decimal
    ) -> None:
        row = _build_event(self._clock(), "refused", limit, cost_owner)
        row |= {"least_nano": convert_to_nano(least), "most_nano": convert_to_nano(most)}
        await self._database.write(lambda c: c.execute(_INSERT_EVENT, row).close())

    async def record_change(self, text: str) -> None:
        """Record the budgets' setting `text` if it is not the last one recorded."""

        def is_new(connection: Connection) -> bool:
            return (connection.scalar(_SELECT_LAST_CHANGE) or "") != text

        def insert_change(connection: Connection) -> None:
            lock(connection, "budget change")  # several replicas may start at once
            if is_new(connection):
                row = _build_event(self._clock(), "changed", text, None)
                connection.execute(_INSERT_EVENT, row)

        if await self._database.read(is_new):
            await self._database.write(insert_change)


def lock_subjects(connection: Connection, cost_owner: CostOwner, limits: Sequence[Limit]) -> None:
    """Let no other transaction reserve for the subjects of `limits` before this one has ended.

    Always in the same order, so that no two wait for each other. Without limits nothing is locked.
    """
    subjects = {(limit.scope.value, get_subject(cost_owner, limit.scope)) for limit in limits}
    for scope, subject in sorted(subjects):
        lock(connection, "budget", cost_owner.team, scope, subject)


def _read_spent(
    connection: Connection, cost_owner: CostOwner, limits: Sequence[Limit], now: float
) -> dict[Limit, Spent]:
    spent = {}
    for limit in limits:
        key = _build_subject_key(cost_owner, limit.scope)
        parameters = key | {"since_day": find_first_day(limit, now)}
        row = connection.execute(_SELECT_SPENT[limit.scope], parameters).one()
        settled, pending, reserved = row
        spent[limit] = Spent(convert_to_dollars(settled), convert_to_dollars(pending + reserved))
    return spent


def _build_subject_key(cost_owner: CostOwner, scope: Scope) -> dict[str, Any]:
    """Return the columns of `spending` that say whose spending is meant."""
    return {
        "team": cost_owner.team,
        "scope": scope.value,
        "subject": get_subject(cost_owner, scope),
    }


def _build_warning_key(cost_owner: CostOwner, limit: Limit, now: float) -> dict[str, Any]:
    period = {"period": limit.period.value, "since_day": find_first_day(limit, now)}
    return _build_subject_key(cost_owner, limit.scope) | period


def _build_event(at: float, kind: str, text: str, cost_owner: CostOwner | None) -> dict[str, Any]:
    return {
        "at": at,
        "kind": kind,
        "user": cost_owner.user if cost_owner else "",
        "channel": cost_owner.channel if cost_owner else "",
        "question_id": cost_owner.question_id if cost_owner else None,
        "told": text,
    }


def find_first_day(limit: Limit, now: float) -> int:
    """Return the first day of the limit's current period, as `spending` counts days."""
    return count_days(find_period_start(limit.period, datetime.fromtimestamp(now, UTC)))
