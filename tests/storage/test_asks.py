"""Questions that are about to be posted are kept until they are stored, on both engines."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.answers.asks import PendingAsk
from storage.asks.store import SqlAskStore
from storage.engine.database import Database
from tests.support.clock import Clock
from tests.support.values import ALEX

ASK = PendingAsk("U0ALEX:1.0", ALEX, "C0GENERAL", "say 'hello' \U0001f98a", "1.0")


async def test_one_is_kept_for_each_form_until_it_is_removed(
    database: Database, clock: Clock
) -> None:
    store = SqlAskStore(database, clock=clock)
    await store.put(ASK)
    clock.now += 4.0
    await store.put(ASK)  # sent again
    clock.now += 4.0
    assert await store.list_left(5.0) == []
    clock.now += 1.0
    assert await store.list_left(5.0) == [ASK]
    await store.note_channel(ASK.id, "D0ALEX")
    await store.put(ASK)
    assert await store.list_left(0.0) == [replace(ASK, channel="D0ALEX")]
    for _ in range(2):
        await store.remove(ASK.id)
    await store.note_channel(ASK.id, "D0ALEX")
    assert await store.list_left(0.0) == []
