"""Find the answers to deleted questions that Slack still shows, and note which are offered.

An offer is noted with the deletion, or with the end of an answer that came later, so that it is
made whatever ends meanwhile; made twice where a process ends before it can note that.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, or_, select, update

from bot.domain.answers.removal import RemovalOffer, ShownAnswer
from bot.domain.conversation import Person, Speaker, Thread
from storage.engine.database import Database
from storage.queue.relevance import is_deleted
from storage.replicas.clock import estimate_now
from storage.rows import add_event, build_deletion_key, build_thread_key, has_event, match_thread
from storage.schema import events, files, questions, reply_messages, turns

# Who offers has ended by then, or has failed: it is offered again.
LEASE_SECONDS = 60.0
# Later, people do not think of what they have deleted any more.
GIVE_UP_SECONDS = 3_600.0
_MAX_DUE = 50

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
    questions.c.offer_due,
    turns.c.user.label("author"),
    turns.c.place,
    turns.c.about_ts,
).join(turns, turns.c.id == questions.c.turn_id)
_IS_SHOWN_LAST = and_(
    exists(select(reply_messages.c.ts).where(reply_messages.c.question_id == questions.c.id)),
    ~exists(
        select(_later.c.id).where(
            *(_later.c[name] == questions.c[name] for name in ("team", "channel", "root")),
            _later.c.ts > questions.c.ts,
            or_(_later.c.shown, _later.c.begun_at.is_not(None)),
        )
    ),
)
_SELECT_DELETED = _SELECT_QUESTION.add_columns(_IS_SHOWN_LAST.label("is_shown_last")).where(
    questions.c.team == bindparam("team"),
    questions.c.channel == bindparam("channel"),
    questions.c.ts == bindparam("ts"),
)
_SELECT_DUE = (
    select(questions.c.team, questions.c.channel, questions.c.ts)
    .where(questions.c.offer_due.is_not(None), questions.c.offer_due <= bindparam("now"))
    .order_by(questions.c.offer_due)
    .limit(_MAX_DUE)
)
_TAKE = (
    update(questions)
    .where(questions.c.id == bindparam("of_question"), questions.c.offer_due <= bindparam("now"))
    .values(offer_due=bindparam("now") + LEASE_SECONDS)
)
_END = update(questions).where(questions.c.id == bindparam("of_question")).values(offer_due=None)
_SELECT_EVENT_TIME = select(events.c.seen_at).where(events.c.event_id == bindparam("event"))
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
        row = await self._database.read(lambda c: c.execute(_SELECT_DELETED, key).first())
        if row is not None and not row.shown:
            # Its end may wait to be written. If it is still being answered, its end says so.
            await self._database.flush()
            row = await self._database.read(lambda c: c.execute(_SELECT_DELETED, key).first())
        if row is None or row.offer_due is None:
            return None

        def take(connection: Connection) -> bool:
            return _take(connection, row, estimate_now(connection, self._clock))

        if not await self._database.write(take):
            return None
        author = Person(row.author, row.user_team)
        return RemovalOffer(
            row.id, _read_thread(row), author, row.version, is_quote=row.about_ts != ""
        )

    async def end_offer(self, offer: RemovalOffer) -> None:
        def end(connection: Connection) -> None:
            now = estimate_now(connection, self._clock)
            add_event(connection, _name_offer(offer.question_id, offer.version), now=now)
            connection.execute(_END, {"of_question": offer.question_id})

        await self._database.write(end)

    async def list_due(self) -> list[tuple[str, str, str]]:
        def select_due(connection: Connection) -> list[tuple[str, str, str]]:
            now = estimate_now(connection, self._clock)
            return [tuple(row) for row in connection.execute(_SELECT_DUE, {"now": now})]

        return await self._database.read(select_due)

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


def _name_offer(question_id: int, version: int) -> str:
    return f"removal:{question_id}/{version}"


def _take(connection: Connection, row: Any, now: float) -> bool:
    """Take the offer of a question's row for a while; end it, and return False, where there is
    nothing to offer any more."""
    key = {"of_question": row.id}
    deletion = {"event": build_deletion_key(row.team, row.channel, row.ts)}
    deleted_at = connection.scalar(_SELECT_EVENT_TIME, deletion)
    is_old = deleted_at is None or abs(now - deleted_at) > GIVE_UP_SECONDS
    was_made = has_event(connection, _name_offer(row.id, row.version))
    if is_old or was_made or not row.is_shown_last:
        connection.execute(_END, key)
        return False
    return connection.execute(_TAKE, {**key, "now": now}).rowcount == 1
