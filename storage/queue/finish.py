"""Close a question when its answer is shown, and reopen one that has failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, not_, select, update

from bot.domain.conversation import Thread
from bot.domain.files import FileRef
from bot.domain.questions import (
    MAX_CRASHES,
    SUSPECT_CRASHES,
    Outcome,
    Presser,
    PressResult,
    Question,
    Trouble,
    TroubleKind,
)
from storage.engine.dialects import greatest
from storage.engine.prepared import PreparedStatement
from storage.jobs.dispatch import schedule_thread
from storage.presses.rights import Rights
from storage.queue.claims import IS_SUSPECT, IS_UNCLAIMED
from storage.queue.next_of_thread import schedule_following
from storage.queue.presence import is_there
from storage.queue.rows import IS_OWN_CLAIM, READ_THREAD, UNANSWERED, add_messages, build_claim_key
from storage.queue.troubles import add_troubles
from storage.replicas.interruptions import forget_interruptions
from storage.rows import add_event, complete_files
from storage.schema import files, questions, reply_messages, turns
from storage.steering.late_ends import forget_if_deleted
from storage.steering.replacing import ask_again, forget_kept, restore_answer

_MARK_DELIVERED = PreparedStatement(
    update(questions)
    .where(IS_OWN_CLAIM)
    .values(
        shown=True,
        claimed_by="",
        shown_at=bindparam("at"),
        outcome=bindparam("new_outcome"),
        # The note of an answer may hold words of other messages, and is shown now. What a failure
        # says holds none, and explains the row to whoever looks for its cause.
        note=bindparam("of_why"),
    )
    .returning(
        questions.c.answer_turn_id, questions.c.crashes, questions.c.reask_at, questions.c.kept
    )
)
# What Easel itself has deleted is forgotten with the end of the question: what is deleted later, a
# person has deleted.
_REMOVE_MESSAGE = delete(reply_messages).where(
    reply_messages.c.question_id == bindparam("of_question"),
    reply_messages.c.ts == bindparam("of_ts"),
)
_TAKE_BACK_CHARGES = (
    update(questions)
    .where(IS_UNCLAIMED, IS_SUSPECT)
    .values(crashes=greatest(questions.c.crashes - bindparam("of_charges"), SUSPECT_CRASHES))
)
_SELECT_FAILED = (
    select(
        questions.c.answer_turn_id,
        questions.c.user,
        questions.c.settled_at,
        turns.c.user.label("author"),
    )
    .join(turns, turns.c.id == questions.c.turn_id)
    .where(
        questions.c.id == bindparam("question_id"),
        questions.c.channel == bindparam("of_channel"),
        questions.c.shown,
        questions.c.outcome.in_([Outcome.FAILED.value, Outcome.ASKED_BACK.value]),
    )
    .limit(1)
    # Two may press at the same moment: the second finds that it is asked again.
    .with_for_update(of=questions)
)
_RESET_QUESTION = (
    update(questions)
    .where(questions.c.id == bindparam("question_id"))
    .values(
        **UNANSWERED,
        due_at=0.0,
        go_on=bindparam("new_go_on"),
        # From now on it costs the person who pressed.
        user=bindparam("new_user"),
        user_team=bindparam("new_team"),
    )
    .returning(*READ_THREAD)
)
_SELECT_UNDELIVERED_PICTURES = (
    select(files.c.sha256)
    .join(questions, questions.c.answer_turn_id == files.c.turn_id)
    .where(not_(questions.c.shown))
)
_DELETE_FILES = delete(files).where(files.c.turn_id == bindparam("answer_turn"))
_DELETE_TURN = delete(turns).where(turns.c.id == bindparam("answer_turn"))


@dataclass(frozen=True, slots=True)
class Delivery:
    """A note that all of a question's answer is shown since `at`, waiting to be written."""

    question: Question
    at: float
    outcome: Outcome
    files: tuple[FileRef, ...]
    messages: tuple[str, ...]
    deleted: tuple[str, ...] = ()
    why: str = ""


def write_delivery(connection: Connection, delivery: Delivery, owner: str) -> None:
    """Close the question, unless the claim no longer holds. Record the messages in any case."""
    parameters: dict[str, Any] = build_claim_key(delivery.question, owner)
    parameters |= {"new_outcome": delivery.outcome.value, "at": delivery.at}
    parameters["of_why"] = delivery.why
    row = _MARK_DELIVERED.fetch_row(connection, parameters)
    add_messages(connection, delivery.question, delivery.messages)
    for ts in delivery.deleted:
        connection.execute(_REMOVE_MESSAGE, {"of_question": delivery.question.id, "of_ts": ts})
    if row is None:
        return
    question = delivery.question
    schedule_following(
        connection, question.thread, question.asker.id, ended=question.id, now=delivery.at
    )
    if row.answer_turn_id is not None:
        complete_files(connection, row.answer_turn_id, delivery.files)
    if SUSPECT_CRASHES < row.crashes < MAX_CRASHES:
        # It was answered after all, so the crashes that were charged to it had another cause.
        take_back_charges(connection, row.crashes - SUSPECT_CRASHES)
    if row.kept and row.answer_turn_id is None and delivery.outcome is not Outcome.ANSWERED:
        restore_answer(connection, question.id)
    elif row.kept:
        forget_kept(connection, question.id)
    is_gone = forget_if_deleted(connection, question, now=delivery.at)
    if row.reask_at is not None and not is_gone:
        # Its message was edited when the answer was complete, and only had to be shown.
        ask_again(connection, question.id, due_at=row.reask_at)


def take_back_charges(connection: Connection, count: int) -> None:
    """Take `count` crashes back from each suspect that waits: they had a cause outside of it."""
    connection.execute(_TAKE_BACK_CHARGES, {"of_charges": count})


def retry(
    connection: Connection,
    question_id: int,
    channel: str,
    presser: Presser,
    *,
    go_on: bool,
    rights: Rights,
) -> PressResult:
    """Reopen a failed question of `channel` as if the person who pressed had asked it.

    Its answer is forgotten. One press reopens it once, however often it is delivered.
    """
    key = {"question_id": question_id, "of_channel": channel}
    row = connection.execute(_SELECT_FAILED, key).first()
    if row is None:
        is_known = is_there(connection, question_id, channel)
        return PressResult.NOTHING_TO_ASK if is_known else PressResult.GONE
    person = presser.person
    if not rights.can_press(row, person.id):
        return PressResult.NOT_THEIRS
    if not add_event(connection, f"press:{question_id}/{person.id}/{presser.ts}", now=rights.now):
        return PressResult.NOTHING_TO_ASK
    values = {"new_go_on": go_on, "new_user": person.id, "new_team": person.team}
    reset = connection.execute(_RESET_QUESTION, {"question_id": question_id, **values}).one()
    connection.execute(_DELETE_FILES, {"answer_turn": row.answer_turn_id})
    connection.execute(_DELETE_TURN, {"answer_turn": row.answer_turn_id})
    forget_interruptions(connection, question_id)
    add_troubles(connection, question_id, [Trouble(rights.now, TroubleKind.ASKED_AGAIN)])
    schedule_thread(connection, Thread(*reset))
    return PressResult.ASKED


def list_undelivered_pictures(connection: Connection) -> set[str]:
    """List the digests of the files of answers that are not completely shown."""
    return set(connection.scalars(_SELECT_UNDELIVERED_PICTURES).all())
