"""Ends the questions of deleted messages: what Slack shows of an answer is somebody's to end."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, case, not_, update

from bot.domain.conversation import Thread
from storage.jobs.dispatch import schedule_thread
from storage.queue.claims import IS_CLAIMED
from storage.schema import questions

# Only a question that was never begun: there is nothing left to answer, and nothing of an answer
# in Slack that somebody would have to end.
_CLOSE_QUESTION = (
    update(questions)
    .where(
        questions.c.turn_id == bindparam("of_turn"),
        questions.c.state == "stored",
        questions.c.claimed_by == "",
        questions.c.begun_at.is_(None),
    )
    .values(state="settled", outcome="stopped", shown=True)
)
# One that was begun is not begun again by whoever takes it over, which is at once: there is nothing
# to wait for any more.
_STOP_QUESTION = (
    update(questions)
    .where(
        questions.c.turn_id == bindparam("of_turn"),
        not_(questions.c.shown),
        questions.c.state != "settled",
    )
    .values(stop_asked=True, due_at=case((IS_CLAIMED, questions.c.due_at), else_=0.0))
)
# A failed question cannot be asked again without its text.
_PREVENT_RETRY = (
    update(questions)
    .where(questions.c.turn_id == bindparam("of_turn"), questions.c.shown)
    .values(outcome="stopped")
)


def end_question(connection: Connection, thread: Thread, turn_id: int) -> None:
    """End the question that a turn of `thread` asked, if it did, now or with its next claim."""
    turn = {"of_turn": turn_id}
    connection.execute(_CLOSE_QUESTION, turn)
    if connection.execute(_STOP_QUESTION, turn).rowcount:
        schedule_thread(connection, thread)
    connection.execute(_PREVENT_RETRY, turn)
