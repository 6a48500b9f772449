"""Claim the next question of one thread, where several processes work on one database.

`claims.py` claims whatever is due where one process looks through the whole queue; the rules are
the same, but that a person's share counts the answers of all processes.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import (
    Connection,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
)

from bot.domain.conversation import Thread
from bot.domain.questions import SUSPECT_CRASHES, ClaimRefusal, Question, SuspectLane
from storage.engine.dialects import is_postgresql
from storage.engine.named_locks import lock_in_turn
from storage.engine.prepared import PreparedStatement
from storage.jobs.dispatch import schedule_thread
from storage.queue.claims import (
    CLAIM,
    IS_APART,
    IS_BLOCKED,
    IS_CLAIMED,
    IS_DUE,
    IS_UNCLAIMED,
    Claim,
)
from storage.queue.rows import READ_THREAD, read_questions
from storage.rows import build_thread_key, lock_thread, match_thread, name_asker_lock
from storage.schema import questions

# Of a thread in which one is being answered, that one.
_SELECT_FIRST = PreparedStatement(
    select(
        questions.c.id,
        questions.c.user,
        questions.c.is_isolated,
        IS_CLAIMED.label("is_claimed"),
        IS_DUE.label("is_due"),
        IS_APART.label("is_suspect"),
    )
    .where(match_thread(questions), not_(questions.c.shown))
    .order_by(case((IS_CLAIMED, 0), else_=1), questions.c.ts, questions.c.id)
    .limit(1)
)
_SELECT_OTHER = PreparedStatement(
    select(questions.c.id)
    .where(match_thread(questions), not_(questions.c.shown), questions.c.id != bindparam("but"))
    .limit(1)
)
# None where somebody else is changing the row, or it is shown by now.
_HOLD_FIRST = PreparedStatement(
    select(questions.c.id)
    .where(questions.c.id == bindparam("first"), not_(questions.c.shown))
    .with_for_update(read=True, skip_locked=True)
)
_of_person = questions.alias("of_person")
_COUNT_OF_PERSON = (
    select(func.count())
    .where(
        _of_person.c.claimed_by != "",
        _of_person.c.user == bindparam("of_user"),
        _of_person.c.crashes < SUSPECT_CRASHES,
    )
    .scalar_subquery()
)
# A suspect has a place of its own.
_CLAIM_FIRST = CLAIM.where(IS_UNCLAIMED, or_(IS_APART, bindparam("per_person") > _COUNT_OF_PERSON))
_SELECT_MAY_CLAIM = PreparedStatement(
    select(literal_column("1").label("may_claim")).where(
        not_(exists().where(match_thread(questions), not_(questions.c.shown))),
        not_(
            exists().where(
                _of_person.c.claimed_by == literal_column("''"),
                not_(_of_person.c.shown),
                _of_person.c.user == bindparam("of_user"),
            )
        ),
        bindparam("per_person") > _COUNT_OF_PERSON,
    )
)
_SELECT_WAITING = PreparedStatement(
    select(*READ_THREAD)
    .where(
        IS_UNCLAIMED,
        questions.c.user == bindparam("of_user"),
        IS_DUE,
        not_(IS_APART),
        not_(match_thread(questions)),
        ~IS_BLOCKED,
    )
    .order_by(questions.c.ts, questions.c.id)
    .limit(1)
)


def may_claim_at_once(connection: Connection, thread: Thread, user: str, claim: Claim) -> bool:
    """Whether a question of this person that has just come may be claimed before it is stored.

    Nothing is open in `thread` then, nothing of the person waits, and they have a place left. The
    thread and the person are locked; that this process has a place, the caller knows.
    """
    parameters = {
        **build_thread_key(thread),
        "of_user": user,
        "per_person": claim.limits.per_person,
    }
    return _SELECT_MAY_CLAIM.fetch_value(connection, parameters) is not None


def claim_next(
    connection: Connection, thread: Thread, make_claim: Callable[[float], Claim], lane: SuspectLane
) -> Question | ClaimRefusal:
    """Claim the first open question of `thread`, if it is due and has a place.

    `make_claim` gets the time by the clock that all replicas share. The lease begins when all is
    locked: where a person asks in many threads, one transaction waits for the others.
    """
    claim = make_claim(lock_thread(connection, thread))
    parameters = {**build_thread_key(thread), "now": claim.now}
    first = _SELECT_FIRST.fetch_row(connection, parameters)
    if first is not None and first.is_claimed:
        # Whoever works on it defers a job when that ends. If that is being written at this moment,
        # what waits may not have been seen there: look once more.
        if _HOLD_FIRST.fetch_row(connection, {"first": first.id}) is None:
            schedule_thread(connection, thread)
        return ClaimRefusal.NOTHING
    if first is None or not first.is_due:
        return ClaimRefusal.NOTHING  # one that is due later has its job
    if first.is_suspect and not _is_open(lane, is_isolated=first.is_isolated):
        return ClaimRefusal.SUSPECT
    if not first.is_suspect:
        claim = make_claim(lock_in_turn(connection, name_asker_lock(thread, first.user)))
    values = {
        "ids": [first.id],
        "owner": claim.owner,
        "until": claim.until,
        "begun": claim.now,
        "of_user": first.user,
        "per_person": claim.limits.per_person,
    }
    rows = connection.execute(_CLAIM_FIRST, values).all()
    if not rows:
        return ClaimRefusal.NOTHING  # the end of one of the person's answers defers a job
    return read_questions(connection, rows)[0]


def is_any_other_open(connection: Connection, thread: Thread, but: int) -> bool:
    """Whether a question of `thread` is open besides the one of the id `but`."""
    parameters = {**build_thread_key(thread), "but": but}
    return _SELECT_OTHER.fetch_value(connection, parameters) is not None


def schedule_following(
    connection: Connection, thread: Thread, user: str, *, ended: int, now: float
) -> None:
    """Have a replica look at what waits for the end of the question with the id `ended`: the next
    one of its thread, and what else waits for this person's place."""
    if not is_postgresql(connection):
        return
    if is_any_other_open(connection, thread, ended):
        schedule_thread(connection, thread)
    schedule_waiting(connection, thread, user, now=now)


def schedule_waiting(connection: Connection, thread: Thread, user: str, *, now: float) -> None:
    """Have a replica look at what else waits for this person's place: one in `thread` is free."""
    if not is_postgresql(connection):
        return
    parameters = {**build_thread_key(thread), "of_user": user, "now": now}
    row = _SELECT_WAITING.fetch_row(connection, parameters)
    if row is not None:
        schedule_thread(connection, Thread(row.team, row.channel, row.root))


def _is_open(lane: SuspectLane, *, is_isolated: bool) -> bool:
    return lane is SuspectLane.EMPTY or (lane is SuspectLane.SHARED and not is_isolated)
