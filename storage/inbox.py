"""Questions from stored to settled, on SQLite. What was said stands in the history's tables."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, func, insert, select, update

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
from storage.rows import add_files, ensure_thread, files_of, of_thread, thread_key
from storage.schema import questions, threads, turns


class SqliteInbox:
    """Implements `bot.ports.Inbox`.

    One post is one question, however many events tell of it: the key is (team, channel, ts).
    """

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def put(self, message: Incoming) -> Put:
        return await self._database.write(lambda connection: self._put(connection, message))

    def _put(self, connection: Connection, message: Incoming) -> Put:
        if message.reach in (Reach.THREAD, Reach.OVERHEARD) and not _joined(connection, message):
            return Put.NOTHING
        said = Turn(Speaker.PERSON, message.ts, message.text, message.sender.id, message.files)
        now = self._clock()
        turn_id = insert_turn(connection, message.thread, said, now=now)
        if turn_id is None:
            return _merge(connection, message)
        if message.reach is Reach.OVERHEARD:
            return Put.NOTHING
        starts_thread = message.ts == message.thread.root
        ensure_thread(connection, message.thread, earlier_kept=starts_thread)
        connection.execute(
            update(threads)
            .where(of_thread(threads, message.thread), threads.c.joined.is_(False))
            .values(joined=True)
        )
        row = thread_key(message.thread) | {
            "turn_id": turn_id,
            "event_id": message.event_id,
            "ts": message.ts,
            "user_team": message.sender.team,
            "state": "stored",
            "attempt": 0,
            "outcome": "",
            "stored_at": now,
        }
        connection.execute(insert(questions), row)
        return Put.NEW

    async def claim(self) -> Question | None:
        return await self._database.write(_claim)

    async def settle(self, question: Question, outcome: Outcome, answer: Answered) -> None:
        now = self._clock()

        def body(connection: Connection) -> None:
            closed = connection.execute(
                update(questions)
                .where(questions.c.id == question.id, questions.c.state == "claimed")
                .values(state="settled", outcome=outcome.value, settled_at=now)
            )
            if closed.rowcount != 1:
                return
            turn_id = None
            if answer.text or answer.files:
                said = Turn(
                    Speaker.EASEL, answer.reply_ts or question.ts, answer.text, "", answer.files
                )
                turn_id = insert_turn(connection, question.thread, said, now=now, place=question.ts)
            record_answer(connection, question.id, turn_id, answer)

        await self._database.write(body)

    async def put_back(self, question: Question) -> None:
        def body(connection: Connection) -> None:
            connection.execute(
                update(questions)
                .where(questions.c.id == question.id, questions.c.state == "claimed")
                .values(state="stored", attempt=questions.c.attempt - 1)
            )

        await self._database.write(body)

    async def release_all(self) -> int:
        def body(connection: Connection) -> int:
            connection.execute(
                update(questions).where(questions.c.state == "claimed").values(state="stored")
            )
            waiting = select(func.count()).where(questions.c.state == "stored")
            return connection.scalar(waiting) or 0

        return await self._database.write(body)


def _claim(connection: Connection) -> Question | None:
    busy = questions.alias("busy")
    same_thread = and_(
        busy.c.state == "claimed",
        busy.c.team == questions.c.team,
        busy.c.channel == questions.c.channel,
        busy.c.root == questions.c.root,
    )
    next_one = (
        select(questions.c.id)
        .where(questions.c.state == "stored", ~exists().where(same_thread))
        .order_by(questions.c.ts, questions.c.id)
        .limit(1)
    )
    row = connection.execute(
        update(questions)
        .where(questions.c.id == next_one.scalar_subquery())
        .values(state="claimed", attempt=questions.c.attempt + 1)
        .returning(*questions.c)
    ).first()
    return None if row is None else _question(connection, row)


def _question(connection: Connection, row: Row[Any]) -> Question:
    said = connection.execute(
        select(turns.c.user, turns.c.text).where(turns.c.id == row.turn_id)
    ).one()
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
    turn_id = connection.scalar(
        select(turns.c.id).where(
            of_thread(turns, message.thread),
            turns.c.ts == message.ts,
            turns.c.speaker == Speaker.PERSON.value,
        )
    )
    if turn_id is None or not message.files or files_of(connection, [turn_id]):
        return Put.NOTHING
    add_files(connection, turn_id, message.files)
    state = connection.scalar(select(questions.c.state).where(questions.c.turn_id == turn_id))
    return Put.CHANGED if state in ("stored", "claimed") else Put.NOTHING


def _joined(connection: Connection, message: Incoming) -> bool:
    return bool(
        connection.scalar(select(threads.c.joined).where(of_thread(threads, message.thread)))
    )
