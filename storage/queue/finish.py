"""The end of a question, and its new beginning after a failure: shown, reopened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.domain.files import FileRef
from bot.domain.questions import Outcome, Question
from storage.queue.rows import IS_OWN_CLAIM, add_messages, build_claim_key
from storage.rows import complete_files
from storage.schema import files, questions, turns

_MARK_DELIVERED = (
    update(questions)
    .where(IS_OWN_CLAIM)
    .values(shown=True, claimed_by="", outcome=bindparam("ended"))
    .returning(questions.c.answer_turn_id)
)
_SELECT_FAILED = (
    select(questions.c.answer_turn_id)
    .where(
        questions.c.id == bindparam("question_id"),
        questions.c.channel == bindparam("of_channel"),
        questions.c.shown,
        questions.c.outcome.in_([Outcome.FAILED.value, Outcome.ASKED_BACK.value]),
    )
    .limit(1)
)
_RESET_QUESTION = (
    update(questions)
    .where(questions.c.id == bindparam("question_id"))
    .values(
        state="stored",
        outcome="",
        note="",
        answer_turn_id=None,
        shown=False,
        attempt=0,
        due_at=0.0,
        go_on=bindparam("go_on_now"),
    )
)
_DELETE_FILES = delete(files).where(files.c.turn_id == bindparam("old"))
_DELETE_TURN = delete(turns).where(turns.c.id == bindparam("old"))


@dataclass(frozen=True, slots=True)
class Delivery:
    """That all of a question's answer is shown, to be written."""

    question: Question
    outcome: Outcome
    files: tuple[FileRef, ...]
    messages: tuple[str, ...]
    delivered_at: float


def write_delivery(connection: Connection, delivery: Delivery, owner: str) -> None:
    """Close a question for good, unless the claim is somebody else's by now."""
    ended: dict[str, Any] = build_claim_key(delivery.question, owner)
    row = connection.execute(_MARK_DELIVERED, ended | {"ended": delivery.outcome.value}).first()
    add_messages(connection, delivery.question, delivery.messages)
    if row is not None and row.answer_turn_id is not None:
        complete_files(connection, row.answer_turn_id, delivery.files)


def retry(connection: Connection, question_id: int, channel: str, *, go_on: bool) -> bool:
    """Store a question of `channel` that failed as if it were new; its answer is forgotten."""
    wanted: dict[str, Any] = {"question_id": question_id, "of_channel": channel}
    found = connection.execute(_SELECT_FAILED, wanted).first()
    if found is None:
        return False
    connection.execute(_RESET_QUESTION, wanted | {"go_on_now": go_on})
    connection.execute(_DELETE_FILES, {"old": found.answer_turn_id})
    connection.execute(_DELETE_TURN, {"old": found.answer_turn_id})
    return True
