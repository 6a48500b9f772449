"""Jobs on PostgreSQL: whatever happens to one, another replica looks at its thread."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.resources
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from sqlalchemy import Connection, text

from bot.domain.conversation import Thread
from bot.domain.stores.questions import AnswerPlaces
from bot.queue.claimers.places import Places
from storage.engine.database import Database
from storage.engine.postgresql.opening import open_postgres
from storage.jobs import runner as runner_module
from storage.jobs.dispatch import build_lock
from storage.jobs.runner import JobRunner, Work
from storage.jobs.sweep import sweep_jobs
from storage.jobs.tables import NEWEST_MIGRATION
from storage.queue.questions import SqlQuestionQueue
from tests.support.queues import AMPLE, enqueue
from tests.support.values import build_incoming_message, build_thread

_BEGIN = text(
    "UPDATE procrastinate_jobs SET status = 'doing', worker_id = :worker"
    " WHERE status = 'todo' RETURNING id"
)
_AGE = text("UPDATE procrastinate_events SET at = at - make_interval(secs => :seconds)")


def start_worker(connection: Connection, *, silent_seconds: float = 0.0) -> int:
    """Register a worker that was last heard of so long ago; return its id."""
    query = text(
        "INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (now() - make_interval(secs => :seconds)) RETURNING id"
    )
    return int(connection.execute(query, {"seconds": silent_seconds}).scalar_one())


def begin_jobs(connection: Connection, worker: int, *, seconds_ago: float) -> int:
    """Have `worker` begin all jobs, so long ago; return their number."""
    count = len(connection.execute(_BEGIN, {"worker": worker}).all())
    connection.execute(_AGE, {"seconds": seconds_ago})
    return count


@asynccontextmanager
async def run_jobs(url: str, database: Database) -> AsyncIterator[asyncio.Queue[Thread]]:
    """Run a replica's jobs; yield the threads that it is told to look at."""
    threads = asyncio.Queue[Thread]()
    runner = JobRunner(url, sweep=partial(sweep_jobs, database, AMPLE))
    running = asyncio.create_task(runner.run(threads.put, Places(4)))
    try:
        yield threads
    finally:
        runner.stop()
        await running


class DeafRunner(JobRunner):
    """Its worker loses its first cancellation, as one may that comes while its lines open."""

    def __init__(self) -> None:
        super().__init__("", sweep=never_sweep)
        self.has_begun = asyncio.Event()

    async def _run_once(self, work: Work, places: AnswerPlaces) -> None:
        self.has_begun.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()


async def never_sweep(job_manager: object) -> None:
    raise AssertionError


async def ask(database: Database) -> Thread:
    """Store a question, with its job, in a thread of its own."""
    message = build_incoming_message("hello")
    await enqueue(SqlQuestionQueue(database, owner="a", clock=lambda: 1000.0), message)
    return message.thread


@pytest.mark.parametrize("silent_seconds", [60.0, 0.0], ids=["dead", "end not written"])
async def test_a_thread_whose_job_no_one_works_on_is_looked_at_again(
    postgres_url: str, silent_seconds: float
) -> None:
    async with open_postgres(postgres_url) as database:
        thread = await ask(database)

        def lose(connection: Connection) -> int:
            worker = start_worker(connection, silent_seconds=silent_seconds)
            return begin_jobs(connection, worker, seconds_ago=60)

        assert await database.write(lose) == 1
        async with run_jobs(postgres_url, database) as threads:
            assert await asyncio.wait_for(threads.get(), 60) == thread


async def test_no_replica_that_dies_while_it_sweeps_keeps_the_others_from_it(
    postgres_url: str,
) -> None:
    async with open_postgres(postgres_url) as database:
        thread = await ask(database)

        def die_sweeping(connection: Connection) -> None:
            worker = start_worker(connection, silent_seconds=60)
            # As replicas did it that are still being replaced.
            query = (
                "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock)"
                " VALUES ('upkeep', 'sweep', 'sweep', 'sweep')"
            )
            connection.exec_driver_sql(query).close()
            begin_jobs(connection, worker, seconds_ago=60)

        await database.write(die_sweeping)
        async with run_jobs(postgres_url, database) as threads:
            assert await asyncio.wait_for(threads.get(), 60) == thread


async def test_a_job_whose_thread_is_being_answered_is_left_alone(postgres_url: str) -> None:
    async with open_postgres(postgres_url) as database:
        thread = await ask(database)

        def begin(connection: Connection) -> None:
            begin_jobs(connection, start_worker(connection), seconds_ago=60)
            connection.execute(text("UPDATE questions SET claimed_by = 'another'"))

        await database.write(begin)
        async with run_jobs(postgres_url, database) as threads:
            other = build_thread(2)
            message = build_incoming_message("another", thread=other, ts=other.root)
            await enqueue(SqlQuestionQueue(database, owner="a", clock=lambda: 1000.0), message)
            assert await asyncio.wait_for(threads.get(), 60) == other
        query = text("SELECT status::text FROM procrastinate_jobs WHERE lock = :lock")
        row = await database.read(lambda c: c.execute(query, {"lock": build_lock(thread)}).one())
        assert row.status == "doing"


async def test_a_worker_that_loses_a_cancellation_ends_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner_module, "_CANCEL_INTERVAL_SECONDS", 0.01)
    runner = DeafRunner()
    running = asyncio.create_task(runner.run(asyncio.Queue[Thread]().put, Places(4)))
    await runner.has_begun.wait()
    runner.stop()
    async with asyncio.timeout(60):
        await running


async def test_a_runner_that_is_cancelled_leaves_no_worker_behind() -> None:
    runner = DeafRunner()
    running = asyncio.create_task(runner.run(asyncio.Queue[Thread]().put, Places(4)))
    await runner.has_begun.wait()
    running.cancel()
    async with asyncio.timeout(60):
        await asyncio.wait({running})
    assert running.cancelled()
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("jobs")]


def test_procrastinate_brings_no_migration_that_no_migration_here_runs() -> None:
    files = importlib.resources.files("procrastinate.sql.migrations").iterdir()
    assert max(file.name for file in files if file.name.endswith(".sql")) == NEWEST_MIGRATION
