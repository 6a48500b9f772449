"""Ends the questions of deleted messages: what Slack shows of an answer is somebody's to end."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, not_, select, update

from bot.domain.conversation import Thread
from storage.engine.dialects import match_listed
from storage.jobs.dispatch import schedule_thread
from storage.queue.claims import IS_CLAIMED
from storage.queue.relevance import is_deleted
from storage.schema import questions
from storage.steering.chains import list_quoting
from storage.steering.stops import IS_UNSETTLED, STOP_VALUES

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
# One that was begun is not begun again by whoever takes it over.
_STOP_QUESTION = (
    update(questions)
    .where(questions.c.turn_id == bindparam("of_turn"), IS_UNSETTLED)
    .values(**STOP_VALUES)
)
# A failed question cannot be asked again without its text. What Slack shows of the answer is
# offered for deletion: see `removals.py`.
_END_SHOWN = (
    update(questions)
    .where(questions.c.turn_id == bindparam("of_turn"), questions.c.shown)
    .values(outcome="stopped", offer_due=func.coalesce(questions.c.offer_due, bindparam("now")))
)
# Through the questions that somebody answers, of which there are few.
_SELECT_RUNNING = (
    select(questions.c.ts)
    .where(
        IS_CLAIMED,
        not_(questions.c.shown),
        questions.c.team == bindparam("team"),
        questions.c.channel == bindparam("channel"),
    )
    .order_by(questions.c.id)
)
_LOCK_QUESTIONS = (
    select(questions.c.id)
    .where(match_listed(questions.c.turn_id, "turn_ids"))
    .order_by(questions.c.id)
    .with_for_update()
)


def list_running(connection: Connection, team: str, channel: str, ts: str) -> list[str]:
    """Return the ts of the questions that are being answered although the message at `ts`, which
    they ask or quote, by way of others as well, is deleted."""
    asked = connection.scalars(_SELECT_RUNNING, {"team": team, "channel": channel}).all()
    if not asked:
        return []
    gone = {ts, *(row.ts for row in list_quoting(connection, team, channel, ts))}
    return [one for one in asked if one in gone and is_deleted(connection, team, channel, one)]


def lock_questions(connection: Connection, turn_ids: Sequence[int]) -> None:
    """Let no other transaction change the questions of these turns before this one has ended."""
    if turn_ids:
        connection.execute(_LOCK_QUESTIONS, {"turn_ids": list(turn_ids)})


def end_question(connection: Connection, thread: Thread, turn_id: int, *, now: float) -> None:
    """End the question that a turn of `thread` asked, if it did, now or with its next claim."""
    turn = {"of_turn": turn_id}
    connection.execute(_CLOSE_QUESTION, turn)
    if connection.execute(_STOP_QUESTION, turn).rowcount:
        schedule_thread(connection, thread)
    connection.execute(_END_SHOWN, {**turn, "now": now})
