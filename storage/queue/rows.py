"""Read a question's row, and check that a claim still holds. Shared by the whole queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, select

from bot.domain.conversation import Person, Thread
from bot.domain.files import FileRef
from bot.domain.questions import Answer, Ending, Outcome, Question
from storage.engine.dialects import insert, match_listed
from storage.engine.prepared import PreparedStatement
from storage.pictures.rows import read_presses
from storage.rows import build_thread_key, read_files
from storage.schema import questions, reply_messages, turns

# What a question is before its answer: it is asked again from there.
UNANSWERED: Mapping[str, object] = {
    "state": "stored",
    "outcome": "",
    "note": "",
    "answer_turn_id": None,
    "shown": False,
    "begun_at": None,
    "settled_at": None,
    "shown_at": None,
    "attempt": 0,
    "stop_asked": False,
    "reask_at": None,
    "kept": "",
}

# The number of claims distinguishes this claim from earlier ones of the same owner.
IS_OWN_CLAIM = and_(
    questions.c.id == bindparam("question_id"),
    questions.c.claimed_by == bindparam("owner"),
    questions.c.claims == bindparam("of_claims"),
)
# As `Thread` takes them.
READ_THREAD = (questions.c.team, questions.c.channel, questions.c.root)
_ADD_MESSAGE = PreparedStatement(
    insert(reply_messages).on_conflict_do_nothing(),
    columns=("question_id", "ts", "team", "channel", "root"),
)
_SELECT_TEXTS = select(
    turns.c.id, turns.c.text, turns.c.about_ts, turns.c.place, turns.c.user
).where(match_listed(turns.c.id, "turn_ids"))
_SELECT_MESSAGES = (
    select(reply_messages.c.question_id, reply_messages.c.ts)
    .where(match_listed(reply_messages.c.question_id, "ids"))
    .order_by(reply_messages.c.ts)
)


def build_claim_key(question: Question, owner: str) -> dict[str, Any]:
    """Return the parameters of `IS_OWN_CLAIM`."""
    return {"question_id": question.id, "owner": owner, "of_claims": question.claims}


def read_questions(connection: Connection, rows: Sequence[Row[Any]]) -> list[Question]:
    """Return the claimed questions of `rows`, which have all columns of `questions`.

    They come with their files, the messages of their replies and their answers, as far as these
    exist.
    """
    turn_ids = [i for row in rows for i in (row.turn_id, row.answer_turn_id) if i is not None]
    if not turn_ids:
        return []
    found = connection.execute(_SELECT_TEXTS, {"turn_ids": turn_ids}).all()
    texts: dict[int, str] = {row.id: row.text for row in found}
    quoted = {row.id: row.about_ts for row in found if row.about_ts}
    refs = read_files(connection, turn_ids)
    messages = _read_messages(connection, [row.id for row in rows if row.claims > 1])
    places = {row.id: row.place for row in found}
    authors = {row.id: row.user for row in found}
    presses = read_presses(connection, rows)
    for row in rows:
        if row.id in presses:
            quoted.pop(row.turn_id, None)  # it only goes where that message goes
    return [
        replace(
            _build_question(row, texts, refs, messages, quoted),
            asked_at=places[row.turn_id] if places.get(row.turn_id, row.ts) != row.ts else "",
            pressed=presses.get(row.id),
            author=authors[row.turn_id] if authors.get(row.turn_id, row.user) != row.user else "",
        )
        for row in rows
    ]


def _read_messages(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    messages: dict[int, list[str]] = {}
    if ids:
        for row in connection.execute(_SELECT_MESSAGES, {"ids": ids}):
            messages.setdefault(row.question_id, []).append(row.ts)
    return messages


def _build_question(
    row: Row[Any],
    texts: Mapping[int, str],
    refs: Mapping[int, tuple[FileRef, ...]],
    messages: Mapping[int, Sequence[str]],
    quoted: Mapping[int, str],
) -> Question:
    """`quoted` has the ts of the message that a turn quotes."""
    answer = None
    if row.state == "settled":
        answer = Answer(
            text=texts.get(row.answer_turn_id, ""),
            note=row.note,
            outcome=Outcome(row.outcome),
            files=refs.get(row.answer_turn_id, ()),
            took_along=row.back_reference == "taken",
            ending=Ending(row.ending),
        )
    return Question(
        id=row.id,
        thread=Thread(row.team, row.channel, row.root),
        ts=row.ts,
        asker=Person(row.user, row.user_team),
        text=texts.get(row.turn_id, ""),
        files=refs.get(row.turn_id, ()),
        attempt=row.attempt,
        claims=row.claims,
        messages=tuple(messages.get(row.id, ())),
        answer=answer,
        stored_at=row.stored_at,
        go_on=row.go_on,
        crashes=row.crashes,
        is_isolated=row.is_isolated,
        is_apart=row.back_reference == "apart",
        is_from_menu=row.turn_id in quoted and row.back_reference != "apart",
        version=row.version,
        is_stopped=row.stop_asked,
        is_regeneration=bool(row.kept),
        about_ts=quoted.get(row.turn_id, ""),
    )


def add_messages(connection: Connection, question: Question, messages: Sequence[str]) -> None:
    """Record that these messages belong to the question's reply."""
    key = build_thread_key(question.thread)
    for ts in messages:
        _ADD_MESSAGE.count_changed(connection, {**key, "question_id": question.id, "ts": ts})
