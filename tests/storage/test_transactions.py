"""Transactions, what is deferred, and a database that closes in order."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import Connection, TextClause, text

import storage
from bot.domain.errors import StoreError
from storage.engine.database import Database
from storage.engine.sqlite import open_database


async def test_a_failing_transaction_leaves_nothing_behind(tmp_path: Path) -> None:
    def insert_and_fail(connection: Any) -> None:
        connection.execute(
            text("INSERT INTO threads VALUES ('T', 'C', '1.0', 1, 1, 0, 0, '', '', '')")
        )
        raise ValueError("half-way")

    async with open_database(tmp_path / "easel.db") as database:
        with pytest.raises(ValueError, match="half-way"):
            await database.write(insert_and_fail)
        assert await database.read(lambda c: c.scalar(text("SELECT count(*) FROM threads"))) == 0


async def test_a_closed_database_fails_as_any_store_does(tmp_path: Path) -> None:
    async with open_database(tmp_path / "easel.db") as database:
        pass
    for run in (database.write, database.read):
        with pytest.raises(StoreError, match="closed"):
            await run(lambda c: c.scalar(text("SELECT 1")))


async def test_what_is_written_while_the_database_closes_is_kept_or_fails_as_any_store_does(
    tmp_path: Path,
) -> None:
    def insert_row(connection: Connection, row: TextClause) -> None:
        connection.execute(row)

    async def insert_until_closed(database: Database, writer: int) -> int:
        for number in range(100_000):
            row = text(
                f"INSERT INTO threads VALUES ('T', 'C{writer}', '{number}', 1, 1, 0, 0, '', '', '')"
            )
            try:
                await database.write(partial(insert_row, row=row))
            except StoreError:
                return number
        raise AssertionError("the database never closed")

    async with open_database(tmp_path / "easel.db") as database:
        writers = [asyncio.create_task(insert_until_closed(database, n)) for n in range(5)]
        await database.write(lambda c: c.scalar(text("SELECT 1")))
    written = sum(await asyncio.gather(*writers))
    async with open_database(tmp_path / "easel.db") as database:
        count = await database.read(lambda c: c.scalar(text("SELECT count(*) FROM threads")))
    assert count == written


async def test_aiosqlite_still_runs_any_call_on_its_thread() -> None:
    """`storage.engine.sqlite` needs this of the private `aiosqlite.Connection._execute`."""
    order: list[str] = []

    def add(name: str) -> int:
        order.append(name)
        return threading.get_ident()

    connection = aiosqlite.connect(":memory:")
    run: Any = connection._execute
    async with connection:
        first, second = await asyncio.gather(run(add, "first"), run(add, "second"))
    assert order == ["first", "second"]
    assert first == second != threading.get_ident()
    with pytest.raises(ValueError, match="closed"):
        await run(add, "late")


EVENT = "INSERT INTO events VALUES ('Ev1', 1.0)"


async def wait_until_written(database: Database) -> None:
    async with asyncio.timeout(60):
        count = text("SELECT count(*) FROM events")
        while not await database.read(lambda c: c.scalar(count)):  # noqa: ASYNC110 - as a file's
            await asyncio.sleep(0.01)


async def test_what_is_deferred_is_written_with_the_next_transaction(tmp_path: Path) -> None:
    async with open_database(tmp_path / "easel.db") as database:
        database.defer(lambda c: c.execute(text(EVENT)).close(), within_seconds=60)
        assert database.has_deferred
        await database.write(lambda c: c.scalar(text("SELECT 1")))
        assert not database.has_deferred
        assert await database.read(lambda c: c.scalar(text("SELECT count(*) FROM events"))) == 1


async def test_what_is_deferred_is_written_in_time_without_another_transaction(
    tmp_path: Path,
) -> None:
    async with open_database(tmp_path / "easel.db") as database:
        database.defer(lambda c: c.execute(text(EVENT)).close(), within_seconds=0.01)
        await wait_until_written(database)
        assert not database.has_deferred


async def test_what_becomes_due_during_a_transaction_is_written_after_it(tmp_path: Path) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def wait_long(_connection: Connection) -> None:
        begun.set()
        may_end.wait(60)

    async with open_database(tmp_path / "easel.db") as database:
        slow = asyncio.create_task(database.write(wait_long))
        await asyncio.to_thread(begun.wait, 60)
        database.defer(lambda c: c.execute(text(EVENT)).close(), within_seconds=0.01)
        await asyncio.sleep(0.05)  # the time is over before the transaction is
        may_end.set()
        await slow
        await wait_until_written(database)


async def test_what_cannot_be_written_yet_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine.connection._FLUSH_RETRY_SECONDS", 0.01)
    failures = iter([True, True, False])

    def fail_twice(connection: Connection) -> None:
        statement = "INSERT INTO nothing VALUES (1)" if next(failures, False) else EVENT
        connection.execute(text(statement)).close()

    async with open_database(tmp_path / "easel.db") as database:
        database.defer(fail_twice, within_seconds=0.01)
        await wait_until_written(database)


async def test_what_is_deferred_is_written_when_the_database_closes(tmp_path: Path) -> None:
    async with open_database(tmp_path / "easel.db") as database:
        database.defer(lambda c: c.execute(text(EVENT)).close(), within_seconds=60)
    async with open_database(tmp_path / "easel.db") as database:
        await wait_until_written(database)


async def test_a_deferred_body_that_can_never_be_written_blocks_nothing(tmp_path: Path) -> None:
    async with open_database(tmp_path / "easel.db") as database:
        await database.write(lambda c: c.execute(text(EVENT)).close())
        database.defer(lambda c: c.execute(text(EVENT)).close(), within_seconds=60)
        assert await database.write(lambda c: c.scalar(text("SELECT 7"))) == 7
        assert not database.has_deferred


async def test_a_row_that_is_refused_touches_no_other_body_of_its_batch(tmp_path: Path) -> None:
    async with open_database(tmp_path / "easel.db") as database:
        await database.write(lambda c: c.execute(text(EVENT)).close())
        results = await asyncio.gather(
            database.write(lambda c: c.scalar(text("SELECT 1"))),
            database.write(lambda c: c.execute(text(EVENT)).close()),
            database.write(lambda c: c.scalar(text("SELECT 3"))),
            return_exceptions=True,
        )
        assert isinstance(results[1], StoreError)
        assert list(results[::2]) == [1, 3]


_LEAVING = """
import asyncio, sys, threading
from pathlib import Path
from storage.engine.sqlite import SqliteDatabase, prepare_database

