"""Looks for threads that no one would look at, so that no question depends on its job."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, column, exists, func, select, table, text

from bot.domain.conversation import Thread
from bot.domain.questions import ClaimLimits
from storage.engine.database import Database
from storage.engine.dialects import read_time
from storage.jobs.dispatch import schedule_thread
from storage.jobs.runner import STALLED_SECONDS
from storage.queue.claims import IS_BLOCKED, IS_CLAIMED, IS_DUE, IS_SUSPECT, IS_UNCLAIMED
from storage.schema import questions

_MAX_THREADS = 200
_jobs = table("procrastinate_jobs", column("lock"))
_HAS_JOB = exists().where(
    _jobs.c.lock
    == questions.c.team.concat("/")
    .concat(questions.c.channel)
    .concat("/")
    .concat(questions.c.root),
    text("procrastinate_jobs.status IN ('todo', 'doing')"),
)
_FULL_USERS = (
    select(questions.c.user)
    .where(IS_CLAIMED, ~IS_SUSPECT)
    .group_by(questions.c.user)
    .having(func.count() >= bindparam("per_person"))
)
_SELECT_FORGOTTEN = (
    select(questions.c.team, questions.c.channel, questions.c.root)
    .where(IS_UNCLAIMED, IS_DUE, ~IS_BLOCKED, ~_HAS_JOB)
    .where(IS_SUSPECT | questions.c.user.not_in(_FULL_USERS))
    .order_by(questions.c.ts, questions.c.id)
    .limit(_MAX_THREADS)
)


async def sweep_jobs(database: Database, limits: ClaimLimits, job_manager: Any) -> None:
    """Put back the jobs of replicas that are gone, and defer those that are missing."""
    from procrastinate.exceptions import ConnectorException

    for job in await job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        with contextlib.suppress(ConnectorException):  # it has ended meanwhile
            await job_manager.retry_job(job, retry_at=datetime.now(UTC))
    await database.write(lambda c: schedule_forgotten(c, limits, now=read_time(c)))


def schedule_forgotten(connection: Connection, limits: ClaimLimits, *, now: float) -> int:
    """Defer a job for each thread with a question that may be claimed and no job; count them."""
    parameters = {"now": now, "per_person": limits.per_person}
    rows = connection.execute(_SELECT_FORGOTTEN, parameters).all()
    for row in rows:
        schedule_thread(connection, Thread(row.team, row.channel, row.root))
    return len(rows)
