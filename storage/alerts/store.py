"""Remember alerts over restarts, and find the budgets that refuse. Decides nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select

from bot.domain.stores.alerts import Alert, AlertKey, AlertKind
from storage.alerts.schema import alerts
from storage.engine.database import Database
from storage.engine.dialects import insert
from storage.schema_budgets import budget_events

_SELECT = select(alerts).order_by(alerts.c.since, alerts.c.kind, alerts.c.subject)
_INSERT = insert(alerts)
_UPSERT = _INSERT.on_conflict_do_update(
    index_elements=[alerts.c.kind, alerts.c.subject],
    set_={
        column.name: _INSERT.excluded[column.name] for column in alerts.c if not column.primary_key
    },
)
_DELETE = delete(alerts).where(
    alerts.c.kind == bindparam("of_kind"), alerts.c.subject == bindparam("of_subject")
)
_LAST_CHANGE = (
    select(func.coalesce(func.max(budget_events.c.id), 0))
    .where(budget_events.c.kind == "changed")
    .scalar_subquery()
)
# Of many channels some are enough: each is told of apart. They are the first ones, because one that
# gives way to a later one would seem to be over.
_MAX_CHANNELS = 50
_SELECT_REFUSALS = (
    select(budget_events.c.channel)
    .where(
        budget_events.c.kind == "refused",
        budget_events.c.told == bindparam("budget"),
        budget_events.c.at >= bindparam("since"),
        budget_events.c.id > _LAST_CHANGE,
    )
    .group_by(budget_events.c.channel)
    .order_by(func.min(budget_events.c.id))
    .limit(_MAX_CHANNELS)
)


class SqlAlertStore:
    """Implements `bot.domain.stores.alerts.AlertStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_alerts(self) -> list[Alert]:
        rows = await self._database.read(lambda c: c.execute(_SELECT).all())
        return [_read_row(row) for row in rows]

    async def save(self, changed: Sequence[Alert], removed: Sequence[AlertKey]) -> None:
        rows = [_build_row(alert) for alert in changed]
        keys = [{"of_kind": kind.value, "of_subject": subject} for kind, subject in removed]

        def write(connection: Connection) -> None:
            if rows:
                connection.execute(_UPSERT, rows)
            if keys:
                connection.execute(_DELETE, keys)

        if rows or keys:
            await self._database.write(write)

    async def list_refusals(self, budget: str, since: float) -> list[str]:
        parameters = {"budget": budget, "since": since}
        return await self._database.read(lambda c: list(c.scalars(_SELECT_REFUSALS, parameters)))


def _build_row(alert: Alert) -> dict[str, Any]:
    return {
        "kind": alert.kind.value,
        "subject": alert.subject,
        "since": alert.since,
        "details": json.dumps(dict(alert.details)),
        "ended_at": alert.ended_at,
        "told_at": alert.told_at,
        "told": json.dumps(sorted(alert.told)),
        "told_end": json.dumps(sorted(alert.told_end)),
    }


def _read_row(row: Any) -> Alert:
    return Alert(
        AlertKind(row.kind),
        row.subject,
        row.since,
        json.loads(row.details),
        row.ended_at,
        row.told_at,
        frozenset(json.loads(row.told)),
        frozenset(json.loads(row.told_end)),
    )
