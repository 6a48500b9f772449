"""Events that come faster than PostgreSQL stores them, and connections that it has cut."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from psycopg import AsyncConnection
from sqlalchemy import Connection, make_url, text

from bot.domain.errors import StoreError
from bot.domain.questions import EnqueueResult
from storage.engine.arrivals import ArrivalLine, Patience
from storage.engine.database import Database
from storage.engine.postgres import READERS, WRITERS, PostgresDatabase
from storage.engine.postgresql.opening import open_postgres
from storage.queue.questions import SqlQuestionQueue
from tests.support.postgres import replace_database
from tests.support.queues import enqueue
from tests.support.transactions import Held
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
        assert cut > 1
        async with asyncio.timeout(60):
            # The server ends them one by one.
            while await other.write(lambda c: int(c.execute(_COUNT_OTHERS).scalar_one())):
                pass
        await asyncio.gather(*(database.write(count_tries) for _ in range(WRITERS)))
        assert len(tries) == WRITERS


async def test_a_flood_of_events_that_cannot_be_stored_holds_up_nothing_else(
    postgres_url: str,
) -> None:
    async with open_two(postgres_url) as (database, other):
        queue = SqlQuestionQueue(database, owner="a")

        def store(number: int) -> asyncio.Task[Any]:
            thread = build_thread(number)
            message = build_incoming_message("hello", thread=thread, ts=thread.root)
            return asyncio.create_task(enqueue(queue, message))

        async with hold(other, _LOCK_ALL):
            stores = [store(number) for number in range(200)]
            await asyncio.wait(stores, timeout=0.5)
            # Answers have connections of their own.
            async with asyncio.timeout(30):
                await database.write(lambda c: c.exec_driver_sql("SELECT 1").close())
            assert database.has_room and not any(one.done() for one in stores)
        # A burst is stored, however late.
        assert await asyncio.gather(*stores) == [EnqueueResult.NEW] * 200


@asynccontextmanager
async def hold(database: Database, lock: str) -> AsyncIterator[threading.Event]:
    """Hold `lock` in a transaction of `database` until the event is set."""
    held, release = threading.Event(), threading.Event()

    def take(connection: Connection) -> None:
        connection.exec_driver_sql(lock).close()
        held.set()
        release.wait(60)

    holding = asyncio.create_task(database.write(take))
    await asyncio.to_thread(held.wait, 60)
    try:
        yield release
    finally:
        release.set()
        await holding


async def test_a_server_that_is_away_is_not_asked_again_and_again_by_all_that_waits() -> None:
    attempts: list[asyncio.StreamWriter] = []

    def refuse(_reader: object, writer: asyncio.StreamWriter) -> None:
        attempts.append(writer)
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    database = PostgresDatabase(f"postgresql://easel@127.0.0.1:{port}/easel?sslmode=disable")
    async with server:
        for _ in range(300):
            (end,) = await asyncio.gather(
                database.write(wait_in_transaction), return_exceptions=True
            )
            assert getattr(end, "code", end) == "database_unreachable"
        assert len(attempts) < 100
    await database.close()


async def test_none_of_those_that_wait_for_a_server_that_is_away_waits_for_the_others() -> None:
    async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0) as away:
        port = away.sockets[0].getsockname()[1]
        database = PostgresDatabase(f"postgresql://easel@127.0.0.1:{port}/easel?sslmode=disable")
        writes = [database.write(wait_in_transaction) for _ in range(10 * WRITERS)]
        ends = await asyncio.gather(*writes, return_exceptions=True)
        # And not: after twenty seconds, for want of a connection.
        assert {getattr(end, "code", end) for end in ends} == {"database_unreachable"}
        await database.close()


async def test_open_connections_are_used_while_the_server_opens_no_other(postgres_url: str) -> None:
    async with open_postgres(postgres_url) as database:
        held = Held()
        await set_open(postgres_url, is_open=False)
        try:
            first = asyncio.create_task(database.write(held.go_on))
            await held.wait_for(1)
            # There is no second one, so that it waits in line for the first.
            second = asyncio.create_task(database.write(wait_in_transaction))
            held.end()
            await asyncio.gather(first, second)
            await database.write(wait_in_transaction)
        finally:
            await set_open(postgres_url, is_open=True)


async def test_the_second_event_of_a_post_is_not_sent_back_for_want_of_a_look(
    postgres_url: str,
) -> None:
    """It waits as long as others do that are to be stored."""
    async with open_postgres(postgres_url) as database:
        queue = SqlQuestionQueue(database, owner="a", is_shared=True)
        message = build_incoming_message("hello")
        assert await queue.enqueue(message, claim=None) is EnqueueResult.NEW
        held = Held()
        looks = [asyncio.create_task(database.read_in_time(held.go_on)) for _ in range(2)]
        await held.wait_for(2)
        second = replace(message, event_id="Ev2")
        assert await queue.enqueue(second, claim=None) is EnqueueResult.DUPLICATE
        held.end()
        await asyncio.gather(*looks)


async def set_open(url: str, *, is_open: bool) -> None:
    """Let the server open connections to this database, or no more of them."""
    name = make_url(url).database
    async with await AsyncConnection.connect(
        replace_database(url, "postgres"), autocommit=True
    ) as server:
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {is_open}".encode())


class Sender:
    """Sends events, each of which takes a second to store."""

    def __init__(self, places: int, patience: Patience) -> None:
        self.loop = asyncio.get_running_loop()
        self.line = ArrivalLine(places, self.loop.time, patience)
        self.waited, self.refused = list[float](), list[float]()

    async def send(self) -> None:
        came_at = self.loop.time()
        try:
            async with self.line.hold_place():
                self.waited.append(self.loop.time() - came_at)
                await asyncio.sleep(1.0)
        except StoreError:
            self.refused.append(self.loop.time() - came_at)

    async def send_regularly(self, count: int, seconds: float) -> None:
        """Send as many, each so long after the one before; return once all have ended."""
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(self.send())
                await asyncio.sleep(seconds)


def test_a_burst_is_stored_as_far_as_its_patience_goes_and_then_turned_away_at_once() -> None:
    async def run() -> None:
        sender = Sender(2, Patience(burst=8.0, standing=2.0, lasts=20.0))
        await sender.send_regularly(50, 0.0)
        assert len(sender.waited) >= 16 and max(sender.waited) <= 8.0
        assert set(sender.refused) == {8.0}
        await asyncio.sleep(21.0)
        burst = asyncio.create_task(sender.send_regularly(50, 0.0))
        await asyncio.sleep(6.5)  # the first of those that wait are about to leave
        assert not sender.line.has_room
        sender.refused.clear()
        await sender.send()
        assert sender.refused == [0.0]
        await burst
        assert sender.line.has_room

    run_virtually(run)


def test_in_a_line_that_stands_for_long_only_those_wait_that_can_be_stored_in_time() -> None:
    async def run() -> None:
        sender = Sender(2, Patience(burst=8.0, standing=2.0, lasts=20.0))
        await sender.send_regularly(400, 0.25)  # twice as many as can be stored
        # As many as can be stored are, all the time, and soon not too late for whoever sent them.
        assert len(sender.waited) >= 190
        assert max(sender.waited[60:]) <= 2.0
        assert max(sender.refused[80:]) <= 2.0
        # The next burst has patience again.
        await asyncio.sleep(21.0)
        await sender.send_regularly(16, 0.0)
        assert max(sender.waited[-16:]) == 7.0

    run_virtually(run)


@pytest.mark.parametrize("waits", [False, True])
def test_whoever_is_cancelled_leaves_its_place(waits: bool) -> None:
    async def run() -> None:
        sender = Sender(1, Patience())
        sending = [asyncio.create_task(sender.send()) for _ in range(3)]
        await asyncio.sleep(0.5)
        sending[1 if waits else 0].cancel()
        await asyncio.wait(sending)
        assert sender.line.has_room and len(sender.waited) == (2 if waits else 3)

    run_virtually(run)
