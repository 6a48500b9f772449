"""Questions from stored to settled, on SQLite. What was said stands in the history's tables."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from bot.types import (
    Answered,
    Incoming,
    Outcome,
    Person,
    Put,
    Question,
    Reach,
    Speaker,
    Thread,
    Turn,
)
from storage.database import Database
from storage.history import insert_turn
from storage.ledger import record_answer
from storage.rows import add_files, files_of, of_thread, thread_key
from storage.schema import questions, threads, turns

_JOINED = select(threads.c.joined).where(of_thread(threads))
_JOIN = (
    insert_or(threads)
    .values(joined=True, earlier_kept=bindparam("starts_thread"))
    .on_conflict_do_update(index_elements=["team", "channel", "root"], set_={"joined": True})
)
_ADD = insert(questions).values(outcome="").returning(questions.c.id)
_OPEN = select(questions.c.id).where(of_thread(questions), questions.c.state != "settled").limit(1)
_SAID = select(turns.c.user, turns.c.text).where(turns.c.id == bindparam("turn_id"))
_KEPT = select(turns.c.id).where(
    of_thread(turns), turns.c.ts == bindparam("ts"), turns.c.speaker == Speaker.PERSON.value
)
_STATE = select(questions.c.state).where(questions.c.turn_id == bindparam("of_turn"))
_busy = questions.alias("busy")
_THREAD_IS_BUSY = exists().where(
    and_(
        _busy.c.state == "claimed",
        _busy.c.team == questions.c.team,
        _busy.c.channel == questions.c.channel,
        _busy.c.root == questions.c.root,
    )
)
_NEXT = (
    select(questions.c.id)
    .where(questions.c.state == "stored", ~_THREAD_IS_BUSY)
    .order_by(questions.c.ts, questions.c.id)
    .limit(1)
)
_CLAIM = (
    update(questions)
    .where(questions.c.id == _NEXT.scalar_subquery())
    .values(state="claimed", attempt=questions.c.attempt + 1)
    .returning(*questions.c)
)
_mine = and_(questions.c.id == bindparam("question_id"), questions.c.state == "claimed")
_SETTLE = (
    update(questions)
    .where(_mine)
    .values(state="settled", outcome=bindparam("ended"), settled_at=bindparam("now"))
)
_PUT_BACK = update(questions).where(_mine).values(state="stored", attempt=questions.c.attempt - 1)
_RELEASE = update(questions).where(questions.c.state == "claimed").values(state="stored")
_WAITING = select(func.count()).where(questions.c.state == "stored")


class SqliteInbox:
    """Implements `bot.ports.Inbox`.

    One post is one question, however many events tell of it: the key is (team, channel, ts).
    """

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def put(self, message: Incoming, *, take: bool) -> Put | Question:
        return await self._database.write(lambda connection: self._put(connection, message, take))

    def _put(self, connection: Connection, message: Incoming, take: bool) -> Put | Question:  # noqa: FBT001
        key = thread_key(message.thread)
        follows = message.reach in (Reach.THREAD, Reach.OVERHEARD)
        if follows and not connection.scalar(_JOINED, key):
            return Put.NOTHING
        said = Turn(Speaker.PERSON, message.ts, message.text, message.sender.id, message.files)
        now = self._clock()
        turn_id = insert_turn(connection, message.thread, said, now=now)
        if turn_id is None:
            return _merge(connection, message)
        if message.reach is Reach.OVERHEARD:
            return Put.NOTHING
        connection.execute(_JOIN, {**key, "starts_thread": message.ts == message.thread.root})
        take = take and connection.scalar(_OPEN, key) is None
        row = {
            "turn_id": turn_id,
            "event_id": message.event_id,
            "ts": message.ts,
            "user_team": message.sender.team,
            "state": "claimed" if take else "stored",
            "attempt": 1 if take else 0,
            "stored_at": now,
        }
        number: int = connection.execute(_ADD, {**key, **row}).scalar_one()
        return _taken(number, message) if take else Put.NEW

    async def claim(self) -> Question | None:
        return await self._database.write(_claim)

    async def settle(self, question: Question, outcome: Outcome, answer: Answered) -> None:
        now = self._clock()
        ended = {"question_id": question.id, "ended": outcome.value, "now": now}

        def body(connection: Connection) -> None:
            if connection.execute(_SETTLE, ended).rowcount != 1:
                return
            turn_id = None
            if answer.text or answer.files:
                ts = answer.reply_ts or question.ts
                said = Turn(Speaker.EASEL, ts, answer.text, "", answer.files)
                turn_id = insert_turn(connection, question.thread, said, now=now, place=question.ts)
            record_answer(connection, question.id, turn_id, answer)

        await self._database.write(body)

    async def put_back(self, question: Question) -> None:
        mine = {"question_id": question.id}
        await self._database.write(lambda c: c.execute(_PUT_BACK, mine).close())

    async def release_all(self) -> int:
        def body(connection: Connection) -> int:
            connection.execute(_RELEASE)
            return connection.scalar(_WAITING) or 0

        return await self._database.write(body)


def _taken(number: int, message: Incoming) -> Question:
    return Question(number, message.thread, message.ts, message.sender, message.text, message.files)


def _claim(connection: Connection) -> Question | None:
    row = connection.execute(_CLAIM).first()
    return None if row is None else _question(connection, row)


def _question(connection: Connection, row: Row[Any]) -> Question:
    said = connection.execute(_SAID, {"turn_id": row.turn_id}).one()
    return Question(
        id=row.id,
        thread=Thread(row.team, row.channel, row.root),
        ts=row.ts,
        asker=Person(said.user, row.user_team),
        text=said.text,
        files=files_of(connection, [row.turn_id]).get(row.turn_id, ()),
        attempt=row.attempt,
    )


def _merge(connection: Connection, message: Incoming) -> Put:
    """Add what a second view of a kept post brings: files the first did not carry."""
    if not message.files:
        return Put.NOTHING
    turn_id = connection.scalar(_KEPT, {**thread_key(message.thread), "ts": message.ts})
    if turn_id is None or files_of(connection, [turn_id]):
        return Put.NOTHING
    add_files(connection, turn_id, message.files)
    state = connection.scalar(_STATE, {"of_turn": turn_id})
    return Put.CHANGED if state in ("stored", "claimed") else Put.NOTHING
