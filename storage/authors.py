"""Reads who wrote in a thread, and since when. Decides nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from bot.domain.conversation import Speaker
from storage.rows import match_thread
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


def read_authors(
    connection: Connection, thread_parameters: dict[str, Any]
) -> tuple[tuple[str, str], ...]:
    """Return the people who wrote before ts `before`, each with the ts of their first message."""
    rows = connection.execute(_SELECT_AUTHORS, thread_parameters)
    return tuple((user, ts) for user, ts in rows)
