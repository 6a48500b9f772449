"""Record what went wrong on the way of a question. Read by `storage/reports/questions.py`."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.domain.questions import Trouble
from storage.engine.dialects import match_listed
from storage.schema import questions
from storage.schema_troubles import troubles

# What went wrong first and last explains a question; what is between repeats itself.
_MAX_ROWS = 100
_INSERT = insert(troubles)
_SELECT_QUESTION = select(questions.c.id).where(questions.c.id == bindparam("of_question"))
_SELECT_SUPERFLUOUS = (
    select(troubles.c.id)
    .where(troubles.c.question_id == bindparam("of_question"))
    .order_by(troubles.c.id)
    .offset(_MAX_ROWS // 2)
)
_DELETE = delete(troubles).where(match_listed(troubles.c.id, "ids"))


def add_troubles(connection: Connection, question_id: int, added: Iterable[Trouble]) -> None:
    """Record `added`, in order; of very many, those in the middle go."""
    parameters = {"of_question": question_id}
    if connection.scalar(_SELECT_QUESTION, parameters) is None:
        return  # it was deleted meanwhile
    rows = [
        {
            "question_id": question_id,
            "at": one.at,
            "kind": one.kind.value,
            "method": one.method,
            "code": one.code,
            "count": one.count,
            "seconds": one.seconds,
        }
        for one in added
    ]
    if not rows:
        return
    connection.execute(_INSERT, rows)
    later = list(connection.scalars(_SELECT_SUPERFLUOUS, parameters))
    if len(later) > _MAX_ROWS // 2:
        connection.execute(_DELETE, {"ids": later[: -_MAX_ROWS // 2]})
