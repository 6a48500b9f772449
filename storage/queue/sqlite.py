"""The queue of questions on SQLite.

See `enqueue.py` for storing a message, `leases.py` for claims, `finish.py` for the end of a
question, and `journal.py` for what is recorded in between.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from sqlalchemy import Connection, bindparam, delete, func, not_, select

from bot.domain.conversation import IncomingMessage
from bot.domain.files import FileRef
from bot.domain.questions import EnqueueResult, Outcome, Question, QueueStats
from storage.engine.sqlite import Database
from storage.queue.enqueue import enqueue
from storage.queue.finish import Delivery, retry, write_delivery
from storage.queue.leases import claim_next, release_all, renew_leases, requeue
from storage.schema import events, files, questions

T = TypeVar("T")

LEASE_SECONDS = 30.0
# A delivery is written with another transaction if one comes within this time.
MAX_FLUSH_DELAY_SECONDS = 5.0
# Slack redelivers an event for about six minutes.
_EVENT_RETENTION_SECONDS = 24 * 3600.0

_DELETE_OLD_EVENTS = delete(events).where(events.c.seen_at < bindparam("before"))
_SELECT_UNDELIVERED_PICTURES = (
    select(files.c.sha256)
    .join(questions, questions.c.answer_turn_id == files.c.turn_id)
    .where(not_(questions.c.shown))
)
_SELECT_STATS = (
    select(questions.c.state, func.count(), func.min(questions.c.stored_at))
    .where(not_(questions.c.shown))
    .group_by(questions.c.state)
)


class SqliteQuestionQueue:
    """Implements `bot.domain.stores.QuestionQueue`. `owner` names this process in its claims."""

    def __init__(
        self,
        database: Database,
        *,
        owner: str,
        lease_seconds: float = LEASE_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._owner = owner
        self._lease_seconds = lease_seconds
        self._clock = clock
        self._deliveries: dict[tuple[int, int], Delivery] = {}  # not written yet

    async def enqueue(self, message: IncomingMessage, *, claim: bool) -> EnqueueResult | Question:
        now = self._clock()
        until = now + self._lease_seconds if claim else None
        return await self._write_with_deliveries(
            lambda c: enqueue(c, message, self._owner, now=now, claimed_until=until)
        )

    async def claim(self, *, skip: Collection[str] = ()) -> Question | None:
        now = self._clock()
        until = now + self._lease_seconds
        return await self._write_with_deliveries(
            lambda c: claim_next(c, self._owner, now=now, claimed_until=until, skip=skip)
        )

    async def renew(self, ids: Collection[int]) -> int:
        now = self._clock()

        def renew_own(connection: Connection) -> int:
            return renew_leases(
                connection, self._owner, ids, now=now, lease_seconds=self._lease_seconds
            )

        if any(
            now - delivery.delivered_at >= MAX_FLUSH_DELAY_SECONDS
            for delivery in self._deliveries.values()
        ):
            return await self._write_with_deliveries(renew_own)
        return await self._database.write(renew_own)

    async def requeue(
        self, question: Question, *, delay_seconds: float = 0, counts_as_attempt: bool
    ) -> None:
        due_at = self._clock() + delay_seconds if delay_seconds else 0.0
        await self._write_with_deliveries(
            lambda c: requeue(
                c, question, self._owner, due_at=due_at, counts_as_attempt=counts_as_attempt
            )
        )

    def mark_delivered(
        self,
        question: Question,
        outcome: Outcome,
        files: Sequence[FileRef] = (),
        messages: Sequence[str] = (),
    ) -> None:
        delivery = Delivery(question, outcome, tuple(files), tuple(messages), self._clock())
        self._deliveries[question.id, question.claims] = delivery

    async def flush(self) -> None:
        if self._deliveries:
            await self._write_with_deliveries(lambda _: None)

    async def retry(self, question_id: int, channel: str, *, go_on: bool = False) -> bool:
        return await self._write_with_deliveries(
            lambda c: retry(c, question_id, channel, go_on=go_on)
        )

    async def recover_expired(self) -> int:
        parameters = {"before": self._clock() - _EVENT_RETENTION_SECONDS}

        def recover(connection: Connection) -> int:
            connection.execute(_DELETE_OLD_EVENTS, parameters)
            return release_all(connection)

        return await self._write_with_deliveries(recover)

    async def read_stats(self) -> QueueStats:
        rows = await self._database.read(lambda c: c.execute(_SELECT_STATS).all())
        oldest = min((row[2] for row in rows), default=None)
        age = 0.0 if oldest is None else max(0.0, self._clock() - oldest)
        return QueueStats({row[0]: row[1] for row in rows}, age)

    async def list_undelivered_pictures(self) -> set[str]:
        return await self._database.read(
            lambda c: set(c.scalars(_SELECT_UNDELIVERED_PICTURES).all())
        )

    async def _write_with_deliveries(self, body: Callable[[Connection], T]) -> T:
        """Write the noted deliveries and run `body`, in one transaction."""
        deliveries = dict(self._deliveries)

        def write_all(connection: Connection) -> T:
            for delivery in deliveries.values():
                write_delivery(connection, delivery, self._owner)
            return body(connection)

        result = await self._database.write(write_all)
        for key, delivery in deliveries.items():
            if self._deliveries.get(key) is delivery:
                del self._deliveries[key]
        return result
