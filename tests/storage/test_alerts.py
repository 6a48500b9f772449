"""Alerts outlive the process."""

from __future__ import annotations

from bot.domain.stores.alerts import Alert, AlertKind
from storage.alerts.store import SqlAlertStore
from storage.engine.database import Database


async def test_alerts_are_kept_changed_and_forgotten(database: Database) -> None:
    store = SqlAlertStore(database)
    disk = Alert(AlertKind.DISK_LOW, "/data", 5.0, {"folder": "/data", "free_mb": "7"})
    key = Alert(AlertKind.KEY_REJECTED, "openrouter", 3.0, told=frozenset({"U0B", "U0A"}))
    await store.save([disk, key], ())
    assert await SqlAlertStore(database).list_alerts() == [key, disk]
    ended = Alert(
        AlertKind.KEY_REJECTED, "openrouter", 3.0, {"a": "ä"}, 9.0, 4.0, key.told, key.told
    )
    await store.save([ended], [disk.key])
    assert await store.list_alerts() == [ended]
