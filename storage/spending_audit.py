"""Compare the running totals of what is spent with the ledger, and repair them.

Triggers of the table `attempts` keep the totals (see `schema_budgets.py`), so a difference means
that the file was changed by something else than Easel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, bindparam, func, select

from bot.domain.budgets import Scope, Spent, TotalsMismatch
from storage.engine.database import Database
from storage.engine.dialects import insert
from storage.ledger_rows import convert_difference_to_nano, convert_to_dollars
from storage.schema import attempts
from storage.schema_budgets import spending

_SECONDS_PER_DAY = 86_400
_SELECT_LEDGER = (
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
)
_SELECT_KEPT = select(spending).where(
    spending.c.scope == bindparam("scope"), spending.c.day == bindparam("day")
)
_INSERT = insert(spending)
_ADD = _INSERT.on_conflict_do_update(
    index_elements=["team", "scope", "subject", "day"],
    set_={
        name: spending.c[name] + _INSERT.excluded[name] for name in ("settled_nano", "pending_nano")
    },
)
_Key: TypeAlias = tuple[str, Scope, str]
_Sums: TypeAlias = dict[_Key, tuple[int, int]]


class SqlSpendingAudit:
    """Implements `bot.domain.stores.budgets.SpendingAudit`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_mismatches(self, day: int) -> list[TotalsMismatch]:
        return await self._database.read_apart(lambda c: _compare(c, day))

    async def repair(self, mismatches: Sequence[TotalsMismatch]) -> None:
        # What is added was missing from the totals whatever was booked since it was found.
        rows = [
            {
                "team": mismatch.team,
                "scope": mismatch.scope.value,
                "subject": mismatch.subject,
                "day": mismatch.day,
                "settled_nano": convert_difference_to_nano(mismatch.difference.settled),
                "pending_nano": convert_difference_to_nano(mismatch.difference.pending),
            }
            for mismatch in mismatches
        ]
        if rows:
            await self._database.write(lambda c: c.execute(_ADD, rows).close())


def _compare(connection: Connection, day: int) -> list[TotalsMismatch]:
    ledger, kept = _sum_ledger(connection, day), _read_kept(connection, day)
    return [
        TotalsMismatch(
            *key,
            day,
            kept=_build_spent(kept.get(key, (0, 0))),
            ledger=_build_spent(ledger.get(key, (0, 0))),
        )
        for key in sorted(ledger.keys() | kept.keys())
        if ledger.get(key, (0, 0)) != kept.get(key, (0, 0))
    ]


def _sum_ledger(connection: Connection, day: int) -> _Sums:
    """Return the sums of the requests of a day for each person, channel and workspace."""
    sums: defaultdict[_Key, tuple[int, int]] = defaultdict(lambda: (0, 0))
    parameters = {"since": day * _SECONDS_PER_DAY, "until": (day + 1) * _SECONDS_PER_DAY}
    for row in connection.execute(_SELECT_LEDGER, parameters):
        subjects = {
            Scope.USER: row.user, Scope.CHANNEL: row.channel, Scope.WORKSPACE: row.team
        }  # fmt: skip
        for scope, subject in subjects.items():
            settled, pending = sums[row.team, scope, subject]
            sums[row.team, scope, subject] = settled + row.settled, pending + row.pending
    return dict(sums)


def _read_kept(connection: Connection, day: int) -> _Sums:
    kept: _Sums = {}
    for scope in Scope:
        parameters: dict[str, Any] = {"scope": scope.value, "day": day}
        for row in connection.execute(_SELECT_KEPT, parameters):
            kept[row.team, scope, row.subject] = row.settled_nano, row.pending_nano
    return kept


def _build_spent(nano: tuple[int, int]) -> Spent:
    return Spent(convert_to_dollars(nano[0]), convert_to_dollars(nano[1]))
