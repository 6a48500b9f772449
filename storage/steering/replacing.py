"""Ask a question again whose answer is shown: the new answer takes the place of that one."""

from __future__ import annotations

from sqlalchemy import Connection, String, bindparam, cast, select, update

from bot.domain.conversation import Thread
from storage.jobs.dispatch import schedule_thread
from storage.queue.rows import UNANSWERED
from storage.replicas.interruptions import forget_interruptions
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
