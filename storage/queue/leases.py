"""The statements of claims: claim the next question, renew leases, release claims."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    exists,
    func,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from bot.domain.questions import Question
from storage.queue.rows import IS_OWN_CLAIM, build_claim_key, read_question
from storage.schema import questions

# No question is requeued for longer: a later due time was set while the clock was wrong.
_MAX_DELAY_SECONDS = 3600.0

_other_questions = questions.alias("other")
# One question of a thread at a time, in the order of their ts.
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
    questions.c.due_at > bindparam("now") + _MAX_DELAY_SECONDS,
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


def claim_next(
    connection: Connection,
    owner: str,
    *,
    now: float,
    claimed_until: float,
    skip: Collection[str],
) -> Question | None:
    """Claim the oldest due question that is the first of its thread, or return None.

    Skip the questions of the people whose ids are in `skip`.
    """
    parameters = {"now": now, "until": claimed_until, "owner": owner, "skip": list(skip)}
    row = connection.execute(_CLAIM, parameters).first()
    return None if row is None else read_question(connection, row)


def renew_leases(
    connection: Connection, owner: str, ids: Collection[int], *, now: float, lease_seconds: float
) -> int:
    """Renew the leases of `ids` and release all other expired claims; return their number."""
    parameters = {
        "ids": list(ids),
        "owner": owner,
        "now": now,
        "until": now + lease_seconds,
        # Most questions are answered before their lease has to be renewed even once.
        "soon": now + lease_seconds * 2 / 3,
    }
    if ids:
        connection.execute(_RENEW, parameters)
    return int(connection.execute(_RELEASE_EXPIRED, parameters).rowcount)


def requeue(
    connection: Connection,
    question: Question,
    owner: str,
    *,
    due_at: float,
    counts_as_attempt: bool,
) -> None:
    """Release a claim, unless it no longer holds; the question is due again at `due_at`."""
    key = build_claim_key(question, owner)
    values = {"due": due_at, "uncounted": 0 if counts_as_attempt else 1}
    connection.execute(_REQUEUE, key | values)


def release_all(connection: Connection) -> int:
    """Release every claim and make every question due; return how many are open."""
    connection.execute(_RELEASE_ALL)
    return connection.scalar(_COUNT_OPEN) or 0
