"""Store what people have set for a channel: request options, and when Easel answers in it.

Each replica has a copy in memory, and reads it again when another one has changed something.

Options are stored as flags: see `bot.request.flags` for their meaning.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Executable, select

from storage.engine.announcements import announce
from storage.engine.database import Database
from storage.engine.dialects import insert
from storage.steering.schema import channel_settings

# Announced when the settings of a channel have changed.
SETTINGS_TOPIC = "settings"

_SELECT_ALL = select(channel_settings)
_UPSERT_FLAGS = insert(channel_settings)
_UPSERT_FLAGS = _UPSERT_FLAGS.on_conflict_do_update(
    index_elements=["team", "channel"],
    set_={name: _UPSERT_FLAGS.excluded[name] for name in ("flags", "set_by", "set_at")},
)
_UPSERT_MENTIONS_ONLY = insert(channel_settings)
_UPSERT_MENTIONS_ONLY = _UPSERT_MENTIONS_ONLY.on_conflict_do_update(
    index_elements=["team", "channel"],
    set_={
        name: _UPSERT_MENTIONS_ONLY.excluded[name] for name in ("mentions_only", "set_by", "set_at")
    },
)
_NOTHING_SET = ("", "", False)


class SqlSettingsStore:
    """Implements `bot.domain.stores.conversations.SettingsStore`, with a copy in memory."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        # The flags, who has set them, and whether mentions only are answered.
        self._known: dict[tuple[str, str], tuple[str, str, bool]] = {}
        self._loads = 0

    async def load(self) -> None:
        """Read all settings. Call it before the first `get`, and when others have changed some."""
        self._loads += 1
        load = self._loads
        rows = await self._database.read(lambda c: c.execute(_SELECT_ALL).all())
        if load == self._loads:  # else what is read now is already older
            self._known = {
                (row.team, row.channel): (row.flags, row.set_by, row.mentions_only) for row in rows
            }

    def get(self, team: str, channel: str) -> str:
        return self._find(team, channel)[0]

    def find_setter(self, team: str, channel: str) -> str:
        flags, set_by, mentions_only = self._find(team, channel)
        return set_by if flags or mentions_only else ""

    def is_for_mentions_only(self, team: str, channel: str) -> bool:
        return self._find(team, channel)[2]

    async def set(self, team: str, channel: str, flags: str, *, set_by: str) -> None:
        row = self._build_row(team, channel, set_by) | {"flags": flags}
        await self._write(_UPSERT_FLAGS, row)
        self._known[team, channel] = flags, set_by, self.is_for_mentions_only(team, channel)

    async def set_mentions_only(self, team: str, channel: str, *, value: bool, set_by: str) -> None:
        row = self._build_row(team, channel, set_by) | {"flags": "", "mentions_only": value}
        await self._write(_UPSERT_MENTIONS_ONLY, row)
        self._known[team, channel] = self.get(team, channel), set_by, value

    def _find(self, team: str, channel: str) -> tuple[str, str, bool]:
        return self._known.get((team, channel), _NOTHING_SET)

    def _build_row(self, team: str, channel: str, set_by: str) -> dict[str, Any]:
        return {"team": team, "channel": channel, "set_by": set_by, "set_at": self._clock()}

    async def _write(self, statement: Executable, row: dict[str, Any]) -> None:
        def write(connection: Connection) -> None:
            connection.execute(statement, row)
            announce(connection, SETTINGS_TOPIC)

        await self._database.write(write)
        self._loads += 1  # a load that has begun before this may not know it
