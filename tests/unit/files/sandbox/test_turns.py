"""Nobody's files hold up those of others."""

from __future__ import annotations

import asyncio

import pytest

from bot.files.sandbox.turns import HEAVY_SECONDS, LIGHT_SECONDS, WINDOW_SECONDS, FairSlots, UseLog


class Desk:
    """People who take slots and keep them until they are told to let go."""

    def __init__(self, slots: FairSlots) -> None:
        self._slots = slots
        self.order: list[str] = []
        self._ends: list[tuple[str, asyncio.Event]] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def arrive(self, *people: str) -> None:
        for person in people:
            self._tasks.append(asyncio.create_task(self._use(person)))
        await self.settle()

    async def settle(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    async def finish(self, person: str) -> None:
        index = next(i for i, item in enumerate(self._ends) if item[0] == person)
        self._ends.pop(index)[1].set()
        await self.settle()

    async def cancel_last(self) -> None:
        self._tasks[-1].cancel()
        await self.settle()

    async def _use(self, person: str) -> None:
        async with self._slots.hold(person):
            end = asyncio.Event()
            self.order.append(person)
            self._ends.append((person, end))
            await end.wait()


async def test_one_person_alone_takes_every_slot_until_others_wait() -> None:
    desk = Desk(FairSlots(2, 1))
    await desk.arrive(*["alex"] * 8)
    assert desk.order == ["alex", "alex"]
    await desk.arrive("sam")
    await desk.finish("alex")
    assert desk.order == ["alex", "alex", "sam"]
    await desk.finish("alex")
    assert desk.order == ["alex", "alex", "sam", "alex"]
    await desk.finish("sam")
    assert desk.order == ["alex", "alex", "sam", "alex", "alex"]


async def test_who_used_more_than_a_little_leaves_a_slot_to_those_who_may_come() -> None:
    uses = UseLog(lambda: 0.0)
    uses.record("alex", LIGHT_SECONDS + 1)
    desk = Desk(FairSlots(2, 1, uses))
    await desk.arrive(*["alex"] * 8)
    assert desk.order == ["alex"]
    await desk.arrive("sam")
    assert desk.order == ["alex", "sam"]


async def test_those_who_wait_are_served_in_turn() -> None:
    desk = Desk(FairSlots(1, 1))
    await desk.arrive("alex", "alex", "alex", "sam", "sam", "kim")
    for person in ("alex", "sam", "kim", "alex", "sam"):
        assert desk.order[-1] == person
        await desk.finish(person)
    assert desk.order == ["alex", "sam", "kim", "alex", "sam", "alex"]


async def test_whoever_used_much_waits_behind_the_others_until_it_is_long_ago() -> None:
    now = [0.0]
    uses = UseLog(lambda: now[0])
    uses.record("alex", HEAVY_SECONDS + 1)
    desk = Desk(FairSlots(1, 1, uses))
    await desk.arrive("kim", "alex", "sam", "sam")
    for person in ("kim", "sam", "sam"):
        await desk.finish(person)
    assert desk.order == ["kim", "sam", "sam", "alex"]
    now[0] = WINDOW_SECONDS + 1
    assert uses.sum_seconds("alex") == 0


def test_whoever_falls_behind_is_told_once_each_time() -> None:
    now = [0.0]
    uses = UseLog(lambda: now[0])
    assert not uses.take_notice("alex")
    uses.record("alex", HEAVY_SECONDS - 1)
    assert not uses.take_notice("alex")
    uses.record("alex", 2)
    assert uses.take_notice("alex")
    uses.record("alex", 60)
    assert not uses.take_notice("alex") and not uses.take_notice("sam")
    # That is over, and comes again.
    now[0] = WINDOW_SECONDS + 1
    assert not uses.take_notice("alex")
    uses.record("alex", HEAVY_SECONDS + 1)
    assert uses.take_notice("alex") and not uses.take_notice("alex")


def test_what_is_remembered_of_people_is_bounded() -> None:
    uses = UseLog(lambda: 0.0)
    for number in range(3_000):
        uses.record(f"person {number}", HEAVY_SECONDS + 1)
        assert uses.take_notice(f"person {number}")
    assert sum(uses.is_heavy(f"person {number}") for number in range(3_000)) == 1_000


async def test_waiting_for_something_else_is_no_use() -> None:
    uses = UseLog()
    async with FairSlots(1, 1, uses, records_use=False).hold("alex"):
        await asyncio.sleep(0)
    assert uses.sum_seconds("alex") == 0
    async with FairSlots(1, 1, uses).hold("alex"):
        await asyncio.sleep(0)
    assert uses.sum_seconds("alex") > 0


async def test_who_stops_waiting_takes_no_slot_and_who_is_cancelled_gives_it_back() -> None:
    desk = Desk(FairSlots(1, 1))
    await desk.arrive("alex", "sam")
    await desk.cancel_last()
    await desk.arrive("kim")
    await desk.finish("alex")
    assert desk.order == ["alex", "kim"]
    await desk.cancel_last()
    await desk.arrive("sam")
    assert desk.order == ["alex", "kim", "sam"]


async def test_unknown_people_are_different_ones() -> None:
    desk = Desk(FairSlots(2, 1))
    await desk.arrive("", "")
    assert desk.order == ["", ""]


@pytest.mark.parametrize("count", [1, 2, 4])
async def test_no_slot_is_ever_lost(count: int) -> None:
    slots, held, most = FairSlots(count, max(1, count - 1)), 0, 0

    async def use(number: int) -> None:
        nonlocal held, most
        async with slots.hold(f"person {number % 5}"):
            held += 1
            most = max(most, held)
            try:
                await asyncio.sleep(0)
            finally:
                held -= 1

    tasks = [asyncio.create_task(use(number)) for number in range(60)]
    await asyncio.sleep(0)
    for task in tasks[::7]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert held == 0 and most <= count
    async with asyncio.timeout(60):
        await asyncio.gather(*(use(number) for number in range(20)))


def test_who_has_used_nothing_for_long_is_forgotten() -> None:
    now = [0.0]
    uses = UseLog(lambda: now[0])
    for number in range(900):
        uses.record(f"person {number}", 1.0)
        now[0] += 60.0
    assert len(uses) <= WINDOW_SECONDS / 60.0
