"""Compare the running totals of what is spent with the ledger, and repair them.

Triggers of the table `attempts` keep the totals (see `schema_budgets.py`), so a difference means
that the file was changed by something else than Easel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, literal, or_, select, union_all

from bot.domain.budgets import Scope, Spent, TotalsMismatch
from storage.engine.database import Database
from storage.engine.dialects import insert
from storage.engine.named_locks import lock
from storage.ledger_rows import convert_difference_to_nano, convert_to_dollars
from storage.schema import attempts
from storage.schema_budgets import spending

_SECONDS_PER_DAY = 86_400
_LEDGER = (
    select(
        attempts.c.team,
        attempts.c.user,
        attempts.c.channel,
        func.coalesce(func.sum(attempts.c.cost_nano), 0).label("settled"),
        func.coalesce(
            func.sum(attempts.c.worst_nano).filter(attempts.c.cost_nano.is_(None)), 0
        ).label("pending"),
    )
    .where(attempts.c.asked_at >= bindparam("since"), attempts.c.asked_at < bindparam("until"))
    .group_by(attempts.c.team, attempts.c.user, attempts.c.channel)
    .cte("ledger")
)
_SUBJECTS = {
    Scope.USER: _LEDGER.c.user, Scope.CHANNEL: _LEDGER.c.channel, Scope.WORKSPACE: _LEDGER.c.team
}  # fmt: skip


def _build_sums() -> Select[Any]:
    """Return the ledger's and the kept sums of each subject of a day where they differ.

    In one statement, which sees one moment: else what is booked meanwhile is a difference.
    """
    none = literal(0)
    of_ledger = [
        select(
            _LEDGER.c.team,
            literal(scope.value).label("scope"),
            subject.label("subject"),
            _LEDGER.c.settled,
            _LEDGER.c.pending,
            none.label("kept_settled"),
            none.label("kept_pending"),
        )
        for scope, subject in _SUBJECTS.items()
    ]
    kept = select(
        spending.c.team,
        spending.c.scope,
        spending.c.subject,
        none,
        none,
        spending.c.settled_nano,
        spending.c.pending_nano,
    ).where(spending.c.day == bindparam("day"))
    rows = union_all(*of_ledger, kept).subquery()
    key = rows.c.team, rows.c.scope, rows.c.subject
    sums = [func.sum(rows.c[name]) for name in ("settled", "pending")]
    kept_sums = [func.sum(rows.c[name]) for name in ("kept_settled", "kept_pending")]
    columns = [*sums, *kept_sums]
    names = ("settled", "pending", "kept_settled", "kept_pending")
    return (
        select(*key, *(column.label(name) for column, name in zip(columns, names, strict=True)))
        .group_by(*key)
        .having(or_(sums[0] != kept_sums[0], sums[1] != kept_sums[1]))
        .order_by(*key)
    )


_SELECT_DIFFERENT = _build_sums()
_INSERT = insert(spending)
_ADD = _INSERT.on_conflict_do_update(
    index_elements=["team", "scope", "subject", "day"],
    set_={
        name: spending.c[name] + _INSERT.excluded[name] for name in ("settled_nano", "pending_nano")
    },
)


class SqlSpendingAudit:
    """Implements `bot.domain.stores.budgets.SpendingAudit`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_mismatches(self, day: int) -> list[TotalsMismatch]:
        return await self._database.read_apart(lambda c: _compare(c, day))

    async def repair(self, mismatches: Sequence[TotalsMismatch]) -> None:
        days = sorted({mismatch.day for mismatch in mismatches})

        def add(connection: Connection) -> None:
            # Another replica may have found the same: what it has added is missing no more.
            lock(connection, "spending audit")
            for day in days:
                rows = [_build_addition(mismatch) for mismatch in _compare(connection, day)]
                if rows:
                    # What is booked from here on is added to what stands then.
                    connection.execute(_ADD, rows)

        if days:
            await self._database.write(add)


def _compare(connection: Connection, day: int) -> list[TotalsMismatch]:
    parameters = {
        "since": day * _SECONDS_PER_DAY, "until": (day + 1) * _SECONDS_PER_DAY, "day": day
    }  # fmt: skip
    return [
        TotalsMismatch(
            row.team,
            Scope(row.scope),
            row.subject,
            day,
            kept=_build_spent(row.kept_settled, row.kept_pending),
            ledger=_build_spent(row.settled, row.pending),
        )
        for row in connection.execute(_SELECT_DIFFERENT, parameters)
    ]


def _build_addition(mismatch: TotalsMismatch) -> dict[str, Any]:
    return {
        "team": mismatch.team,
        "scope": mismatch.scope.value,
        "subject": mismatch.subject,
        "day": mismatch.day,
        "settled_nano": convert_difference_to_nano(mismatch.difference.settled),
        "pending_nano": convert_difference_to_nano(mismatch.difference.pending),
    }


def _build_spent(settled: int, pending: int) -> Spent:
    return Spent(convert_to_dollars(settled), convert_to_dollars(pending))
