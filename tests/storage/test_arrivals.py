"""Events that come faster than PostgreSQL stores them, and connections that it has cut."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bot.domain.errors import StoreError
from storage.engine.arrivals import ArrivalLine
from storage.engine.database import Database
from storage.engine.postgres import READERS, WRITERS, PostgresDatabase
from storage.engine.postgres_opening import open_postgres
from storage.queue.questions import SqlQuestionQueue
from tests.support.queues import enqueue
from tests.support.values import build_incoming_message, build_thread
from tests.support.virtual_time import VirtualLoop

_CUT_OTHERS = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'easel'"
    " AND pid != pg_backend_pid()"
)
_COUNT_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = 'easel' AND pid != pg_backend_pid()"
)
_LOCK_ALL = "LOCK TABLE questions IN ACCESS EXCLUSIVE MODE"


def run_virtually(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    loop = VirtualLoop()
    try:
        loop.run(work())
    finally:
        loop.close()


@asynccontextmanager
async def open_two(url: str) -> AsyncIterator[tuple[PostgresDatabase, PostgresDatabase]]:
    """Open the database as two replicas do."""
    async with open_postgres(url) as one, open_postgres(url) as other:
        yield one, other


def wait_in_transaction(connection: Connection) -> None:
    connection.exec_driver_sql("SELECT pg_sleep(0.05)").close()


async def test_a_server_that_cuts_all_lines_at_once_again_and_again_gets_no_more_of_them(
    postgres_url: str,
) -> None:
    async with open_two(postgres_url) as (database, other):

        def run(query: Any) -> Callable[[Connection], int]:
            return lambda c: int(c.execute(query).scalar_one())

        await other.read_apart(run(_COUNT_OTHERS))
        writes = [asyncio.create_task(database.write(wait_in_transaction)) for _ in range(100)]
        counts = []
        for _ in range(6):
            await asyncio.wait(writes, timeout=0.08)
            counts.append(await other.read_apart(run(_COUNT_OTHERS)))
            await other.read_apart(run(_CUT_OTHERS))
        ends = await asyncio.gather(*writes, return_exceptions=True)
        # Those of `other` are counted too, but for the one that counts.
        assert max(counts) <= 2 * (WRITERS + READERS)
        assert await other.read_apart(run(_COUNT_OTHERS)) <= WRITERS + 2
        # What was cut in its transaction is tried again; only a cut commit has an unknown end.
        assert sum(isinstance(end, StoreError) for end in ends) <= 6


async def test_what_the_server_has_cut_while_no_one_used_it_costs_no_transaction(
    postgres_url: str,
) -> None:
    async with open_two(postgres_url) as (database, other):
        tries = []

        def count_tries(connection: Connection) -> None:
            tries.append(connection)
            wait_in_transaction(connection)

        await asyncio.gather(*(database.write(wait_in_transaction) for _ in range(WRITERS)))
        cut = await other.write(lambda c: int(c.execute(_CUT_OTHERS).scalar_one()))
        assert cut >= WRITERS
        await asyncio.gather(*(database.write(count_tries) for _ in range(WRITERS)))
        assert len(tries) == WRITERS


async def test_a_flood_of_events_that_cannot_be_stored_is_sent_back_and_holds_up_nothing_else(
    postgres_url: str,
) -> None:
    async with open_two(postgres_url) as (database, other):
        queue = SqlQuestionQueue(database, owner="a")

        async def store(number: int) -> tuple[float, BaseException | None]:
            thread = build_thread(number)
            began = time.monotonic()
            message = build_incoming_message("hello", thread=thread, ts=thread.root)
            (end,) = await asyncio.gather(enqueue(queue, message), return_exceptions=True)
            return time.monotonic() - began, end if isinstance(end, StoreError) else None

        async with hold(other, _LOCK_ALL) as release:
            stores = [asyncio.create_task(store(number)) for number in range(200)]
            await asyncio.wait(stores, timeout=0.7)
            assert not database.has_room
            late = await store(300)  # the first has waited too long already
            assert late[1] is not None and late[0] < 0.5
            # Answers have connections of their own.
            await asyncio.wait_for(database.write(lambda c: c.exec_driver_sql("SELECT 1")), 1.0)
            ends = await asyncio.gather(*stores)
            assert all(error is not None for _, error in ends)
            release.set()
        assert (await store(400))[1] is None


@asynccontextmanager
async def hold(database: Database, lock: str) -> AsyncIterator[asyncio.Event]:
    """Hold `lock` in a transaction of `database` until the event is set."""
    held, release = asyncio.Event(), asyncio.Event()

    def take(connection: Connection) -> None:
        from sqlalchemy.util import await_only

        connection.exec_driver_sql(lock).close()
        held.set()
        await_only(release.wait())

    holding = asyncio.create_task(database.write(take))
    await held.wait()
    try:
        yield release
    finally:
        release.set()
        await holding


class Sender:
    """Events that all come at the same moment, each of which takes a second to store."""

    def __init__(self, places: int, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self.line = ArrivalLine(places, loop.time, seconds=seconds)
        self.stored, self.refused = deque[float](), deque[float]()

    async def send(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with self.line.hold_place():
                await asyncio.sleep(1.0)
                self.stored.append(loop.time())
        except StoreError:
            self.refused.append(loop.time())


def test_those_who_wait_too_long_leave_the_line_and_newcomers_are_turned_away_meanwhile() -> None:
    async def run() -> None:
        start = asyncio.get_running_loop().time()
        sender = Sender(places=2, seconds=3.5)
        first = [asyncio.create_task(sender.send()) for _ in range(20)]
        await asyncio.sleep(2.5)  # sixteen wait, the first of them for longer than half its time
        newcomer = asyncio.create_task(sender.send())
        await asyncio.sleep(0)
        assert newcomer.done() and len(sender.refused) == 1
        await asyncio.gather(*first)
        times = [time - start for time in sender.stored]
        assert times == [1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0]
        assert {time - start for time in list(sender.refused)[1:]} == {3.5}
        # The line is empty again.
        await sender.send()
        assert len(sender.stored) == 9

    run_virtually(run)


@pytest.mark.parametrize("waits", [False, True])
def test_whoever_is_cancelled_leaves_its_place(waits: bool) -> None:
    async def run() -> None:
        sender = Sender(places=1, seconds=10.0)
        sending = [asyncio.create_task(sender.send()) for _ in range(3)]
        await asyncio.sleep(0.5)
        sending[1 if waits else 0].cancel()
        await asyncio.wait(sending)
        assert len(sender.stored) == 2

    run_virtually(run)