async def leave():
    prepare_database(Path(sys.argv[1]))
    database = SqliteDatabase(Path(sys.argv[1]))
    await database.open()
    begun, may_end = threading.Event(), threading.Event()
    def wait_long(connection):
        begun.set()
        may_end.wait(20)
    tasks = [asyncio.create_task(database.write(wait_long)) for _ in range(3)]
    await asyncio.to_thread(begun.wait, 20)
    threading.Timer(0.2, may_end.set).start()
    return tasks

asyncio.run(leave())
print("the loop has ended", flush=True)
"""


def test_a_write_in_flight_does_not_hold_up_the_end_of_the_loop(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _LEAVING, str(tmp_path / "easel.db")]
    folder = Path(storage.__file__).parents[1]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        # The connection's thread, which is never told to end, outlives the loop.
        killer = threading.Timer(120, process.kill)
        killer.start()
        line = process.stdout.readline() if process.stdout is not None else ""
        killer.cancel()
        process.kill()
    assert line == "the loop has ended\n"


async def test_a_body_that_fails_leaves_those_of_the_same_batch_alone(tmp_path: Path) -> None:
    def fail(connection: Connection) -> None:
        connection.execute(text("INSERT INTO events VALUES ('lost', 1.0)")).close()
        raise LookupError("its own")

    async with open_database(tmp_path / "easel.db") as database:
        results = await asyncio.gather(
            database.write(lambda c: c.execute(text(EVENT)).close()),
            database.write(fail),
            database.write(lambda c: c.scalar(text("SELECT 7"))),
            return_exceptions=True,
        )
        assert isinstance(results[1], LookupError) and list(results[::2]) == [None, 7]
        ids = await database.read(lambda c: c.scalars(text("SELECT event_id FROM events")).all())
        assert ids == ["Ev1"]


async def test_who_is_cancelled_waits_for_the_end_of_the_transaction(tmp_path: Path) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def insert_slowly(connection: Connection) -> None:
        begun.set()
        may_end.wait(60)
        connection.execute(text(EVENT))

    async with open_database(tmp_path / "easel.db") as database:
        task = asyncio.create_task(database.write(insert_slowly))
        await asyncio.to_thread(begun.wait, 60)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0)
        assert not task.done()
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await database.read(lambda c: c.scalar(text("SELECT count(*) FROM events"))) == 1


async def test_who_is_cancelled_gets_that_and_not_the_error_of_the_transaction(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def fail_slowly(_connection: Connection) -> None:
        begun.set()
        may_end.wait(60)
        raise ValueError("too late")

    async with open_database(tmp_path / "easel.db") as database:
        task = asyncio.create_task(database.write(fail_slowly))
        await asyncio.to_thread(begun.wait, 60)
        task.cancel()
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        is_over = threading.Event()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                # Later than that, also where the machine stalls until both are due.
                asyncio.get_running_loop().call_later(0.1, is_over.set)
                await database.write(lambda _: is_over.wait(60))
    gc.collect()
    assert "never retrieved" not in caplog.text
