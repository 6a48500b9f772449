"""Store what people think of answers: a row for each person and answer. Decides nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.domain.stores.feedback import MAX_WORDS_CHARS, AnswerName, Fault, Verdict
from storage.engine.database import Database
from storage.engine.named_locks import lock
from storage.feedback.schema import feedback
from storage.queue.presence import is_there

_IS_OF_PERSON = (
    feedback.c.question_id == bindparam("of_question"),
    feedback.c.version == bindparam("of_version"),
    feedback.c.user == bindparam("of_user"),
)
_SELECT_PRESS = select(feedback.c.pressed_at, feedback.c.verdict).where(*_IS_OF_PERSON)
_INSERT = insert(feedback)
_UPDATE_PRESS = (
    update(feedback)
    .where(*_IS_OF_PERSON)
    .values(
        verdict=bindparam("new_verdict"),
        reasons=bindparam("new_reasons"),
        words=bindparam("new_words"),
        pressed_at=bindparam("new_pressed_at"),
        at=bindparam("new_at"),
    )
)


class SqlFeedbackStore:
    """Implements `bot.domain.stores.feedback.FeedbackStore`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def record(
        self, answer: AnswerName, person: str, verdict: Verdict, *, pressed_at: str
    ) -> bool:
        def write(connection: Connection) -> bool:
            if not _is_there(connection, answer):
                return False
            before = _lock_press(connection, answer, person)
            # Slack gives no order, and sends a press again that it takes for lost.
            if before is None or before.pressed_at < pressed_at:
                values = {"verdict": verdict.value, "pressed_at": pressed_at}
                self._write(connection, answer, person, values, is_new=before is None)
            return True

        return await self._database.write(write)

    async def explain(
        self, answer: AnswerName, person: str, faults: tuple[Fault, ...], words: str
    ) -> bool:
        def write(connection: Connection) -> bool:
            if not _is_there(connection, answer):
                return False
            before = _lock_press(connection, answer, person)
            values = {
                "verdict": Verdict.BAD.value,
                "reasons": " ".join(fault.value for fault in faults),
                "words": words[:MAX_WORDS_CHARS],
                "pressed_at": before.pressed_at if before is not None else "",
            }
            self._write(connection, answer, person, values, is_new=before is None)
            return True

        return await self._database.write(write)

    def _write(
        self,
        connection: Connection,
        answer: AnswerName,
        person: str,
        values: Mapping[str, str],
        *,
        is_new: bool,
    ) -> None:
        key = _build_key(answer, person)
        row = {"reasons": "", "words": "", **values, "at": self._clock()}
        if is_new:
            names = {name.removeprefix("of_"): value for name, value in key.items()}
            names["question_id"] = names.pop("question")
            connection.execute(_INSERT, {**names, **row})
        else:
            connection.execute(_UPDATE_PRESS, key | {f"new_{name}": row[name] for name in row})


def _is_there(connection: Connection, answer: AnswerName) -> bool:
    return is_there(connection, answer.question_id, answer.channel, answer.version)


def _lock_press(connection: Connection, answer: AnswerName, person: str) -> Any:
    """Return the person's row, which no other transaction writes before this one has ended."""
    lock(connection, "feedback", str(answer.question_id), str(answer.version), person)
    return connection.execute(_SELECT_PRESS, _build_key(answer, person)).first()


def _build_key(answer: AnswerName, person: str) -> dict[str, Any]:
    return {
        "of_question": answer.question_id,
        "of_version": answer.version,
        "of_user": person,
    }
