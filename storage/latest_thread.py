"""Find the thread in which a person wrote last. Decides nothing."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from bot.domain.conversation import Speaker, Thread
from storage.rows import build_thread_key
from storage.schema import turns

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


def find_latest(
    connection: Connection, thread: Thread, person: str, *, before: str
) -> tuple[Thread, str]:
    """Return another thread of the channel and the ts of the person's last message there.

    The ts is "" where there is none.
    """
    key = {**build_thread_key(thread), "person": person, "before": before}
    row = connection.execute(_SELECT_LATEST, key).first()
    return (thread, "") if row is None else (Thread(row.team, row.channel, row.root), row.ts)
