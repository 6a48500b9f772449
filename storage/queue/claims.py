"""Claim questions: which of them are due, and for how many there is room.

`leases.py` renews and releases claims.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    tuple_,
    update,
)

from bot.domain.questions import (
    MAX_DELAY_SECONDS,
    SUSPECT_CRASHES,
    ClaimedBatch,
    ClaimLimits,
    QueueStats,
    SuspectLane,
)
from storage.engine.dialects import match_listed
from storage.engine.prepared import PreparedStatement
from storage.queue.rows import read_questions
from storage.schema import questions

# Written out, because SQLite takes a partial index only for a condition without parameters.
_NO_PROCESS: ColumnElement[str] = literal_column("''")
IS_UNCLAIMED = and_(not_(questions.c.shown), questions.c.claimed_by == _NO_PROCESS)
IS_CLAIMED = questions.c.claimed_by != _NO_PROCESS
IS_OF_OWNER = and_(IS_CLAIMED, questions.c.claimed_by == bindparam("owner"))
IS_SUSPECT = questions.c.crashes >= literal_column(str(SUSPECT_CRASHES), Integer)
# It is answered while no other suspect is. One that is to stop is not answered: it only ends.
IS_APART = and_(IS_SUSPECT, not_(questions.c.stop_asked))

_other_questions = questions.alias("other")
# One question of a thread at a time, in the order of their ts.
IS_BLOCKED = exists().where(
    and_(
        _other_questions.c.team == questions.c.team,
        _other_questions.c.channel == questions.c.channel,
        _other_questions.c.root == questions.c.root,
        not_(_other_questions.c.shown),
        _other_questions.c.id != questions.c.id,
        or_(
            _other_questions.c.claimed_by != _NO_PROCESS,
            tuple_(_other_questions.c.ts, _other_questions.c.id)
            < tuple_(questions.c.ts, questions.c.id),
        ),
    )
)
IS_DUE = or_(
    questions.c.due_at <= bindparam("now"),
    questions.c.due_at > bindparam("now") + MAX_DELAY_SECONDS,
)
_SELECT_NEXT = (
    select(questions.c.id, questions.c.user)
    .where(
        IS_UNCLAIMED,
        IS_DUE,
        not_(IS_APART),
        not_(match_listed(questions.c.user, "skip")),
        ~IS_BLOCKED,
    )
    .order_by(questions.c.ts, questions.c.id)
    .limit(bindparam("places"))
)
# The one with the fewest crashes comes first: who has ended the process again waits for the rest.
_SELECT_SUSPECT = (
    select(questions.c.id)
    .where(
        IS_UNCLAIMED,
        IS_DUE,
        IS_APART,
        or_(bindparam("takes_isolated"), not_(questions.c.is_isolated)),
        ~IS_BLOCKED,
    )
    .order_by(questions.c.crashes, questions.c.ts, questions.c.id)
    .limit(1)
)
CLAIM = (
    update(questions)
    .where(match_listed(questions.c.id, "ids"))
    .values(
        state=case((questions.c.state == "settled", "settled"), else_="claimed"),
        claimed_by=bindparam("owner"),
        claimed_until=bindparam("until"),
        # What is asked from here on is the message as it was edited. Of one that only ends, nothing
        # is asked before it has.
        reask_at=case(
            (or_(questions.c.state == "settled", questions.c.stop_asked), questions.c.reask_at),
            else_=None,
        ),
        begun_at=func.coalesce(questions.c.begun_at, bindparam("begun")),
        attempt=questions.c.attempt + 1,
        claims=questions.c.claims + 1,
        words_changed=False,
    )
    .returning(*questions.c)
)
_COUNT_CLAIMED = (
    select(
        questions.c.user,
        func.count().filter(not_(IS_SUSPECT)),
        func.count().filter(IS_SUSPECT),
    )
    .where(IS_OF_OWNER)
    .group_by(questions.c.user)
)
# The same for one person: storing a message needs no more.
_COUNT_CLAIMED_BY = PreparedStatement(
    select(
        func.count().filter(not_(IS_SUSPECT)).label("normal"),
        func.count().filter(IS_SUSPECT).label("suspects"),
        func.count()
        .filter(questions.c.user == bindparam("of_user"), not_(IS_SUSPECT))
        .label("own"),
    ).where(IS_OF_OWNER)
)
_COUNT_WAITING = select(func.count()).where(IS_UNCLAIMED)
_IS_ANY_DUE = select(true()).where(IS_UNCLAIMED, IS_DUE).limit(1)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who claims, when, until when, and how much at once."""

    owner: str
    now: float
    until: float
    limits: ClaimLimits


