"""Transactions on PostgreSQL run on threads: none of them is waited for without end."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, text

from bot.domain.errors import StoreError
from storage.engine.postgresql.connections import Connections

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
