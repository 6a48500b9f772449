"""Defers the job that works a thread off, in the transaction that makes its question due.

Nothing on SQLite, where one process looks at its own queue. What may be claimed is decided by
`storage.queue.next_of_thread`: a job too many changes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection

from bot.domain.conversation import Thread
from storage.engine.dialects import is_postgresql

QUESTIONS, TASK = "questions", "answer_thread"


def schedule_thread(connection: Connection, thread: Thread, due_at: float = 0.0) -> None:
    """Have a replica look at `thread` once this transaction is committed, or at `due_at`.

    Jobs with a lock run in the order in which they were deferred, however late the first is due.
    So one for later has none: it must not hold up what can be answered before.
    """
    if not is_postgresql(connection):
        return
    from procrastinate.exceptions import ConnectorException

    deferrer = _build_app().configure_task(
        TASK,
        queue=QUESTIONS,
        lock=None if due_at else build_lock(thread),
        schedule_at=datetime.fromtimestamp(due_at, UTC) if due_at else None,
        connection=connection.connection.driver_connection,
    )
    try:
        deferrer.defer(team=thread.team, channel=thread.channel, root=thread.root)
    except ConnectorException as error:
        # By psycopg's own error it is known what to try again.
        raise (error.__cause__ or error) from error


def build_lock(thread: Thread) -> str:
    """Return the lock of the thread's jobs: one of them runs at a time."""
    return f"{thread.team}/{thread.channel}/{thread.root}"


@cache
def _build_app() -> Any:
    """Return an app that defers on other people's connections, and has none itself."""
    from procrastinate import App, SyncPsycopgConnector

    return App(connector=SyncPsycopgConnector())