_SELECT_STATS = (
    select(questions.c.state, func.count(), func.min(questions.c.stored_at))
    .where(not_(questions.c.shown))
    .group_by(questions.c.state)
)


def claim_due(connection: Connection, claim: Claim, lane: SuspectLane) -> ClaimedBatch:
    """Claim the oldest due questions that are the first of their thread, as far as there is room,
    and one suspect if `lane` takes one."""
    ids, is_full = _select_next(connection, claim)
    if lane is not SuspectLane.CLOSED:
        takes_isolated = lane is SuspectLane.EMPTY
        parameters = {"now": claim.now, "takes_isolated": takes_isolated}
        ids += connection.scalars(_SELECT_SUSPECT, parameters).all()
    rows: Sequence[Row[*tuple[Any, ...]]] = ()
    if ids:
        values = {"ids": ids, "owner": claim.owner, "until": claim.until, "begun": claim.now}
        rows = sorted(connection.execute(CLAIM, values), key=lambda row: (row.ts, row.id))
    return ClaimedBatch(
        tuple(read_questions(connection, rows)),
        count_waiting(connection),
        is_full,
    )


def has_room(connection: Connection, claim: Claim, user: str) -> bool:
    """Whether one more question, of this person, may be claimed."""
    parameters = {"owner": claim.owner, "of_user": user}
    normal, suspects, own = _COUNT_CLAIMED_BY.fetch_row(connection, parameters)
    has_place = _count_left(claim.limits, normal, suspects) > 0
    return bool(has_place and own < claim.limits.per_person)


def count_waiting(connection: Connection) -> int:
    """Count the open questions that no process works on."""
    return connection.scalar(_COUNT_WAITING) or 0


def is_any_due(connection: Connection, now: float) -> bool:
    """Whether a question is due that no process works on. It may be blocked all the same."""
    return connection.scalar(_IS_ANY_DUE, {"now": now}) is not None


class _Places:
    """How many more questions the owner of `claim` may claim."""

    def __init__(self, connection: Connection, claim: Claim) -> None:
        counts = connection.execute(_COUNT_CLAIMED, {"owner": claim.owner}).all()
        self._claimed_by_user = {user: int(count) for user, count, _ in counts}
        self._per_person = claim.limits.per_person
        normal = sum(self._claimed_by_user.values())
        suspects = sum(int(count) for _, _, count in counts)
        self.left = _count_left(claim.limits, normal, suspects)

    def count_left_for(self, user: str) -> int:
        return self._per_person - self._claimed_by_user.get(user, 0)

    def take(self, user: str) -> None:
        self._claimed_by_user[user] = self._claimed_by_user.get(user, 0) + 1
        self.left -= 1

    def list_full_users(self) -> list[str]:
        return [user for user in self._claimed_by_user if self.count_left_for(user) <= 0]


def _count_left(limits: ClaimLimits, normal: int, suspects: int) -> int:
    """Count the places that are left by the questions that are claimed.

    One suspect at a time has a place of its own; after a stall there may be many.
    """
    return limits.total - normal - max(0, suspects - 1)


def _select_next(connection: Connection, claim: Claim) -> tuple[list[int], bool]:
    """Return the ids of the next questions, and whether they take the last place."""
    places = _Places(connection, claim)
    ids: list[int] = []
    while places.left > 0:
        skip = places.list_full_users()
        parameters = {"now": claim.now, "skip": skip, "places": places.left + len(ids)}
        found = [row for row in connection.execute(_SELECT_NEXT, parameters) if row.id not in ids]
        for row in found:
            if places.left > 0 and places.count_left_for(row.user) > 0:
                places.take(row.user)
                ids.append(row.id)
        if len(places.list_full_users()) == len(skip):
            break  # no one was left out: there is no more
    return ids, places.left <= 0


def read_stats(connection: Connection, now: float) -> QueueStats:
    """Count the open questions by their states, and tell how long the oldest has waited."""
    rows = connection.execute(_SELECT_STATS).all()
    age = max(0.0, now - min((row[2] for row in rows), default=now))
    return QueueStats({row[0]: row[1] for row in rows}, age)
