"""The questions that people wait for, and the messages that tell them so.

Implements `bot.delivery.sign_sender.WaitingQuestions`. See `leases.py` for who works on a question.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, not_, select, update

from bot.delivery.sign_sender import MAX_OPEN_QUESTIONS
from bot.domain.conversation import Person, Thread
from bot.domain.questions import OpenQuestion, Outcome
from storage.engine.database import Database
from storage.engine.dialects import greatest, insert, is_postgresql
from storage.replicas.clock import read_now
from storage.rows import build_thread_key
from storage.schema import questions, reply_messages, turns

_MAX_TEXT_CHARS = 2_000

_last_message = (
    select(func.max(reply_messages.c.ts))
    .where(reply_messages.c.question_id == questions.c.id)
    .scalar_subquery()
)
# The beginning shows in which language the person writes.
_text = (
    select(func.substr(turns.c.text, 1, _MAX_TEXT_CHARS))
    .where(turns.c.id == questions.c.turn_id)
    .scalar_subquery()
)
_SELECT_OPEN = (
    select(questions, _last_message.label("last_message"), _text.label("text"))
    .where(not_(questions.c.shown))
    .order_by(questions.c.ts, questions.c.id)
    .limit(MAX_OPEN_QUESTIONS)
)
# A question whose earlier answer stays gets none: its messages show that answer.
_IS_WAITING = (
    questions.c.id == bindparam("question_id"),
    not_(questions.c.shown),
    questions.c.claimed_by == "",
    questions.c.kept == "",
)
# Only an attempt that is not the first looks for messages that are not recorded.
_PREPARE = update(questions).where(*_IS_WAITING).values(claims=greatest(questions.c.claims, 1))
_SELECT_WAITING = select(questions.c.id).where(*_IS_WAITING)
_SELECT_UNANSWERED = select(questions.c.id).where(
    questions.c.id == bindparam("question_id"),
    questions.c.shown,
    questions.c.outcome.in_([Outcome.FAILED.value, Outcome.STOPPED.value]),
)
_SELECT_MESSAGE = select(reply_messages.c.ts).where(
    reply_messages.c.question_id == bindparam("question_id"),
    reply_messages.c.ts == bindparam("ts"),
)
_ADD_MESSAGE = insert(reply_messages).on_conflict_do_nothing()


class SqlWaitingQuestions:
    """The open questions of one database, as the replica `owner` sees them.

    A claim of another whose lease has ended is no one's.
    """

    def __init__(
        self, database: Database, *, owner: str = "", clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._owner = owner
        self._clock = clock

    async def list_open(self) -> list[OpenQuestion]:
        def read(connection: Connection) -> list[OpenQuestion]:
            rows = connection.execute(_SELECT_OPEN).all()
            is_shared = bool(self._owner) and is_postgresql(connection)
            now = read_now(connection, self._clock) if is_shared else 0.0
            return [
                _read_open_question(row, is_elsewhere=is_shared and self._is_elsewhere(row, now))
                for row in rows
            ]

        return await self._database.read(read)

    def _is_elsewhere(self, row: Row[Any], now: float) -> bool:
        return row.claimed_by not in ("", self._owner) and row.claimed_until >= now

    async def prepare_sign(self, question_id: int) -> bool:
        key = {"question_id": question_id}
        return await self._database.write(lambda c: c.execute(_PREPARE, key).rowcount == 1)

    async def record_sign(self, question: OpenQuestion, ts: str) -> bool:
        def add_message(connection: Connection) -> bool:
            key = {"question_id": question.id}
            if connection.scalar(_SELECT_MESSAGE, {**key, "ts": ts}) is not None:
                return True  # an attempt has found it, and made it its own
            if connection.scalar(_SELECT_WAITING, key) is None:
                return False
            connection.execute(_ADD_MESSAGE, {**build_thread_key(question.thread), **key, "ts": ts})
            return True

        return await self._database.write(add_message)

    async def is_closed_unanswered(self, question_id: int) -> bool:
        key = {"question_id": question_id}
        return await self._database.read(lambda c: c.scalar(_SELECT_UNANSWERED, key)) is not None


def _read_open_question(row: Row[Any], *, is_elsewhere: bool) -> OpenQuestion:
    return OpenQuestion(
        id=row.id,
        thread=Thread(row.team, row.channel, row.root),
        ts=row.ts,
        asker=Person(row.user, row.user_team),
        is_claimed=row.claimed_by != "",
        was_claimed=row.claimed_until > 0,  # not `claims`, which `_PREPARE` raises as well
        is_settled=row.state == "settled",
        last_message=row.last_message or "",
        text=row.text or "",
        is_elsewhere=is_elsewhere,
    )
