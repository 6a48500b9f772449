"""What each replica finds wrong, for the one that tells the operators."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select

from bot.alerts.decide import Reading
from bot.domain.stores.alerts import AlertKind
from storage.engine.database import Database
from storage.replicas.clock import read_now
from storage.replicas.schema import alert_readings

_MAX_AGE_SECONDS = 60.0
_INSERT = insert(alert_readings)
_DELETE = delete(alert_readings).where(
    or_(
        alert_readings.c.replica == bindparam("of_replica"),
        alert_readings.c.read_at < bindparam("before"),
    )
)
_SELECT_OTHERS = select(alert_readings).where(
    alert_readings.c.replica != bindparam("replica"),
    alert_readings.c.read_at >= bindparam("since"),
)


class SqlReadings:
    """Implements `bot.alerts.watch.SharedReadings` for one replica."""

    def __init__(
        self, database: Database, *, replica: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._replica = replica
        self._clock = clock

    async def publish(self, readings: Sequence[Reading]) -> None:

        def write(connection: Connection) -> None:
            now = read_now(connection, self._clock)
            key = {"of_replica": self._replica, "before": now - _MAX_AGE_SECONDS}
            connection.execute(_DELETE, key)
            rows: list[dict[str, Any]] = [
                {
                    "replica": self._replica,
                    "kind": reading.kind.value,
                    "subject": reading.subject,
                    "details": json.dumps(dict(reading.details)),
                    "is_known": reading.is_known,
                    "read_at": now,
                }
                for reading in {one.key: one for one in readings}.values()
            ]
            # A row of no kind says that there is such a replica, which finds nothing else wrong.
            presence = {"kind": "", "subject": "", "details": "{}", "is_known": True}
            rows.append({"replica": self._replica, "read_at": now, **presence})
            connection.execute(_INSERT, rows)

        await self._database.write(write)

    async def list_others(self) -> list[list[Reading]]:
        def read(connection: Connection) -> list[list[Reading]]:
            since = read_now(connection, self._clock) - _MAX_AGE_SECONDS
            found: dict[str, list[Reading]] = {}
            parameters = {"replica": self._replica, "since": since}
            for row in connection.execute(_SELECT_OTHERS, parameters):
                readings = found.setdefault(row.replica, [])
                if row.kind in list(AlertKind):
                    kind, details = AlertKind(row.kind), json.loads(row.details)
                    readings.append(Reading(kind, row.subject, details, bool(row.is_known)))
            return list(found.values())

        return await self._database.read(read)
