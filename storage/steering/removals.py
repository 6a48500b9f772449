"""Find the answers to deleted questions that Slack still shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, bindparam, exists, or_, select

from bot.domain.answers.removal import RemovalOffer, ShownAnswer
from bot.domain.conversation import Person, Speaker, Thread
from storage.engine.database import Database
from storage.queue.relevance import is_deleted
from storage.replicas.clock import estimate_now
from storage.rows import add_event, build_thread_key, match_thread
from storage.schema import files, questions, reply_messages, turns

_later = questions.alias("later")
_SELECT_QUESTION = select(
    questions.c.id,
    questions.c.team,
    questions.c.channel,
    questions.c.root,
    questions.c.ts,
    questions.c.user,
    questions.c.user_team,
    questions.c.version,
    questions.c.shown,
    turns.c.user.label("author"),
    turns.c.place,
    turns.c.about_ts,
).join(turns, turns.c.id == questions.c.turn_id)
_SELECT_LAST = _SELECT_QUESTION.where(
    questions.c.team == bindparam("team"),
    questions.c.channel == bindparam("channel"),
    questions.c.ts == bindparam("ts"),
    exists(select(reply_messages.c.ts).where(reply_messages.c.question_id == questions.c.id)),
    ~exists(
        select(_later.c.id).where(
            *(_later.c[name] == questions.c[name] for name in ("team", "channel", "root")),
            _later.c.ts > questions.c.ts,
            or_(_later.c.shown, _later.c.begun_at.is_not(None)),
        )
    ),
)
_SELECT_ASKED = _SELECT_QUESTION.where(
    questions.c.id == bindparam("question_id"),
    questions.c.channel == bindparam("channel"),
    questions.c.shown,
)
_SELECT_MESSAGES = (
    select(reply_messages.c.ts)
    .where(reply_messages.c.question_id == bindparam("question_id"))
    .order_by(reply_messages.c.ts)
)
_SELECT_FILES = (
    select(files.c.slack_id)
    .join(turns, turns.c.id == files.c.turn_id)
    .where(
        match_thread(turns),
        turns.c.place == bindparam("place"),
        turns.c.speaker == Speaker.EASEL.value,
        files.c.slack_id != "",
        # Here they are forgotten; Slack still shows them.
        files.c.mode != "tombstone",
    )
)


class SqlRemovalStore:
    """Implements `bot.domain.stores.removals.RemovalStore`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def take_offer(self, team: str, channel: str, ts: str) -> RemovalOffer | None:
        key = {"team": team, "channel": channel, "ts": ts}
        # Most messages that people delete are no questions.
        row = await self._database.read(lambda c: c.execute(_SELECT_LAST, key).first())
        if row is not None and not row.shown:
            # Its end may wait to be written. If it is still being answered, its end says so.
            await self._database.flush()
            row = await self._database.read(lambda c: c.execute(_SELECT_LAST, key).first())
        if row is None or not row.shown:
            return None
        name = f"removal:{row.id}/{row.version}"

        def is_first(connection: Connection) -> bool:
            return add_event(connection, name, now=estimate_now(connection, self._clock))

        if not await self._database.write(is_first):
            return None
        author = Person(row.author, row.user_team)
        return RemovalOffer(
            row.id, _read_thread(row), author, row.version, is_quote=row.about_ts != ""
        )

    async def is_deleted(self, team: str, channel: str, ts: str) -> bool:
        await self._database.flush()
        return await self._database.read(lambda c: is_deleted(c, team, channel, ts))

    async def find_removable(
        self, question_id: int, channel: str, person: Person
    ) -> ShownAnswer | None:
        key = {"question_id": question_id, "channel": channel}

        def find(connection: Connection) -> ShownAnswer | None:
            row = connection.execute(_SELECT_ASKED, key).first()
            if row is None or person.id not in (row.user, row.author):
                return None
            if not is_deleted(connection, row.team, row.channel, row.ts):
                return None
            thread = _read_thread(row)
            messages = connection.scalars(_SELECT_MESSAGES, {"question_id": row.id}).all()
            place = {**build_thread_key(thread), "place": row.place}
            made = connection.scalars(_SELECT_FILES, place).all()
            return ShownAnswer(thread, tuple(messages), tuple(made))

        return await self._database.read(find)


def _read_thread(row: Any) -> Thread:
    return Thread(row.team, row.channel, row.root)
