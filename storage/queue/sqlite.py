"""Questions from stored to shown, on SQLite: claims, leases, order. What a put merges and what
is noted of an answer stand beside, in `arrivals.py` and `journal.py`."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from bot.domain.conversation import IncomingMessage
from bot.domain.files import FileRef
from bot.domain.questions import EnqueueResult, Outcome, Question, QueueStats
from storage.engine.sqlite import Database
from storage.queue.enqueue import enqueue
from storage.queue.finish import Delivery, retry, write_delivery
from storage.queue.rows import IS_OWN_CLAIM, build_claim_key, read_question
from storage.schema import events, files, questions

T = TypeVar("T")

LEASE_SECONDS = 30.0
# That an answer is shown goes with somebody else's transaction, if one comes within this time.
MAX_FLUSH_DELAY_SECONDS = 5.0
# Longer than anything is put back for: a due time beyond it comes from a clock that was wrong.
_MAX_WAIT_SECONDS = 3600.0
# Slack redelivers for some six minutes.
_EVENT_RETENTION_SECONDS = 24 * 3600.0

_other_questions = questions.alias("other")
_IS_BLOCKED = exists().where(
    and_(
        _other_questions.c.team == questions.c.team,
        _other_questions.c.channel == questions.c.channel,
        _other_questions.c.root == questions.c.root,
        not_(_other_questions.c.shown),
        _other_questions.c.id != questions.c.id,
        or_(
            _other_questions.c.claimed_by != "",
            tuple_(_other_questions.c.ts, _other_questions.c.id)
            < tuple_(questions.c.ts, questions.c.id),
        ),
    )
)
_IS_DUE = or_(
    questions.c.due_at <= bindparam("now"),
    questions.c.due_at > bindparam("now") + _MAX_WAIT_SECONDS,
)
_SELECT_NEXT = (
    select(questions.c.id)
    .where(
        not_(questions.c.shown),
        questions.c.claimed_by == "",
        _IS_DUE,
        questions.c.user.not_in(bindparam("skip", expanding=True)),
        ~_IS_BLOCKED,
    )
    .order_by(questions.c.ts, questions.c.id)
    .limit(1)
)
_CLAIM = (
    update(questions)
    .where(questions.c.id == _SELECT_NEXT.scalar_subquery())
    .values(
        state=case((questions.c.state == "settled", "settled"), else_="claimed"),
        claimed_by=bindparam("owner"),
        claimed_until=bindparam("until"),
        attempt=questions.c.attempt + 1,
        claims=questions.c.claims + 1,
    )
    .returning(*questions.c)
)
_RELEASED_VALUES = {
    "state": case((questions.c.state == "settled", "settled"), else_="stored"),
    "claimed_by": "",
}
_REQUEUE = (
    update(questions)
    .where(IS_OWN_CLAIM)
    .values(
        due_at=bindparam("due"),
        attempt=questions.c.attempt - bindparam("uncounted"),
        **_RELEASED_VALUES,
    )
)
_RENEW = (
    update(questions)
    .where(
        questions.c.id.in_(bindparam("ids", expanding=True)),
        questions.c.claimed_by == bindparam("owner"),
        questions.c.claimed_until < bindparam("soon"),
    )
    .values(claimed_until=bindparam("until"))
)
_RELEASE_EXPIRED = (
    update(questions)
    .where(
        questions.c.claimed_by != "",
        questions.c.claimed_until < bindparam("now"),
        questions.c.id.not_in(bindparam("ids", expanding=True)),
    )
    .values(**_RELEASED_VALUES)
)
_RELEASE_ALL = (
    update(questions).where(not_(questions.c.shown)).values(due_at=0.0, **_RELEASED_VALUES)
)
_COUNT_OPEN = select(func.count()).where(not_(questions.c.shown))
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
    """Implements `bot.domain.ports.Inbox`. `owner` names this process in its claims."""

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
        self._deliveries: dict[tuple[int, int], Delivery] = {}  # to be written with what comes next

    async def enqueue(self, message: IncomingMessage, *, claim: bool) -> EnqueueResult | Question:
        now = self._clock()
        until = now + self._lease_seconds if claim else None
        return await self._write_with_deliveries(
            lambda c: enqueue(c, message, self._owner, now=now, claimed_until=until)
        )

    async def claim(self, *, skip: Collection[str] = ()) -> Question | None:
        now = self._clock()
        wanted = {
            "now": now, "until": now + self._lease_seconds, "owner": self._owner, "skip": list(skip)
        }  # fmt: skip

        def claim_next(connection: Connection) -> Question | None:
            row = connection.execute(_CLAIM, wanted).first()
            return None if row is None else read_question(connection, row)

        return await self._write_with_deliveries(claim_next)

    async def renew(self, ids: Collection[int]) -> int:
        now = self._clock()
        values = {
            "ids": list(ids),
            "owner": self._owner,
            "now": now,
            "until": now + self._lease_seconds,
            # Most answers are given before their lease needs to be renewed even once.
            "soon": now + self._lease_seconds * 2 / 3,
        }

        def renew_leases(connection: Connection) -> int:
            if ids:
                connection.execute(_RENEW, values)
            return int(connection.execute(_RELEASE_EXPIRED, values).rowcount)

        if any(
            now - mark.delivered_at >= MAX_FLUSH_DELAY_SECONDS for mark in self._deliveries.values()
        ):
            return await self._write_with_deliveries(renew_leases)
        return await self._database.write(renew_leases)

    async def flush(self) -> None:
        if self._deliveries:
            await self._write_with_deliveries(lambda _: None)

    async def requeue(
        self, question: Question, *, delay_seconds: float = 0, counts_as_attempt: bool
    ) -> None:
        back = build_claim_key(question, self._owner) | {
            "due": self._clock() + delay_seconds if delay_seconds else 0.0,
            "uncounted": 0 if counts_as_attempt else 1,
        }
        await self._write_with_deliveries(lambda c: c.execute(_REQUEUE, back).close())

    def mark_delivered(
        self,
        question: Question,
        outcome: Outcome,
        files: Sequence[FileRef] = (),
        messages: Sequence[str] = (),
    ) -> None:
        mark = Delivery(question, outcome, tuple(files), tuple(messages), self._clock())
        self._deliveries[question.id, question.claims] = mark

    async def retry(self, question_id: int, channel: str, *, go_on: bool = False) -> bool:
        return await self._write_with_deliveries(
            lambda c: retry(c, question_id, channel, go_on=go_on)
        )

    async def recover_expired(self) -> int:
        def release_claims(connection: Connection) -> int:
            connection.execute(_RELEASE_ALL)
            connection.execute(
                _DELETE_OLD_EVENTS, {"before": self._clock() - _EVENT_RETENTION_SECONDS}
            )
            return connection.scalar(_COUNT_OPEN) or 0

        return await self._write_with_deliveries(release_claims)

    async def stats(self) -> QueueStats:
        rows = await self._database.read(lambda c: c.execute(_SELECT_STATS).all())
        oldest = min((row[2] for row in rows), default=None)
        age = 0.0 if oldest is None else max(0.0, self._clock() - oldest)
        return QueueStats({row[0]: row[1] for row in rows}, age)

    async def list_undelivered_pictures(self) -> set[str]:
        return await self._database.read(
            lambda c: set(c.scalars(_SELECT_UNDELIVERED_PICTURES).all())
        )

    async def _write_with_deliveries(self, body: Callable[[Connection], T]) -> T:
        """Run `body` after writing what has been shown meanwhile."""
        marks = dict(self._deliveries)

        def write_all(connection: Connection) -> T:
            for mark in marks.values():
                write_delivery(connection, mark, self._owner)
            return body(connection)

        result = await self._database.write(write_all)
        for key, mark in marks.items():
            if self._deliveries.get(key) is mark:
                del self._deliveries[key]
        return result
