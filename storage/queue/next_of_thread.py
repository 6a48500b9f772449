"""Claim the next question of one thread, where several processes work on one database.

`claims.py` claims whatever is due where one process looks through the whole queue; the rules are
the same, but that a person's share counts the answers of all processes.
"""

from __future__ import annotations

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
    IS_BLOCKED,
    IS_CLAIMED,
    IS_DUE,
    IS_SUSPECT,
    IS_UNCLAIMED,
    Claim,
)
from storage.queue.rows import READ_THREAD, read_questions
from storage.rows import build_thread_key, match_thread, name_asker_lock
from storage.schema import questions

# Of a thread in which one is being answered, that one.
_SELECT_FIRST = PreparedStatement(
    select(
        questions.c.id,
        questions.c.user,
        questions.c.is_isolated,
        IS_CLAIMED.label("is_claimed"),
        IS_DUE.label("is_due"),
        IS_SUSPECT.label("is_suspect"),
    )
    .where(match_thread(questions), not_(questions.c.shown))
    .order_by(case((IS_CLAIMED, 0), else_=1), questions.c.ts, questions.c.id)
    .limit(1)
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
_CLAIM_FIRST = CLAIM.where(
    IS_UNCLAIMED, or_(IS_SUSPECT, bindparam("per_person") > _COUNT_OF_PERSON)
)
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
        not_(IS_SUSPECT),
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
    connection: Connection, thread: Thread, claim: Claim, lane: SuspectLane
) -> Question | ClaimRefusal:
    """Claim the first open question of `thread`, which is locked, if it is due and has a place."""
    parameters = {**build_thread_key(thread), "now": claim.now}
    first = _SELECT_FIRST.fetch_row(connection, parameters)
    if first is None or first.is_claimed or not first.is_due:
        # Whoever works on it defers a job when that ends; one that is due later has its job.
        return ClaimRefusal.NOTHING
    if first.is_suspect and not _is_open(lane, is_isolated=first.is_isolated):
        return ClaimRefusal.SUSPECT
    if not first.is_suspect:
        lock_in_turn(connection, name_asker_lock(thread, first.user))
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
