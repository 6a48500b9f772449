"""Finds what quotes a message, and what quotes that, and locks it. Changes nothing.

What is pressed under an answer quotes the question of that answer, which may have been pressed
itself: such chains are followed to their ends.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, bindparam, select

from bot.domain.conversation import Speaker, Thread
from storage.engine.dialects import match_listed
from storage.rows import lock_thread
from storage.schema import questions, turns

_SELECT_QUOTING = (
    select(
        turns.c.id,
        turns.c.ts,
        turns.c.about_ts,
        turns.c.root,
        turns.c.place,
        turns.c.text,
        turns.c.edited_ts,
        questions.c.event_id,
        questions.c.shown,
    )
    .select_from(turns.outerjoin(questions, questions.c.turn_id == turns.c.id))
    .where(
        turns.c.team == bindparam("team"),
        turns.c.channel == bindparam("channel"),
        turns.c.about_ts != "",  # as the index says
        match_listed(turns.c.about_ts, "quoted"),
        turns.c.speaker == Speaker.PERSON.value,
    )
    .order_by(turns.c.id)
)


def list_quoting(connection: Connection, team: str, channel: str, ts: str) -> list[Any]:
    """Return the rows of all turns that go where the message goes: what quotes it comes before what
    quotes that."""
    key = {"team": team, "channel": channel}
    found = dict[int, Any]()
    quoted = [ts]
    while quoted:
        rows = connection.execute(_SELECT_QUOTING, {**key, "quoted": quoted}).all()
        new = {row.id: row for row in rows if row.id not in found}
        found |= new
        quoted = [row.ts for row in new.values()]
    return list(found.values())


def lock_quoting(
    connection: Connection, team: str, channel: str, ts: str, *, roots: Collection[str] = ()
) -> list[Any]:
    """As `list_quoting`, once the threads of these rows are locked, and those of `roots` with them:
    in an order that is the same for all. Somebody may press until then."""
    rows = list_quoting(connection, team, channel, ts)
    locked = sorted({*roots, *(row.root for row in rows)})
    for root in locked:
        lock_thread(connection, Thread(team, channel, root))
    return list_quoting(connection, team, channel, ts) if locked else []
