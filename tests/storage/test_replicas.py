"""What several replicas on one PostgreSQL database agree on: duties, settings, keys and alerts."""

from __future__ import annotations

import asyncio

import pytest

from bot.alerts.decide import Reading, merge_readings
from bot.domain.errors import StartupError
from bot.domain.stores.alerts import AlertKind
from storage.alerts.readings import SqlReadings
from storage.engine.announcements import Announcements
from storage.replicas.duties import SqlDuties
from storage.replicas.keys import carry_key_over, load_key
from storage.replicas.senders import SqlOnce
from storage.settings import SETTINGS_TOPIC, SqlSettingsStore
from tests.support.replicas import NAMES, open_replicas

SECRET, OTHER_SECRET = "s" * 32, "t" * 32


async def test_what_is_done_or_said_once_is_so_for_all_replicas(postgres_url: str) -> None:
    async with open_replicas(postgres_url) as databases:
        now = [1000.0]
        duties = [
            SqlDuties(database, holder=name, clock=lambda: now[0])
            for database, name in zip(databases, NAMES, strict=False)
        ]
        taken = await asyncio.gather(*(one.take("signs", seconds=12) for one in duties))
        assert taken.count(True) == 1
        holder = duties[taken.index(True)]
        now[0] += 10
        assert await holder.take("signs", seconds=12)  # renewed
        now[0] += 10
        assert [await one.take("signs", seconds=12) for one in duties] == taken
        now[0] += 13
        others = [one for one in duties if one is not holder]
        assert await others[0].take("signs", seconds=12)
        assert not await holder.take("signs", seconds=12)
        await others[0].release("signs")
        assert await holder.take("signs", seconds=12)

        once = [SqlOnce(database) for database in databases]
        assert (await asyncio.gather(*(one.is_first("loop/C/1") for one in once))).count(True) == 1


async def test_a_changed_setting_is_seen_by_all_at_once_and_after_a_time_of_not_hearing(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url, 2) as databases:
        mine, other = (SqlSettingsStore(database) for database in databases)
        announcements = Announcements(postgres_url)
        heard, gaps = asyncio.Event(), asyncio.Event()
        announcements.subscribe(SETTINGS_TOPIC, lambda _: heard.set(), on_gap=gaps.set)
        listening = asyncio.create_task(announcements.run())
        try:
            async with asyncio.timeout(60):
                await gaps.wait()
                await mine.set("T", "C", "--effort high", set_by="U")
                await heard.wait()
                await other.load()
        finally:
            listening.cancel()
        assert other.get("T", "C") == "--effort high" and other.find_setter("T", "C") == "U"


async def test_all_replicas_have_one_key_which_another_secret_does_not_open(
    postgres_url: str,
) -> None:
    async with open_replicas(postgres_url) as databases:
        keys = await asyncio.gather(
            *(
                load_key(database, "k", SECRET, new_key=name.encode() * 32)
                for database, name in zip(databases, NAMES, strict=False)
            )
        )
        assert len(set(keys)) == 1
        first, second, _ = databases
        with pytest.raises(StartupError, match="EASEL_SECRET"):
            await load_key(second, "k", OTHER_SECRET, new_key=b"n" * 32)
        with pytest.raises(StartupError, match="another key"):
            await carry_key_over(second, "k", b"m" * 32, SECRET)
        await carry_key_over(second, "moved", b"m" * 32, SECRET)
        assert await load_key(first, "moved", SECRET, new_key=b"n" * 32) == b"m" * 32
        # The secret is changed: the old one opens, and is not needed again.
        changed = await load_key(
            first, "k", OTHER_SECRET, new_key=b"n" * 32, previous_secret=SECRET
        )
        assert changed == keys[0]
        assert await load_key(second, "k", OTHER_SECRET, new_key=b"n" * 32) == keys[0]


async def test_each_replica_knows_what_the_others_find_wrong(postgres_url: str) -> None:
    disk = Reading(AlertKind.DISK_LOW, "/b", {"folder": "/b", "free_mb": "5"})
    unknown = Reading(AlertKind.KEY_REJECTED, "p", {}, is_known=False)
    async with open_replicas(postgres_url) as databases:
        now = [1000.0]
        stores = [
            SqlReadings(database, replica=name, clock=lambda: now[0])
            for database, name in zip(databases, NAMES, strict=False)
        ]
        for store, readings in zip(stores, ([unknown], [disk, unknown], []), strict=True):
            await store.publish(readings)
        of_others = await stores[0].list_others()
        # The third one knows that the key is right.
        assert merge_readings([[unknown], *of_others]) == [disk]
        await stores[1].publish([])
        now[0] += 61
        assert await stores[0].list_others() == []
