"""Reads who wrote in a thread and since when, and where a person wrote lately. Decides nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select

from bot.domain.conversation import Speaker, Thread
from storage.rows import build_thread_key, match_thread
from storage.schema import turns

_SELECT_AUTHORS = (
    select(turns.c.user, func.min(turns.c.ts))
    .where(
        match_thread(turns),
        turns.c.place < bindparam("before"),
        turns.c.speaker == Speaker.PERSON.value,
        turns.c.user != "",
    )
    .group_by(turns.c.user)
)
# The index of a thread's turns leads to those of its channel; a direct conversation has few.
_SELECT_LATEST = (
    select(turns.c.root)
    .where(
        turns.c.team == bindparam("team"),
        turns.c.channel == bindparam("channel"),
        turns.c.root != bindparam("root"),
        turns.c.place < bindparam("before"),
        turns.c.place >= bindparam("since"),
    )
    .group_by(turns.c.root)
    .having(func.sum(case((turns.c.user == bindparam("person"), 1), else_=0)) > 0)
    # An answer that took long is newer than a question that was asked meanwhile.
    .order_by(func.max(turns.c.id).desc())
    .limit(bindparam("limit"))
)


def read_authors(
    connection: Connection, thread_parameters: dict[str, Any]
) -> tuple[tuple[str, str], ...]:
    """Return the people who wrote before ts `before`, each with the ts of their first message."""
    rows = connection.execute(_SELECT_AUTHORS, thread_parameters)
    return tuple((user, ts) for user, ts in rows)


def list_latest(
    connection: Connection, thread: Thread, person: str, *, before: str, since: str, limit: int
) -> list[Thread]:
    """Return the other threads of the channel in which the person wrote, the newest first.

    That is the one in which a message or an answer was stored last.
    """
    key = {**build_thread_key(thread), "person": person, "before": before, "since": since}
    roots = connection.scalars(_SELECT_LATEST, {**key, "limit": limit})
    return [Thread(thread.team, thread.channel, root) for root in roots]
