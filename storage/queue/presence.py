"""Tell whether a question that a control names is still there. Decides nothing."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, exists, or_, select

from storage.rows import IS_PRESENT
from storage.schema import files, questions, turns

# Of a deleted message nothing is left: neither words nor files.
_SELECT_THERE = (
    select(questions.c.id)
    .join(turns, turns.c.id == questions.c.turn_id)
    .where(
        questions.c.id == bindparam("question_id"),
        questions.c.channel == bindparam("of_channel"),
        questions.c.version >= bindparam("of_version"),
        or_(
            turns.c.text != "",
            exists(select(files.c.position).where(files.c.turn_id == turns.c.id, IS_PRESENT)),
        ),
    )
)


def is_there(connection: Connection, question_id: int, channel: str, version: int = 1) -> bool:
    """Whether the question is one of `channel`, has an answer `version`, and is not deleted."""
    key = {"question_id": question_id, "of_channel": channel, "of_version": version}
    return connection.scalar(_SELECT_THERE, key) is not None
