"""The watch tells what Slack takes, whatever fails around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bot.alerts.decide import Reading
from bot.alerts.watch import AlertWatch, Elsewhere
from bot.domain.errors import AllowanceUsed, EaselError, SlackError, StoreError, TransientError
from bot.domain.safe_text import SafeText
from bot.domain.stores.alerts import Alert, AlertKey, AlertKind

KEY = Reading(AlertKind.KEY_REJECTED, "openrouter", {"provider": "openrouter"})
DISK = Reading(AlertKind.DISK_LOW, "/data", {"folder": "/data", "free_mb": "5"})


class MemoryStore:
    """Implements `bot.domain.stores.alerts.AlertStore`; a full one takes nothing."""

    def __init__(self) -> None:
        self.alerts = dict[AlertKey, Alert]()
        self.is_full = False

    async def list_alerts(self) -> list[Alert]:
        return list(self.alerts.values())

    async def save(self, alerts: Sequence[Alert], removed: Sequence[AlertKey]) -> None:
        if self.is_full and (alerts or removed):
            raise StoreError("full")
        self.alerts |= {alert.key: alert for alert in alerts}
        for key in removed:
            del self.alerts[key]

    async def list_refusals(self, budget: str, since: float) -> list[str]:
        return []


class Desk:
    """A watch with what it reads, Slack's failures by operator, and what was told."""

    def __init__(self, *people: str) -> None:
        self.store, self.now = MemoryStore(), 1_000_000.0
        self.readings: list[Reading] = []
        self.failures = dict[str, EaselError]()
        self.told: list[str] = []
        self.tried: list[str] = []
        sources: Any = self  # all that is asked of them is `read`
        self.watch = AlertWatch(
            people, self.store, self, sources, self.find_language, lambda: self.now
        )

    async def read(self) -> list[Reading]:
        return self.readings

    async def find_language(self, user: str) -> str:
        return "de" if user == "U0DORA" else "en"

    async def tell(self, user: str, text: SafeText) -> None:
        self.tried.append(user)
        if user in self.failures:
            raise self.failures[user]
        self.told.append(f"{user}: {text}")

    async def fetch_missing_scopes(self) -> list[str] | None:
        return None

    async def run(self, *readings: Reading, seconds: float = 10.0) -> list[str]:
        """Run a round; return what it told."""
        self.readings, self.told, self.tried = list(readings), [], []
        self.now += seconds
        await self.watch.run_round()
        return self.told


async def test_each_is_told_in_their_language() -> None:
    english, german = await Desk("U0ALEX", "U0DORA").run(KEY)
    assert "does not accept my key" in english and "nimmt meinen Schlüssel nicht an" in german


async def test_a_full_disk_keeps_no_one_from_being_told_nor_tells_twice() -> None:
    desk = Desk("U0ALEX")
    desk.store.is_full = True
    assert len(await desk.run(DISK)) == 1
    assert await desk.run(DISK) == []
    desk.store.is_full = False
    assert await desk.run(DISK) == []
    (kept,) = desk.store.alerts.values()
    assert kept.told == {"U0ALEX"}
    assert "*Over*" in (await desk.run())[0]


@pytest.mark.parametrize(
    "error", [TransientError("down"), TransientError("429", retry_after=30), AllowanceUsed("paced")]
)
async def test_one_who_cannot_be_told_now_holds_up_no_other_and_is_told_later(
    error: EaselError,
) -> None:
    desk = Desk("U0ALEX", "U0SAM")
    desk.failures["U0ALEX"] = error
    told = await desk.run(KEY, DISK)
    assert len(told) == 2 and all(line.startswith("U0SAM") for line in told)
    assert desk.tried.count("U0ALEX") == 1
    desk.failures.clear()
    assert [line[:6] for line in await desk.run(KEY, DISK)] == ["U0ALEX"] * 2


async def test_who_is_refused_is_tried_again_after_an_hour() -> None:
    desk = Desk("U0GONE", "U0SAM")
    desk.failures["U0GONE"] = SlackError("user_disabled", "conversations.open")
    await desk.run(KEY)
    await desk.run(KEY, DISK)
    assert desk.tried == ["U0SAM"]
    await desk.run(KEY, DISK, seconds=3600)
    assert desk.tried == ["U0GONE"]


async def test_a_slack_that_is_away_is_not_asked_for_each() -> None:
    people = [f"U0P{number}" for number in range(8)]
    desk = Desk(*people)
    desk.failures = dict.fromkeys(people, TransientError("down"))
    assert await desk.run(KEY, DISK) == []
    assert len(desk.tried) == 2


class SharedTable:
    """What replicas find wrong, and which of them tells."""

    def __init__(self) -> None:
        self.readings = dict[str, list[Reading]]()
        self.holder = ""

    def build_elsewhere(self, name: str) -> Elsewhere:
        side = OneSide(self, name)
        return Elsewhere(side, side)


class OneSide:
    """The table as one replica sees it."""

    def __init__(self, table: SharedTable, name: str) -> None:
        self._table, self._name = table, name

    async def publish(self, readings: Sequence[Reading]) -> None:
        self._table.readings[self._name] = list(readings)

    async def list_others(self) -> list[list[Reading]]:
        return [found for name, found in self._table.readings.items() if name != self._name]

    async def take(self, name: str, *, seconds: float) -> bool:
        self._table.holder = self._table.holder or self._name
        return self._table.holder == self._name

    async def release(self, name: str) -> None:
        self._table.holder = ""


async def test_of_several_replicas_one_tells_what_any_of_them_finds_wrong() -> None:
    table, first, second = SharedTable(), Desk("U0ALEX"), Desk("U0ALEX")
    for desk, name in ((first, "a"), (second, "b")):
        desk.store = first.store
        sources: Any = desk
        desk.watch = AlertWatch(
            ["U0ALEX"],
            first.store,
            desk,
            sources,
            desk.find_language,
            lambda: first.now,
            table.build_elsewhere(name),
        )
    assert await first.run() == []
    assert await second.run(DISK) == []  # its matter, and not its to tell
    assert len(await first.run()) == 1
    assert await second.run(DISK) == [] and await first.run() == []
    # The one that told has ended: the other goes on, and tells of the end once.
    table.holder = ""
    del table.readings["a"]
    assert await second.run(DISK) == []
    assert len(await second.run()) == 1
