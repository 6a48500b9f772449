"""Store the request options that people have set for a channel.

They are stored as flags: see `bot.request.flags` for their meaning.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import select

from storage.engine.database import Database
from storage.engine.dialects import insert
from storage.schema import channel_settings

_SELECT_ALL = select(channel_settings)
_UPSERT_FLAGS = insert(channel_settings)
_UPSERT_FLAGS = _UPSERT_FLAGS.on_conflict_do_update(
    index_elements=["team", "channel"],
    set_={name: _UPSERT_FLAGS.excluded[name] for name in ("flags", "set_by", "set_at")},
)


class SqlSettingsStore:
    """Implements `bot.domain.stores.conversations.SettingsStore`, with a copy in memory."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._flags: dict[tuple[str, str], tuple[str, str]] = {}

    async def load(self) -> None:
        """Read all settings. Call it once, before the first `get`."""
        rows = await self._database.read(lambda c: c.execute(_SELECT_ALL).all())
        self._flags = {(row.team, row.channel): (row.flags, row.set_by) for row in rows}

    def get(self, team: str, channel: str) -> str:
        return self._flags.get((team, channel), ("", ""))[0]

    def find_setter(self, team: str, channel: str) -> str:
        flags, set_by = self._flags.get((team, channel), ("", ""))
        return set_by if flags else ""

    async def set(self, team: str, channel: str, flags: str, *, set_by: str) -> None:
        row = {
            "team": team,
            "channel": channel,
            "flags": flags,
            "set_by": set_by,
            "set_at": self._clock(),
        }
        await self._database.write(lambda c: c.execute(_UPSERT_FLAGS, row).close())
        self._flags[team, channel] = flags, set_by
