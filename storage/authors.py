"""Reads who wrote in a thread and since when, and where a person wrote last. Decides nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

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
    select(turns.c.team, turns.c.channel, turns.c.root, turns.c.ts)
    .where(
        turns.c.team == bindparam("team"),
        turns.c.channel == bindparam("channel"),
        turns.c.root != bindparam("root"),
        turns.c.place < bindparam("before"),
        turns.c.speaker == Speaker.PERSON.value,
        turns.c.user == bindparam("person"),
    )
    .order_by(turns.c.place.desc(), turns.c.id.desc())
    .limit(1)
)


def read_authors(
    connection: Connection, thread_parameters: dict[str, Any]
) -> tuple[tuple[str, str], ...]:
    """Return the people who wrote before ts `before`, each with the ts of their first message."""
    rows = connection.execute(_SELECT_AUTHORS, thread_parameters)
    return tuple((user, ts) for user, ts in rows)


def find_latest(
    connection: Connection, thread: Thread, person: str, *, before: str
) -> tuple[Thread, str]:
    """Return another thread of the channel and the ts of the person's last message there.

    The ts is "" where there is none.
    """
    key = {**build_thread_key(thread), "person": person, "before": before}
    row = connection.execute(_SELECT_LATEST, key).first()
    return (thread, "") if row is None else (Thread(row.team, row.channel, row.root), row.ts)
