"""What is done once for all is done by one replica, and by another when that one is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from bot.app.background import run_in_background
from bot.app.replicas.connect import run_for_all
from bot.app.replicas.upkeep import Upkeep
from storage.replicas.duties import SqlDuties
from tests.support.replicas import NAMES, open_replicas
from tests.support.virtual_time import VirtualLoop


class Table:
    """The duties of all replicas: who has each, and until when. `away` cannot reach it."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[str, float]] = {}
        self.away = set[str]()
        self.hanging = set[str]()


class FakeDuties:
    """The duties as the replica `name` sees them."""

    def __init__(self, table: Table, name: str) -> None:
        self._table = table
        self._name = name

    async def take(self, name: str, *, seconds: float) -> bool:
        if self._name in self._table.hanging:
            await asyncio.sleep(1e9)
        now = asyncio.get_running_loop().time()
        holder, until = self._table.rows.get(name, ("", 0.0))
        if self._name in self._table.away or (holder != self._name and until > now):
            return False
        self._table.rows[name] = self._name, now + seconds
        return True

    async def release(self, name: str) -> None:
        if self._table.rows.get(name, ("", 0.0))[0] == self._name:
            del self._table.rows[name]


def run_virtually(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(work)


class Log:
    """Who has worked from when to when."""

    def __init__(self) -> None:
        self.working = list[str]()
        self.spans = list[tuple[str, float, float]]()

    async def work(self, name: str) -> None:
        begun_at = asyncio.get_running_loop().time()
        self.working.append(name)
        try:
            await asyncio.sleep(1e9)
        finally:
            self.working.remove(name)
            self.spans.append((name, begun_at, asyncio.get_running_loop().time()))


@asynccontextmanager
async def open_replica(table: Table, name: str, log: Log) -> AsyncIterator[None]:
    upkeep = Upkeep(FakeDuties(table, name))
    async with AsyncExitStack() as stack:
        run_in_background(stack, upkeep.run, "upkeep")
        run_in_background(stack, partial(upkeep.run_while_held, partial(log.work, name)), "work")
        yield


def test_one_of_three_works_and_another_goes_on_at_once_when_it_stops() -> None:
    async def run() -> None:
        table, log = Table(), Log()
        async with AsyncExitStack() as first, AsyncExitStack() as others:
            await first.enter_async_context(open_replica(table, "a", log))
            await asyncio.sleep(1)
            for name in "bc":
                await others.enter_async_context(open_replica(table, name, log))
            await asyncio.sleep(600)
            assert log.working == ["a"]
            await first.aclose()
            assert log.working == []
            await asyncio.sleep(6)
            assert log.working in (["b"], ["c"])

    run_virtually(run())


def test_who_cannot_reach_the_database_stops_before_another_begins_within_30_seconds() -> None:
    for fault in ("away", "hanging"):

        async def run(fault: str = fault) -> None:
            table, log = Table(), Log()
            async with open_replica(table, "a", log):
                await asyncio.sleep(1)
                async with open_replica(table, "b", log):
                    await asyncio.sleep(101)
                    getattr(table, fault).add("a")
                    cut_at = asyncio.get_running_loop().time()
                    await asyncio.sleep(30)
                    assert log.working == ["b"]
            (a, _, a_ended), (b, b_begun, _) = log.spans
            assert (a, b) == ("a", "b")
            assert a_ended <= b_begun <= cut_at + 30

        run_virtually(run())


def test_work_that_is_done_is_not_done_again_by_the_next_in_turn() -> None:
    async def run() -> None:
        table, done = Table(), list[str]()

        async def work(name: str) -> None:
            done.append(name)

        async with AsyncExitStack() as stack:
            for name in "abc":
                upkeep = Upkeep(FakeDuties(table, name))
                run_in_background(stack, upkeep.run, "upkeep")
                once = partial(upkeep.run_while_held, partial(work, name))
                run_in_background(stack, once, "work")
            await asyncio.sleep(600)
            assert len(done) == 1

    run_virtually(run())


def test_without_replicas_the_work_is_simply_done() -> None:
    async def run() -> None:
        log = Log()
        async with AsyncExitStack() as stack:
            run_for_all(stack, None, partial(log.work, "alone"), "work")
            await asyncio.sleep(1)
            assert log.working == ["alone"]

    run_virtually(run())


async def test_three_replicas_on_one_database_share_the_duty(postgres_url: str) -> None:
    async with open_replicas(postgres_url) as databases, asyncio.timeout(60):
        begun = asyncio.Queue[int]()
        upkeeps = [
            Upkeep(SqlDuties(database, holder=name))
            for database, name in zip(databases, NAMES, strict=True)
        ]

        async def work(number: int) -> None:
            await begun.put(number)
            await asyncio.Event().wait()

        stacks = [AsyncExitStack() for _ in upkeeps]
        async with stacks[0], stacks[1], stacks[2]:
            for number, (stack, upkeep) in enumerate(zip(stacks, upkeeps, strict=True)):
                run_in_background(stack, upkeep.run, "upkeep")
                held = partial(upkeep.run_while_held, partial(work, number))
                run_in_background(stack, held, "work")
            first = await begun.get()
            assert begun.empty()
            await stacks[first].aclose()
            assert await begun.get() != first
            assert begun.empty()
