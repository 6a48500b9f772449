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

from bot.domain.conversation import Incoming
from bot.domain.files import FileRef
from bot.domain.questions import Census, Outcome, Put, Question
from storage.engine.sqlite import Database
from storage.queue.enqueue import put
from storage.queue.finish import Shown, reopen, write_shown
from storage.queue.rows import MINE, claim_key, read_question
from storage.schema import events, files, questions

T = TypeVar("T")

LEASE_SECONDS = 30.0
# That an answer is shown goes with somebody else's transaction, if one comes within this time.
FLUSH_SECONDS = 5.0
# Longer than anything is put back for: a due time beyond it comes from a clock that was wrong.
_LONGEST_WAIT = 3600.0
# Slack redelivers for some six minutes.
_EVENTS_KEPT = 24 * 3600.0

_other = questions.alias("other")
_IN_ITS_WAY = exists().where(
    and_(
        _other.c.team == questions.c.team,
        _other.c.channel == questions.c.channel,
        _other.c.root == questions.c.root,
        not_(_other.c.shown),
        _other.c.id != questions.c.id,
        or_(
            _other.c.claimed_by != "",
            tuple_(_other.c.ts, _other.c.id) < tuple_(questions.c.ts, questions.c.id),
        ),
    )
)
_DUE = or_(
    questions.c.due_at <= bindparam("now"), questions.c.due_at > bindparam("now") + _LONGEST_WAIT
)
_NEXT = (
    select(questions.c.id)
    .where(
        not_(questions.c.shown),
        questions.c.claimed_by == "",
        _DUE,
        questions.c.user.not_in(bindparam("skip", expanding=True)),
        ~_IN_ITS_WAY,
    )
    .order_by(questions.c.ts, questions.c.id)
    .limit(1)
)
_CLAIM = (
    update(questions)
    .where(questions.c.id == _NEXT.scalar_subquery())
    .values(
        state=case((questions.c.state == "settled", "settled"), else_="claimed"),
        claimed_by=bindparam("owner"),
        claimed_until=bindparam("until"),
        attempt=questions.c.attempt + 1,
        claims=questions.c.claims + 1,
    )
    .returning(*questions.c)
)
_FREE = {
    "state": case((questions.c.state == "settled", "settled"), else_="stored"),
    "claimed_by": "",
}
_PUT_BACK = (
    update(questions)
    .where(MINE)
    .values(due_at=bindparam("due"), attempt=questions.c.attempt - bindparam("uncounted"), **_FREE)
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
_LAPSE = (
    update(questions)
    .where(
        questions.c.claimed_by != "",
        questions.c.claimed_until < bindparam("now"),
        questions.c.id.not_in(bindparam("ids", expanding=True)),
    )
    .values(**_FREE)
)
_RELEASE = update(questions).where(not_(questions.c.shown)).values(due_at=0.0, **_FREE)
_COUNT_OPEN = select(func.count()).where(not_(questions.c.shown))
_FORGET_EVENTS = delete(events).where(events.c.seen_at < bindparam("before"))
_UNSHOWN_PICTURES = (
    select(files.c.sha256)
    .join(questions, questions.c.answer_turn_id == files.c.turn_id)
    .where(not_(questions.c.shown))
)
_CENSUS = (
    select(questions.c.state, func.count(), func.min(questions.c.stored_at))
    .where(not_(questions.c.shown))
    .group_by(questions.c.state)
)


class SqliteInbox:
    """Implements `bot.domain.ports.Inbox`. `owner` names this process in its claims."""

    def __init__(
        self,
        database: Database,
        *,
        owner: str,
        lease: float = LEASE_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._owner = owner
        self._lease = lease
        self._clock = clock
        self._shown: dict[tuple[int, int], Shown] = {}  # to be written with what comes next

    async def put(self, message: Incoming, *, take: bool) -> Put | Question:
        now = self._clock()
        until = now + self._lease if take else None
        return await self._write(lambda c: put(c, message, self._owner, now=now, until=until))

    async def claim(self, *, skip: Collection[str] = ()) -> Question | None:
        now = self._clock()
        wanted = {
            "now": now, "until": now + self._lease, "owner": self._owner, "skip": list(skip)
        }  # fmt: skip

        def body(connection: Connection) -> Question | None:
            row = connection.execute(_CLAIM, wanted).first()
            return None if row is None else read_question(connection, row)

        return await self._write(body)

    async def renew(self, ids: Collection[int]) -> int:
        now = self._clock()
        values = {
            "ids": list(ids),
            "owner": self._owner,
            "now": now,
            "until": now + self._lease,
            # Most answers are given before their lease needs to be renewed even once.
            "soon": now + self._lease * 2 / 3,
        }

        def body(connection: Connection) -> int:
            if ids:
                connection.execute(_RENEW, values)
            return int(connection.execute(_LAPSE, values).rowcount)

        if any(now - mark.at >= FLUSH_SECONDS for mark in self._shown.values()):
            return await self._write(body)
        return await self._database.write(body)

    async def flush(self) -> None:
        if self._shown:
            await self._write(lambda _: None)

    async def put_back(self, question: Question, *, after: float = 0, counts: bool) -> None:
        back = claim_key(question, self._owner) | {
            "due": self._clock() + after if after else 0.0,
            "uncounted": 0 if counts else 1,
        }
        await self._write(lambda c: c.execute(_PUT_BACK, back).close())

    def shown(
        self,
        question: Question,
        outcome: Outcome,
        files: Sequence[FileRef] = (),
        messages: Sequence[str] = (),
    ) -> None:
        mark = Shown(question, outcome, tuple(files), tuple(messages), self._clock())
        self._shown[question.id, question.claims] = mark

    async def reopen(self, question_id: int, channel: str, *, go_on: bool = False) -> bool:
        return await self._write(lambda c: reopen(c, question_id, channel, go_on=go_on))

    async def release_all(self) -> int:
        def body(connection: Connection) -> int:
            connection.execute(_RELEASE)
            connection.execute(_FORGET_EVENTS, {"before": self._clock() - _EVENTS_KEPT})
            return connection.scalar(_COUNT_OPEN) or 0

        return await self._write(body)

    async def census(self) -> Census:
        rows = await self._database.read(lambda c: c.execute(_CENSUS).all())
        oldest = min((row[2] for row in rows), default=None)
        age = 0.0 if oldest is None else max(0.0, self._clock() - oldest)
        return Census({row[0]: row[1] for row in rows}, age)

    async def unshown_pictures(self) -> set[str]:
        return await self._database.read(lambda c: set(c.scalars(_UNSHOWN_PICTURES).all()))

    async def _write(self, body: Callable[[Connection], T]) -> T:
        """Run `body` after writing what has been shown meanwhile."""
        marks = dict(self._shown)

        def with_marks(connection: Connection) -> T:
            for mark in marks.values():
                write_shown(connection, mark, self._owner)
            return body(connection)

        result = await self._database.write(with_marks)
        for key, mark in marks.items():
            if self._shown.get(key) is mark:
                del self._shown[key]
        return result
