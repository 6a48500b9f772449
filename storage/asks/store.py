"""Store questions of “Ask Easel…” while they are posted. Decides nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.domain.answers.asks import PendingAsk
from bot.domain.conversation import Person
from storage.asks.schema import asks
from storage.engine.database import Database
from storage.engine.dialects import insert
from storage.replicas.clock import estimate_now

_INSERT = insert(asks)
_PUT = _INSERT.on_conflict_do_update(index_elements=["id"], set_={"at": _INSERT.excluded.at})
_SET_CHANNEL = (
    update(asks).where(asks.c.id == bindparam("of_id")).values(channel=bindparam("new_channel"))
)
_DELETE = delete(asks).where(asks.c.id == bindparam("of_id"))
_SELECT_LEFT = select(asks).where(asks.c.at <= bindparam("before")).order_by(asks.c.at)


class SqlAskStore:
    """Implements `bot.domain.stores.asks.AskStore`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def put(self, ask: PendingAsk) -> None:
        row = {
            "id": ask.id,
            "team": ask.person.team,
            "channel": ask.channel,
            "user": ask.person.id,
            "words": ask.words,
            "since": ask.since,
        }

        def write(connection: Connection) -> None:
            connection.execute(_PUT, row | {"at": estimate_now(connection, self._clock)})

        await self._database.write(write)

    async def note_channel(self, ask_id: str, channel: str) -> None:
        values = {"of_id": ask_id, "new_channel": channel}
        await self._database.write(lambda c: c.execute(_SET_CHANNEL, values).rowcount)

    async def remove(self, ask_id: str) -> None:
        await self._database.write(lambda c: c.execute(_DELETE, {"of_id": ask_id}).rowcount)

    async def list_left(self, seconds: float) -> list[PendingAsk]:
        def read(connection: Connection) -> list[PendingAsk]:
            before = estimate_now(connection, self._clock) - seconds
            return [
                PendingAsk(row.id, Person(row.user, row.team), row.channel, row.words, row.since)
                for row in connection.execute(_SELECT_LEFT, {"before": before})
            ]

        return await self._database.read(read)
