"""Read a question's row, and check that a claim still holds. Shared by the whole queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from bot.domain.conversation import Person, Thread
from bot.domain.questions import Answer, Outcome, Question
from storage.rows import build_thread_key, read_files
from storage.schema import questions, reply_messages, turns

# The number of claims distinguishes this claim from earlier ones of the same owner.
IS_OWN_CLAIM = and_(
    questions.c.id == bindparam("question_id"),
    questions.c.claimed_by == bindparam("owner"),
    questions.c.claims == bindparam("of_claims"),
)
_ADD_MESSAGE = insert(reply_messages).on_conflict_do_nothing()
_SELECT_TEXT = select(turns.c.text).where(turns.c.id == bindparam("turn_id"))
_SELECT_MESSAGES = (
    select(reply_messages.c.ts)
    .where(reply_messages.c.question_id == bindparam("question_id"))
    .order_by(reply_messages.c.ts)
)


def build_claim_key(question: Question, owner: str) -> dict[str, Any]:
    """Return the parameters of `IS_OWN_CLAIM`."""
    return {"question_id": question.id, "owner": owner, "of_claims": question.claims}


def read_question(connection: Connection, row: Row[Any]) -> Question:
    """Return the claimed question of `row`, which has all columns of `questions`.

    It comes with its files, the messages of its reply and its answer, as far as these exist.
    """
    turn_ids = [row.turn_id] if row.answer_turn_id is None else [row.turn_id, row.answer_turn_id]
    refs = read_files(connection, turn_ids)
    messages: tuple[str, ...] = ()
    if row.claims > 1:
        messages = tuple(connection.scalars(_SELECT_MESSAGES, {"question_id": row.id}).all())
    answer = None
    if row.state == "settled":
        answer = Answer(
            text=_read_text(connection, row.answer_turn_id),
            note=row.note,
            outcome=Outcome(row.outcome),
            files=refs.get(row.answer_turn_id, ()),
        )
    return Question(
        id=row.id,
        thread=Thread(row.team, row.channel, row.root),
        ts=row.ts,
        asker=Person(row.user, row.user_team),
        text=_read_text(connection, row.turn_id),
        files=refs.get(row.turn_id, ()),
        attempt=row.attempt,
        claims=row.claims,
        messages=messages,
        answer=answer,
        stored_at=row.stored_at,
        go_on=row.go_on,
    )


def add_messages(connection: Connection, question: Question, messages: Sequence[str]) -> None:
    """Record that these messages belong to the question's reply."""
    key = build_thread_key(question.thread)
    for ts in messages:
        connection.execute(_ADD_MESSAGE, {**key, "question_id": question.id, "ts": ts})


def _read_text(connection: Connection, turn_id: int | None) -> str:
    if turn_id is None:
        return ""
    return connection.scalar(_SELECT_TEXT, {"turn_id": turn_id}) or ""
