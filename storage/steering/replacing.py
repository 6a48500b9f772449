"""Ask a question again whose answer is shown: the new answer takes the place of that one.

Where a person only pressed for another answer and that fails, the earlier one is put back.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, String, bindparam, cast, select, update

from bot.domain.conversation import Speaker, Thread
from storage.jobs.dispatch import schedule_thread
from storage.queue.relevance import is_deleted
from storage.queue.rows import UNANSWERED
from storage.replicas.interruptions import forget_interruptions
from storage.rows import match_thread
from storage.schema import questions, turns

_SELECT_SHOWN = (
    select(questions.c.answer_turn_id, questions.c.version)
    .where(questions.c.id == bindparam("question_id"), questions.c.shown)
    .with_for_update(of=questions)
)
# Under a ts of its own: there is one answer for the ts of a question.
_REPLACE_ANSWER = (
    update(turns)
    .where(turns.c.id == bindparam("of_turn"))
    .values(is_replaced=True, ts=turns.c.ts.concat("/").concat(cast(bindparam("nth"), String)))
)
_ASK_AGAIN = (
    update(questions)
    .where(questions.c.id == bindparam("of_question"))
    .values(
        **UNANSWERED,
        due_at=bindparam("new_due"),
        back_reference="",
        version=questions.c.version + 1,
    )
    .returning(questions.c.team, questions.c.channel, questions.c.root)
)
_IS_QUESTION = questions.c.id == bindparam("of_question")
_SELECT_KEPT = select(questions).where(_IS_QUESTION)
_SELECT_REPLACED = select(turns.c.id).where(
    match_thread(turns), turns.c.ts == bindparam("ts"), turns.c.speaker == Speaker.EASEL.value
)
_RETURN_ANSWER = (
    update(turns)
    .where(turns.c.id == bindparam("of_turn"))
    .values(ts=bindparam("new_ts"), is_replaced=bindparam("new_is_replaced"))
)
_RETURN_QUESTION = (
    update(questions)
    .where(_IS_QUESTION)
    .values(
        answer_turn_id=bindparam("new_turn"),
        version=bindparam("new_version"),
        outcome=bindparam("new_outcome"),
        ending=bindparam("new_ending"),
        back_reference=bindparam("new_reference"),
        kept="",
    )
)
_FORGET_KEPT = update(questions).where(_IS_QUESTION).values(kept="")


def ask_again(connection: Connection, question_id: int, *, due_at: float) -> bool:
    """Open a shown question again, for the person who asked it, due at `due_at`.

    Its earlier answer stays in the store and in the messages that show it, until the new one is
    whole; the model does not read it any more. Return False if the question is not shown.
    """
    row = connection.execute(_SELECT_SHOWN, {"question_id": question_id}).first()
    if row is None:
        return False
    if row.answer_turn_id is not None:
        replaced = {"of_turn": row.answer_turn_id, "nth": str(row.version)}
        connection.execute(_REPLACE_ANSWER, replaced)
    values = {"of_question": question_id, "new_due": due_at}
    thread = connection.execute(_ASK_AGAIN, values).one()
    forget_interruptions(connection, question_id)
    schedule_thread(connection, Thread(*thread), due_at)
    return True


def describe_kept(row: Any) -> str:
    """Return how the answer of a question's row ended, as `restore_answer` reads it."""
    return f"{row.outcome}:{row.ending}:{row.back_reference}"


def restore_answer(connection: Connection, question_id: int) -> None:
    """Let the answer stand that a new one should have replaced: there is none."""
    key = {"of_question": question_id}
    row = connection.execute(_SELECT_KEPT, key).one()
    outcome, ending, back_reference = row.kept.split(":")
    thread = {"team": row.team, "channel": row.channel, "root": row.root}
    replaced_ts = f"{row.ts}/{row.version - 1}"
    turn_id = connection.scalar(_SELECT_REPLACED, {**thread, "ts": replaced_ts})
    if turn_id is not None:
        # What was deleted in the meantime is not read again.
        is_gone = is_deleted(connection, row.team, row.channel, row.ts)
        returned = {"of_turn": turn_id, "new_ts": row.ts, "new_is_replaced": is_gone}
        connection.execute(_RETURN_ANSWER, returned)
    values = {
        "new_turn": turn_id,
        "new_version": row.version - 1,
        "new_outcome": outcome,
        "new_ending": ending,
        "new_reference": back_reference,
    }
    connection.execute(_RETURN_QUESTION, key | values)


def forget_kept(connection: Connection, question_id: int) -> None:
    """Note that the new answer is shown in the place of the earlier one."""
    connection.execute(_FORGET_KEPT, {"of_question": question_id})
