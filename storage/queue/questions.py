"""The queue of questions.

See `enqueue.py` for storing a message, `claims.py` for what is claimed when, `leases.py` for how
long a claim holds, `finish.py` for the end of a question, and `journal.py` for what is recorded in
between.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from functools import partial

from sqlalchemy import Connection, bindparam, delete

from bot.domain.conversation import IncomingMessage, Thread
from bot.domain.files import FileRef
from bot.domain.questions import (
    ASKERS_OWN_SECONDS,
    ClaimedBatch,
    ClaimLimits,
    ClaimRefusal,
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
from storage.engine.dialects import is_postgresql
from storage.jobs.dispatch import schedule_thread
from storage.presses.rights import RightsRule
from storage.queue.ask_apart import ask_apart
from storage.queue.claims import Claim, claim_due, count_waiting, is_any_due, read_stats
from storage.queue.enqueue import enqueue
from storage.queue.finish import Delivery, list_undelivered_pictures, retry, write_delivery
from storage.queue.leases import (
    LeaseClock,
    has_leases_to_renew,
    make_suspects,
    recover_after_crash,
    release_all_expired,
    release_own,
    renew_leases,
    requeue,
    write_nothing_new,
)
from storage.queue.next_of_thread import claim_next, is_any_other_open
from storage.queue.recent_posts import RecentPosts, is_seen_stored
from storage.queue.takeover import list_lost, take_over
from storage.queue.troubles import add_troubles
from storage.replicas.clock import estimate_now, read_now
from storage.schema import events

# A lease is renewed when less than this part of it is left.
LEASE_SECONDS, RENEWED_PART = 30.0, 2 / 3
# Where others wait for what a process leaves behind. Each renewal renews them all, so that what
# they last is known from the time of the last one.
SHARED_LEASE_SECONDS, SHARED_RENEWED_PART = 15.0, 0.9
# A delivery is written with another transaction if one comes within this time.
MAX_FLUSH_DELAY_SECONDS = 5.0
# Where others wait for it: the next question of the thread may come in at any of them.
_SHARED_FLUSH_DELAY_SECONDS = 0.5
# Most renewals find nothing to write; but that the database takes something has to be known.
_WRITE_INTERVAL_SECONDS = 20.0
# Slack redelivers an event for about six minutes.
_EVENT_RETENTION_SECONDS = 24 * 3600.0

_DELETE_OLD_EVENTS = delete(events).where(events.c.seen_at < bindparam("before"))


class SqlQuestionQueue:
    """Implements `bot.domain.stores.questions.QuestionQueue`.

    `owner` names this process in its claims; with `is_shared`, others work on the queue. Times are
    read when a transaction has its turn: it may wait for minutes, and a lease that began before
    would have ended when it is written. Buttons are the asker's for `own_seconds`.
    """

    def __init__(
        self,
        database: Database,
        *,
        owner: str,
        lease_seconds: float = LEASE_SECONDS,
        own_seconds: float = ASKERS_OWN_SECONDS,
        clock: Callable[[], float] = time.time,
        is_shared: bool = False,
    ) -> None:
        self._database = database
        self._owner = owner
        self._lease_seconds = lease_seconds
        self._renewed_part = SHARED_RENEWED_PART if is_shared else RENEWED_PART
        self._rights = RightsRule(own_seconds, clock)
        self._clock = clock
        self._renewed_at = 0.0
        self._seen_commits = database.commits
        # Where others work on the queue, a transaction that writes takes locks.
        self._recent_posts = RecentPosts() if is_shared else None

    @property
    def has_room(self) -> bool:
        return self._database.has_room

    async def enqueue(
        self, message: IncomingMessage, *, claim: ClaimLimits | None
    ) -> EnqueueResult | Question:
        def store(connection: Connection) -> EnqueueResult | Question:
            make_claim = None if claim is None else partial(self._build_claim, claim)
            now = estimate_now(connection, self._clock)
            return enqueue(connection, message, now=now, make_claim=make_claim)

        if self._recent_posts is None:
            return await self._database.write_in_time(store)
        was_stored = await self._recent_posts.wait_until_stored(message)
        if was_stored and await is_seen_stored(self._database, message):
            return EnqueueResult.DUPLICATE
        with self._recent_posts.store(message):
            return await self._database.write_in_time(store)

    async def claim(
        self, limits: ClaimLimits, lane: SuspectLane = SuspectLane.EMPTY
    ) -> ClaimedBatch:
        return await self._database.write(
            lambda c: claim_due(c, self._build_claim(limits, read_now(c, self._clock)), lane)
        )

    async def claim_next(
        self, thread: Thread, limits: ClaimLimits, lane: SuspectLane
    ) -> Question | ClaimRefusal:
        def claim(connection: Connection) -> Question | ClaimRefusal:
            make_claim = partial(self._build_claim, limits)
            return claim_next(connection, thread, make_claim, lane)

        return await self._database.write(claim)

    async def is_any_other_open(self, thread: Thread, but: int) -> bool:
        return await self._database.read(lambda c: is_any_other_open(c, thread, but))

    async def schedule(self, thread: Thread) -> None:
        await self._database.write(lambda c: schedule_thread(c, thread))

    async def count_waiting(self) -> int:
        return await self._database.read(count_waiting)

    async def is_any_due(self) -> bool:
        return await self._database.read(lambda c: is_any_due(c, estimate_now(c, self._clock)))

    async def renew(self, ids: Collection[int], *, takes_others: bool = True) -> int:
        if self._recent_posts is None and self._database.commits != self._seen_commits:
            # The database has taken something since: that is known without a write for it.
            self._renewed_at, self._seen_commits = self._clock(), self._database.commits
        is_write_due = abs(self._clock() - self._renewed_at) >= _WRITE_INTERVAL_SECONDS
        if not is_write_due and not await self._database.read_first(
            lambda c: has_leases_to_renew(c, self._owner, ids, self._build_lease_clock(c))
        ):
            return 0

        def write_leases(connection: Connection) -> int | None:
            clock = self._build_lease_clock(connection)
            renew_leases(connection, self._owner, ids, clock)
            if is_write_due:
                write_nothing_new(connection)
            if is_postgresql(connection):
                return None
            return release_all_expired(connection, self._owner, ids, clock)

        count = await self._database.write_first(write_leases)
        self._renewed_at = self._clock()
        if count is None:
            parts = self._database, self._owner, ids, self._clock
            count = await take_over(*parts, takes_others=takes_others)
        return count

    async def list_lost(self, ids: Collection[int]) -> list[int]:
        return await self._database.read_first(lambda c: list_lost(c, self._owner, ids))

    async def requeue(
        self, question: Question, *, delay_seconds: float = 0, counts_as_attempt: bool
    ) -> None:
        def release(connection: Connection) -> None:
            now = read_now(connection, self._clock)
            times = now, now + delay_seconds if delay_seconds else 0.0
            counted = counts_as_attempt
            requeue(connection, question, self._owner, times=times, counts_as_attempt=counted)

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
        deleted: Sequence[str] = (),
        *,
        why: str = "",
    ) -> None:
        marked_at = self._clock()

        def write(connection: Connection) -> None:
            at = estimate_now(connection, self._clock) - (self._clock() - marked_at)
            shown = tuple(files), tuple(messages), tuple(deleted)
            delivery = Delivery(question, at, outcome, *shown, why=why)
            write_delivery(connection, delivery, self._owner)

        is_shared = self._recent_posts is not None
        delay = _SHARED_FLUSH_DELAY_SECONDS if is_shared else MAX_FLUSH_DELAY_SECONDS
        self._database.defer(write, within_seconds=delay)

    def note_troubles(self, question: Question, troubles: Sequence[Trouble]) -> None:
        if troubles:
            self._database.defer(
                lambda c: add_troubles(c, question.id, troubles),
                within_seconds=MAX_FLUSH_DELAY_SECONDS,
            )

    async def flush(self) -> None:
        await self._database.flush()

    async def retry(
        self, question_id: int, channel: str, presser: Presser, *, go_on: bool = False
    ) -> PressResult:
        return await self._database.write(
            lambda c: retry(
                c, question_id, channel, presser, go_on=go_on, rights=self._rights.build(c)
            )
        )

    async def ask_apart(self, question_id: int, channel: str, presser: Presser) -> PressResult:
        return await self._database.write(
            lambda c: ask_apart(c, question_id, channel, presser, self._rights.build(c))
        )

    async def recover_expired(self, *, has_stalled: bool = False) -> int:
        def recover(connection: Connection) -> int:
            now = estimate_now(connection, self._clock)
            connection.execute(_DELETE_OLD_EVENTS, {"before": now - _EVENT_RETENTION_SECONDS})
            if is_postgresql(connection):
                return 0  # others may work on what is claimed: see `takeover.py`
            return recover_after_crash(connection, now=now, has_stalled=has_stalled)

        return await self._database.write(recover)

    async def read_stats(self) -> QueueStats:
        return await self._database.read(lambda c: read_stats(c, estimate_now(c, self._clock)))

    async def list_undelivered_pictures(self) -> set[str]:
        return await self._database.read(list_undelivered_pictures)

    def _build_claim(self, limits: ClaimLimits, shared_now: float) -> Claim:
        now = shared_now if self._clock is time.time else self._clock()
        return Claim(self._owner, now, now + self._lease_seconds, limits)

    def _build_lease_clock(self, connection: Connection) -> LeaseClock:
        now = read_now(connection, self._clock)
        return LeaseClock(now, self._lease_seconds, renewed_part=self._renewed_part)
