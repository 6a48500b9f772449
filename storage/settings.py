"""Store the request options that people have set for a channel.

Each replica has a copy in memory, and reads it again when another one has changed something.

They are stored as flags: see `bot.request.flags` for their meaning.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, select

from storage.engine.announcements import announce
from storage.engine.database import Database
from storage.engine.dialects import insert
from storage.schema import channel_settings

# Announced when the settings of a channel have changed.
SETTINGS_TOPIC = "settings"

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
        self._loads = 0

    async def load(self) -> None:
        """Read all settings. Call it before the first `get`, and when others have changed some."""
        self._loads += 1
        load = self._loads
        rows = await self._database.read(lambda c: c.execute(_SELECT_ALL).all())
        if load == self._loads:  # else what is read now is already older
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

        def write(connection: Connection) -> None:
            connection.execute(_UPSERT_FLAGS, row)
            announce(connection, SETTINGS_TOPIC)

        await self._database.write(write)
        self._loads += 1  # a load that has begun before this may not know it
        self._flags[team, channel] = flags, set_by
