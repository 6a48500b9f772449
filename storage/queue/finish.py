"""The end of a question, and its new beginning after a failure: shown, reopened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.domain.files import FileRef
from bot.domain.questions import Outcome, Question
from storage.queue.rows import MINE, add_messages, claim_key
from storage.rows import place_files
from storage.schema import files, questions, turns

_SHOWN = (
    update(questions)
    .where(MINE)
    .values(shown=True, claimed_by="", outcome=bindparam("ended"))
    .returning(questions.c.answer_turn_id)
)
_FAILED = (
    select(questions.c.answer_turn_id)
    .where(
        questions.c.id == bindparam("question_id"),
        questions.c.channel == bindparam("of_channel"),
        questions.c.shown,
        questions.c.outcome.in_([Outcome.FAILED.value, Outcome.ASKED_BACK.value]),
    )
    .limit(1)
)
_REOPEN = (
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
_DROP_FILES = delete(files).where(files.c.turn_id == bindparam("old"))
_DROP_TURN = delete(turns).where(turns.c.id == bindparam("old"))


@dataclass(frozen=True, slots=True)
class Shown:
    """That all of a question's answer is shown, to be written."""

    question: Question
    outcome: Outcome
    files: tuple[FileRef, ...]
    messages: tuple[str, ...]
    at: float


def write_shown(connection: Connection, mark: Shown, owner: str) -> None:
    """Close a question for good, unless the claim is somebody else's by now."""
    ended: dict[str, Any] = claim_key(mark.question, owner)
    row = connection.execute(_SHOWN, ended | {"ended": mark.outcome.value}).first()
    add_messages(connection, mark.question, mark.messages)
    if row is not None and row.answer_turn_id is not None:
        place_files(connection, row.answer_turn_id, mark.files)


def reopen(connection: Connection, question_id: int, channel: str, *, go_on: bool) -> bool:
    """Store a question of `channel` that failed as if it were new; its answer is forgotten."""
    wanted: dict[str, Any] = {"question_id": question_id, "of_channel": channel}
    found = connection.execute(_FAILED, wanted).first()
    if found is None:
        return False
    connection.execute(_REOPEN, wanted | {"go_on_now": go_on})
    connection.execute(_DROP_FILES, {"old": found.answer_turn_id})
    connection.execute(_DROP_TURN, {"old": found.answer_turn_id})
    return True
