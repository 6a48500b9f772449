"""Ask the question of a shown answer again because a person pressed for that.

`storage/steering/replacing.py` does what edits do as well, and puts the answer back on failure.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, update

from bot.domain.questions import (
    MAX_CRASHES,
    Outcome,
    Presser,
    PressResult,
    Trouble,
    TroubleKind,
)
from bot.domain.stores.feedback import AnswerName
from storage.deletion import DELETE_SUMMARY
from storage.presses.rights import Rights, lock_answer
from storage.queue.troubles import add_troubles
from storage.rows import add_event
from storage.schema import questions
from storage.steering.replacing import ask_again, describe_kept

_CHARGE_PRESSER = (
    update(questions)
    .where(questions.c.id == bindparam("of_question"))
    .values(
        # From now on it costs the person who pressed, who wants an answer whatever is left out.
        user=bindparam("new_user"),
        user_team=bindparam("new_team"),
        go_on=True,
        kept=bindparam("new_kept"),
    )
)
_WITH_ANSWERS = (Outcome.ANSWERED.value, Outcome.STOPPED.value)


def answer_again(
    connection: Connection, answer: AnswerName, presser: Presser, rights: Rights
) -> PressResult:
    """Ask again: as `PressStore.answer_again`. A press that is delivered again asks nothing."""
    person = presser.person
    row = lock_answer(connection, answer, person.id, rights)
    if isinstance(row, PressResult):
        return row
    if row.outcome not in _WITH_ANSWERS or row.crashes >= MAX_CRASHES:
        return PressResult.NOTHING_TO_ASK
    if not add_event(connection, f"press:{row.id}/{person.id}/{presser.ts}", now=rights.now):
        return PressResult.NOTHING_TO_ASK
    ask_again(connection, row.id, due_at=rights.now)
    values = {"new_user": person.id, "new_team": person.team, "new_kept": describe_kept(row)}
    connection.execute(_CHARGE_PRESSER, {"of_question": row.id, **values})
    _forget_summary(connection, row)
    add_troubles(connection, row.id, [Trouble(rights.now, TroubleKind.ASKED_AGAIN)])
    return PressResult.ASKED


def _forget_summary(connection: Connection, row: Any) -> None:
    """A summary may hold the answer that is replaced; a new one is made of what stands."""
    thread = {"team": row.team, "channel": row.channel, "root": row.root}
    values = {"of_turn": row.turn_id, "place": row.place}
    connection.execute(DELETE_SUMMARY, {**thread, **values})
