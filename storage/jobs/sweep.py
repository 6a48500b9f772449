"""Looks for threads that no one would look at, so that no question depends on its job."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, column, exists, func, select, table, text

from bot.domain.conversation import Thread
from bot.domain.questions import ClaimLimits
from storage.engine.database import Database
from storage.jobs.dispatch import QUESTIONS, schedule_thread
from storage.jobs.runner import STALLED_SECONDS
from storage.queue.claims import IS_APART, IS_BLOCKED, IS_CLAIMED, IS_DUE, IS_SUSPECT, IS_UNCLAIMED
from storage.replicas.clock import read_now
from storage.schema import questions

_MAX_THREADS = 200
_MAX_SECONDS = 10.0
_jobs = table("procrastinate_jobs", column("lock"))
_HAS_JOB = exists().where(
    _jobs.c.lock
    == questions.c.team.concat("/")
    .concat(questions.c.channel)
    .concat("/")
    .concat(questions.c.root),
    text("procrastinate_jobs.status IN ('todo', 'doing')"),
)
# A job of a replica that lives, in whose thread nothing is being answered. It waits for a place at
# the most: then it is one too many, which changes nothing.
_SELECT_UNENDED = text(
    "SELECT id FROM procrastinate_jobs AS job"
    " WHERE status = 'doing' AND queue_name = :queue"
    " AND NOT EXISTS (SELECT FROM questions WHERE claimed_by != '' AND team = job.args->>'team'"
    " AND channel = job.args->>'channel' AND root = job.args->>'root')"
    " AND (SELECT max(at) FROM procrastinate_events WHERE job_id = job.id AND type = 'started')"
    " < now() - make_interval(secs => :seconds)"
)
_TRY_LOCK = select(func.pg_try_advisory_xact_lock(func.hashtext("easel sweep")))
_FULL_USERS = (
    select(questions.c.user)
    .where(IS_CLAIMED, ~IS_SUSPECT)
    .group_by(questions.c.user)
    .having(func.count() >= bindparam("per_person"))
)
_SELECT_FORGOTTEN = (
    select(questions.c.team, questions.c.channel, questions.c.root)
    .where(IS_UNCLAIMED, IS_DUE, ~IS_BLOCKED, ~_HAS_JOB)
    .where(IS_APART | questions.c.user.not_in(_FULL_USERS))
    .order_by(questions.c.ts, questions.c.id)
    .limit(_MAX_THREADS)
)


async def sweep_jobs(database: Database, limits: ClaimLimits, job_manager: Any) -> None:
    """Put back the jobs that no one works on any more, and defer those that are missing.

    Does nothing while another replica does it. Raises `StoreError`.
    """

    loop = asyncio.get_running_loop()

    def sweep(connection: Connection) -> None:
        # It ends with the transaction, and with its connection: no dead replica holds it.
        if connection.execute(_TRY_LOCK).scalar_one():
            unended = connection.execute(
                _SELECT_UNENDED, {"queue": QUESTIONS, "seconds": STALLED_SECONDS}
            ).scalars()
            # Procrastinate's connections belong to the event loop, which waits for this thread.
            work = _put_back_lost(job_manager, unended.all())
            asyncio.run_coroutine_threadsafe(work, loop).result(_MAX_SECONDS)
            schedule_forgotten(connection, limits, now=read_now(connection))

    await database.write(sweep)


async def _put_back_lost(job_manager: Any, unended: Sequence[int]) -> None:
    """Put back the jobs of replicas that are gone, and those whose end could not be written."""
    from procrastinate.exceptions import ConnectorException

    with contextlib.suppress(ConnectorException):  # the next turn looks again
        stalled = await job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS)
        for job_id in {*unended, *(job.id for job in stalled)}:
            with contextlib.suppress(ConnectorException):  # it has ended meanwhile
                await job_manager.retry_job_by_id_async(job_id, retry_at=datetime.now(UTC))


def schedule_forgotten(connection: Connection, limits: ClaimLimits, *, now: float) -> int:
    """Defer a job for each thread with a question that may be claimed and no job; count them."""
    parameters = {"now": now, "per_person": limits.per_person}
    rows = connection.execute(_SELECT_FORGOTTEN, parameters).all()
    for row in rows:
        schedule_thread(connection, Thread(row.team, row.channel, row.root))
    return len(rows)
