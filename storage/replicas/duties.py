"""Lets one replica do what is done once for all, for as long as it renews that."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, and_, bindparam, delete, or_

from bot.domain.errors import StoreError
from storage.engine.database import Database
from storage.engine.dialects import insert
from storage.replicas.clock import read_now
from storage.replicas.schema import duties

_INSERT = insert(duties)
_TAKE = _INSERT.on_conflict_do_update(
    index_elements=["name"],
    set_={name: _INSERT.excluded[name] for name in ("holder", "until")},
    where=or_(duties.c.until <= bindparam("now"), duties.c.holder == _INSERT.excluded.holder),
).returning(duties.c.name)
_RELEASE = delete(duties).where(
    and_(duties.c.name == bindparam("of_name"), duties.c.holder == bindparam("of_holder"))
)
_DELETE_OLD = delete(duties).where(duties.c.until <= bindparam("before"))
_KEPT_SECONDS = 3_600.0


class SqlDuties:
    """Implements `bot.domain.stores.replicas.Duties` for the replica `holder`.

    Who does not renew a duty loses it after its time, by the clock of the database.
    """

    def __init__(
        self, database: Database, *, holder: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._holder = holder
        self._clock = clock

    async def take(self, name: str, *, seconds: float) -> bool:
        def take(connection: Connection) -> bool:
            now = read_now(connection, self._clock)
            connection.execute(_DELETE_OLD, {"before": now - _KEPT_SECONDS})
            row = {"name": name, "holder": self._holder, "until": now + seconds}
            return connection.execute(_TAKE, {**row, "now": now}).first() is not None

        try:
            return await self._database.write(take)
        except StoreError:
            return False  # who cannot ask does nothing for all

    async def release(self, name: str) -> None:
        key = {"of_name": name, "of_holder": self._holder}
        await self._database.write(lambda c: c.execute(_RELEASE, key).close())
