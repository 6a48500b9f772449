"""The queue of questions on SQLite.

See `enqueue.py` for storing a message, `claims.py` for what is claimed when, `leases.py` for how
long a claim holds, `finish.py` for the end of a question, and `journal.py` for what is recorded in
between.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence

from sqlalchemy import Connection, bindparam, delete, func, not_, select

from bot.domain.conversation import IncomingMessage
from bot.domain.files import FileRef
from bot.domain.questions import (
    ClaimedBatch,
    ClaimLimits,
    EnqueueResult,
    Outcome,
    Presser,
    PressResult,
    Question,
    QueueStats,
    SuspectLane,
    Trouble,
)
from storage.engine.database import Database
from storage.queue.ask_apart import ask_apart
from storage.queue.claims import Claim, claim_due, is_any_due
from storage.queue.enqueue import enqueue
from storage.queue.finish import Delivery, retry, write_delivery
from storage.queue.leases import (
    LeaseClock,
    has_leases_to_renew,
    make_suspects,
    recover_after_crash,
    release_own,
    renew_leases,
    requeue,
    write_nothing_new,
)
from storage.queue.troubles import add_troubles
from storage.schema import events, files, questions

LEASE_SECONDS = 30.0
# A delivery is written with another transaction if one comes within this time.
MAX_FLUSH_DELAY_SECONDS = 5.0
# Most renewals find nothing to write; but that the database takes something has to be known.
_WRITE_INTERVAL_SECONDS = 20.0
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


class SqlQuestionQueue:
    """Implements `bot.domain.stores.questions.QuestionQueue`.

    `owner` names this process in its claims. Times are read when a transaction has its turn: it may
    wait for minutes, and a lease that began before would have ended when it is written.
    """

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
        self._renewed_at = 0.0

    async def enqueue(
        self, message: IncomingMessage, *, claim: ClaimLimits | None
    ) -> EnqueueResult | Question:
        def store(connection: Connection) -> EnqueueResult | Question:
            now = self._clock()
            wanted = None if claim is None else self._build_claim(claim, now)
            return enqueue(connection, message, now=now, claim=wanted)

        return await self._database.write(store)

    async def claim(
        self, limits: ClaimLimits, lane: SuspectLane = SuspectLane.EMPTY
    ) -> ClaimedBatch:
        return await self._database.write(
            lambda c: claim_due(c, self._build_claim(limits, self._clock()), lane)
        )

    async def is_any_due(self) -> bool:
        return await self._database.read(lambda c: is_any_due(c, self._clock()))

    async def renew(self, ids: Collection[int]) -> int:
        is_write_due = abs(self._clock() - self._renewed_at) >= _WRITE_INTERVAL_SECONDS
        if not is_write_due and not await self._database.read(
            lambda c: has_leases_to_renew(c, self._owner, ids, self._build_lease_clock())
        ):
            return 0

        def write_leases(connection: Connection) -> int:
            count = renew_leases(connection, self._owner, ids, self._build_lease_clock())
            if is_write_due:
                write_nothing_new(connection)
            return count

        count = await self._database.write(write_leases)
        self._renewed_at = self._clock()
        return count

    async def requeue(
        self, question: Question, *, delay_seconds: float = 0, counts_as_attempt: bool
    ) -> None:
        def release(connection: Connection) -> None:
            due_at = self._clock() + delay_seconds if delay_seconds else 0.0
            requeue(
                connection,
                question,
                self._owner,
                due_at=due_at,
                counts_as_attempt=counts_as_attempt,
            )

        await self._database.write(release)

    async def release_claims(self) -> None:
        await self._database.write(lambda c: release_own(c, self._owner))

    async def make_suspects(self, ids: Collection[int]) -> None:
        await self._database.write(lambda c: make_suspects(c, self._owner, ids))

    def mark_delivered(
        self,
        question: Question,
        outcome: Outcome,
        files: Sequence[FileRef] = (),
        messages: Sequence[str] = (),
    ) -> None:
        delivery = Delivery(question, self._clock(), outcome, tuple(files), tuple(messages))
        self._database.defer(
            lambda c: write_delivery(c, delivery, self._owner),
            within_seconds=MAX_FLUSH_DELAY_SECONDS,
        )

    def note_troubles(self, question: Question, troubles: Sequence[Trouble]) -> None:
        if troubles:
            self._database.defer(
                lambda c: add_troubles(c, question.id, troubles),
                within_seconds=MAX_FLUSH_DELAY_SECONDS,
            )

    async def flush(self) -> None:
        if self._database.has_deferred:
            await self._database.write(lambda _: None)

    async def retry(
        self, question_id: int, channel: str, presser: Presser, *, go_on: bool = False
    ) -> PressResult:
        return await self._database.write(
            lambda c: retry(c, question_id, channel, presser, go_on=go_on, now=self._clock())
        )

    async def ask_apart(self, question_id: int, channel: str, presser: Presser) -> PressResult:
        return await self._database.write(
            lambda c: ask_apart(c, question_id, channel, presser, now=self._clock())
        )

    async def recover_expired(self, *, has_stalled: bool = False) -> int:
        def recover(connection: Connection) -> int:
            now = self._clock()
            connection.execute(_DELETE_OLD_EVENTS, {"before": now - _EVENT_RETENTION_SECONDS})
            return recover_after_crash(connection, now=now, has_stalled=has_stalled)

        return await self._database.write(recover)

    async def read_stats(self) -> QueueStats:
        rows = await self._database.read(lambda c: c.execute(_SELECT_STATS).all())
        oldest = min((row[2] for row in rows), default=None)
        age = 0.0 if oldest is None else max(0.0, self._clock() - oldest)
        return QueueStats({row[0]: row[1] for row in rows}, age)

    async def list_undelivered_pictures(self) -> set[str]:
        return await self._database.read(
            lambda c: set(c.scalars(_SELECT_UNDELIVERED_PICTURES).all())
        )

    def _build_claim(self, limits: ClaimLimits, now: float) -> Claim:
        return Claim(self._owner, now, now + self._lease_seconds, limits)

    def _build_lease_clock(self) -> LeaseClock:
        return LeaseClock(self._clock(), self._lease_seconds)
