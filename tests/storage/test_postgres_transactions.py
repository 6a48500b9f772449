"""Transactions on PostgreSQL run on threads: none of them is waited for without end."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, event, text

from bot.domain.errors import StoreError
from storage.engine.postgres import PostgresDatabase
from storage.engine.postgresql.connections import Connections
from storage.engine.postgresql.transaction_run import TransactionRun

SLEEP, ONE = text("SELECT pg_sleep(60)"), text("SELECT 1")


@pytest.fixture
async def connections(postgres_url: str) -> AsyncIterator[Connections]:
    opened = Connections(postgres_url, 1, isolation_level="READ COMMITTED")
    yield opened
    await opened.close()


def sleep(connection: Connection) -> None:
    connection.execute(SLEEP)


def select_one(connection: Connection) -> int:
    return int(connection.scalar(ONE) or 0)


async def test_a_server_that_does_not_answer_is_cut_off_and_its_place_is_free_again(
    connections: Connections,
) -> None:
    began = time.monotonic()
    with pytest.raises(StoreError) as failed:
        await connections.run(sleep, 0.2)
    assert str(failed.value) == "database_slow"
    assert await connections.run(select_one, 20) == 1
    assert time.monotonic() - began < 30  # the server would have slept for sixty


async def test_what_waits_in_line_for_too_long_is_never_run(connections: Connections) -> None:
    has_begun, may_end, ran = threading.Event(), threading.Event(), list[str]()

    def hold(connection: Connection) -> None:
        connection.execute(ONE)
        has_begun.set()
        may_end.wait(30)

    holding = asyncio.create_task(connections.run(hold, 30))
    await asyncio.to_thread(has_begun.wait, 30)
    with pytest.raises(StoreError, match="database_slow"):
        await connections.run(lambda _: ran.append("late"), 0.1)
    may_end.set()
    await holding
    assert await connections.run(select_one, 20) == 1
    assert ran == []


async def test_what_a_body_raises_comes_back_and_leaves_nothing_behind(
    connections: Connections,
) -> None:
    def create_and_fail(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half_way (id int)"))
        raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        await connections.run(create_and_fail, 20)
    find = text("SELECT to_regclass('half_way')")
    assert await connections.run(lambda c: c.scalar(find), 20) is None


async def test_who_is_cancelled_for_good_leaves_no_thread_waiting(
    connections: Connections,
) -> None:
    has_begun = threading.Event()

    def begin_and_sleep(connection: Connection) -> None:
        connection.execute(ONE)
        has_begun.set()
        sleep(connection)

    running = asyncio.create_task(connections.run(begin_and_sleep, 60))
    await asyncio.to_thread(has_begun.wait, 30)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    # The only place is free again at once.
    assert await connections.run(select_one, 20) == 1


async def test_what_is_committed_before_it_can_be_cut_counts(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, cut = threading.Event(), TransactionRun.cut

    def cut_and_go_on(run: TransactionRun[int]) -> None:
        cut(run)
        may_end.set()

    monkeypatch.setattr(TransactionRun, "cut", cut_and_go_on)
    # Its thread takes its time after the commit.
    event.listen(connections._engine, "checkin", lambda *_: may_end.wait(30))
    assert await connections.run(select_one, 0.2) == 1


@pytest.fixture
async def replica(postgres_url: str) -> AsyncIterator[PostgresDatabase]:
    opened = PostgresDatabase(postgres_url)
    yield opened
    await opened.close()


async def test_what_may_be_committed_is_not_run_again_for_what_was_deferred(
    replica: PostgresDatabase,
) -> None:
    runs = list[str]()

    def run_and_lose_the_line(connection: Connection) -> None:
        connection.execute(ONE)
        runs.append("body")
        if len(runs) == 1:
            driver: Any = connection.connection.driver_connection
            with socket.socket(fileno=os.dup(driver.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)

    replica.defer(lambda c: c.execute(ONE).close(), within_seconds=60)
    with pytest.raises(StoreError):
        await replica.write(run_and_lose_the_line)
    assert runs == ["body"]


@pytest.mark.parametrize("is_flushed_by_timer", [True, False])
async def test_a_flush_waits_for_what_another_transaction_is_writing(
    replica: PostgresDatabase, is_flushed_by_timer: bool
) -> None:
    has_begun, may_end = threading.Event(), threading.Event()

    def write_slowly(connection: Connection) -> None:
        connection.execute(ONE)
        has_begun.set()
        may_end.wait(30)

    replica.defer(write_slowly, within_seconds=0 if is_flushed_by_timer else 60)
    others = [] if is_flushed_by_timer else [asyncio.create_task(replica.write(select_one))]
    await asyncio.to_thread(has_begun.wait, 30)
    flush = asyncio.create_task(replica.flush())
    assert await replica.read(select_one) == 1
    assert not flush.done() and replica.has_deferred
    may_end.set()
    await flush
    assert not replica.has_deferred
    assert await asyncio.gather(*others) == [1] * len(others)


def refuse_connections(connections: Connections) -> None:
    """Have the server refuse each new connection from now on, as one does that has no room."""

    @event.listens_for(connections._engine, "do_connect")
    def refuse(*_: object) -> None:
        raise psycopg.OperationalError("FATAL: sorry, too many clients already")


async def test_who_finds_the_open_connections_in_use_waits_for_them(postgres_url: str) -> None:
    connections = Connections(postgres_url, 8, isolation_level="READ COMMITTED")
    assert await connections.run(select_one, 20) == 1
    refuse_connections(connections)
    names = await asyncio.gather(
        *(
            connections.run(lambda c: c.scalar(text("SELECT pg_backend_pid()")), 60)
            for _ in "x" * 40
        )
    )
    assert len(names) == 40 and len(set(names)) == 1
    await connections.close()


async def test_who_waits_for_a_connection_that_does_not_come_back_gives_up(
    postgres_url: str,
) -> None:
    connections = Connections(postgres_url, 4, isolation_level="READ COMMITTED")
    has_begun, may_end = threading.Event(), threading.Event()

    def hold(connection: Connection) -> None:
        connection.execute(ONE)
        has_begun.set()
        may_end.wait(30)

    holding = asyncio.create_task(connections.run(hold, 30))
    await asyncio.to_thread(has_begun.wait, 30)
    refuse_connections(connections)
    with pytest.raises(StoreError, match="database_slow"):
        await connections.run(select_one, 0.5)
    may_end.set()
    await holding
    assert await connections.run(select_one, 20) == 1
    await connections.close()


async def test_where_no_connection_is_open_nobody_waits(postgres_url: str) -> None:
    connections = Connections(postgres_url, 4, isolation_level="READ COMMITTED")
    refuse_connections(connections)
    runs = (connections.run(select_one, 60) for _ in "x" * 20)
    failures = await asyncio.gather(*runs, return_exceptions=True)
    assert {getattr(failure, "code", "") for failure in failures} == {"database_busy"}
    await connections.close()
