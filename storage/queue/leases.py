"""Renew and release claims, and charge crashes to the questions that may have caused them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, not_, or_, select, update

from bot.domain.conversation import Thread
from bot.domain.questions import MAX_CRASHES, SUSPECT_CRASHES, Question, Trouble, TroubleKind
from storage.engine.dialects import greatest, is_postgresql, match_listed
from storage.jobs.dispatch import schedule_thread
from storage.queue.claims import IS_CLAIMED, IS_OF_OWNER, IS_SUSPECT
from storage.queue.finish import take_back_charges
from storage.queue.next_of_thread import schedule_waiting
from storage.queue.rows import IS_OWN_CLAIM, READ_THREAD, build_claim_key
from storage.queue.troubles import add_troubles
from storage.schema import questions

RELEASED_VALUES = {
    "state": case((questions.c.state == "settled", "settled"), else_="stored"),
    "claimed_by": "",
}
_REQUEUE = (
    update(questions)
    .where(IS_OWN_CLAIM)
    .values(
        due_at=greatest(bindparam("due"), func.coalesce(questions.c.reask_at, 0.0)),
        attempt=questions.c.attempt - bindparam("uncounted"),
        **RELEASED_VALUES,
    )
    .returning(*READ_THREAD, questions.c.due_at)
)
_IS_OWN = and_(IS_OF_OWNER, match_listed(questions.c.id, "ids"))
_NEEDS_RENEWAL = and_(_IS_OWN, questions.c.claimed_until < bindparam("soon"))
IS_EXPIRED = and_(
    IS_CLAIMED,
    questions.c.claimed_until < bindparam("now"),
    not_(match_listed(questions.c.id, "ids")),
)
_COUNT_FOR_RENEWAL = select(func.count()).where(or_(_NEEDS_RENEWAL, IS_EXPIRED), IS_CLAIMED)
_RENEW = update(questions).where(_NEEDS_RENEWAL).values(claimed_until=bindparam("until"))
_RELEASE_EXPIRED = update(questions).where(IS_EXPIRED).values(**RELEASED_VALUES)
_RELEASE_OWN = (
    update(questions)
    .where(IS_OF_OWNER)
    .values(attempt=questions.c.attempt - 1, **RELEASED_VALUES)
    .returning(*READ_THREAD)
)
_RELEASE_ALL = (
    update(questions)
    .where(not_(questions.c.shown))
    .values(
        due_at=case((questions.c.crashes > SUSPECT_CRASHES, questions.c.due_at), else_=0.0),
        **RELEASED_VALUES,
    )
)
_COUNT_OPEN = select(func.count()).where(not_(questions.c.shown))
_SELECT_CLAIMED = select(questions.c.id, questions.c.crashes).where(IS_CLAIMED)
_CHARGE_CRASH = (
    update(questions)
    .where(match_listed(questions.c.id, "ids"))
    .values(crashes=greatest(questions.c.crashes + 1, bindparam("at_least")))
)
# How long a suspect waits after the first crash that is charged to it; after each further one it is
# twice as long. Meanwhile it shows whether the process ends without it, too.
_FIRST_WAIT_SECONDS = 10.0
_POSTPONE_SUSPECT = (
    update(questions)
    .where(questions.c.id == bindparam("suspect"))
    .values(due_at=bindparam("now") + bindparam("wait"))
)
_ISOLATE = update(questions).where(match_listed(questions.c.id, "ids")).values(is_isolated=True)
_MAKE_SUSPECT = update(questions).where(_IS_OWN, not_(IS_SUSPECT)).values(crashes=SUSPECT_CRASHES)


class LeaseClock:
    """The times that leases are judged by. Most questions need no renewal of theirs at all."""

    def __init__(self, now: float, lease_seconds: float, *, renewed_part: float = 2 / 3) -> None:
        """A lease is renewed when less than `renewed_part` of it is left."""
        self.now = now
        self.until = now + lease_seconds
        self.soon = now + lease_seconds * renewed_part


def has_leases_to_renew(
    connection: Connection, owner: str, ids: Collection[int], clock: LeaseClock
) -> bool:
    """Whether `renew_leases` would change anything."""
    parameters = _build_parameters(owner, ids, clock)
    return bool(connection.scalar(_COUNT_FOR_RENEWAL, parameters))


def renew_leases(
    connection: Connection, owner: str, ids: Collection[int], clock: LeaseClock
) -> None:
    """Renew the leases of `ids`, as far as they need it."""
    if ids:
        connection.execute(_RENEW, _build_parameters(owner, ids, clock))


def release_all_expired(
    connection: Connection, owner: str, ids: Collection[int], clock: LeaseClock
) -> int:
    """Release every expired claim but those of `ids`; return their number.

    For one process on its own: see `takeover.py` for several.
    """
    return int(connection.execute(_RELEASE_EXPIRED, _build_parameters(owner, ids, clock)).rowcount)


def write_nothing_new(connection: Connection) -> None:
    """Write a page as it is. An update that finds no row writes none, so it succeeds on a full
    disk, too."""
    if is_postgresql(connection):
        return  # its log takes a page with every commit
    version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    connection.exec_driver_sql(f"PRAGMA user_version = {version}")


def requeue(
    connection: Connection,
    question: Question,
    owner: str,
    *,
    times: tuple[float, float],
    counts_as_attempt: bool,
) -> None:
    """Release a claim, unless it no longer holds. `times` are now, and when it is due again."""
    now, due_at = times
    key = build_claim_key(question, owner)
    values = {"due": due_at, "uncounted": 0 if counts_as_attempt else 1}
    row = connection.execute(_REQUEUE, key | values).first()
    if row is not None:
        schedule_thread(connection, Thread(*row[:3]), row.due_at)
        schedule_waiting(connection, question.thread, question.asker.id, now=now)


def release_own(connection: Connection, owner: str) -> None:
    """Release every claim of `owner`, as if its attempts had not been made."""
    for row in connection.execute(_RELEASE_OWN, {"owner": owner}).all():
        schedule_thread(connection, Thread(*row))


def make_suspects(connection: Connection, owner: str, ids: Collection[int]) -> None:
    """Make the claimed questions `ids` suspects, unless one of them is a suspect already."""
    claimed = connection.execute(_SELECT_CLAIMED.where(IS_OF_OWNER), {"owner": owner})
    if any(row.crashes >= SUSPECT_CRASHES for row in claimed):
        return
    connection.execute(_MAKE_SUSPECT, {"owner": owner, "ids": list(ids)})


def recover_after_crash(connection: Connection, *, now: float, has_stalled: bool) -> int:
    """Charge the crash, release every claim, make questions due; return how many are open.

    `has_stalled`: the event loop had stopped turning before the process ended.
    """
    claimed = connection.execute(_SELECT_CLAIMED).all()
    charge_crash(connection, claimed, now=now, has_stalled=has_stalled)
    connection.execute(_RELEASE_ALL)
    return connection.scalar(_COUNT_OPEN) or 0


def charge_crash(
    connection: Connection, claimed: Sequence[Any], *, now: float, has_stalled: bool
) -> None:
    """Charge the end of a process to the questions that it was answering, `claimed`.

    Each question may become a suspect by it. The suspect that was being answered is charged beyond
    that, and no other question is; then it waits a while. If there were several suspects, nothing
    is proved: each of them is answered alone the next time. If there was none, the process ends
    without them, too: those that wait get a charge back.
    """
    for row in claimed:
        add_troubles(connection, row.id, [Trouble(now, TroubleKind.PROCESS_ENDED)])
    suspects = [row for row in claimed if row.crashes >= SUSPECT_CRASHES]
    others = [row.id for row in claimed if row.crashes < SUSPECT_CRASHES]
    if len(suspects) > 1:
        connection.execute(_ISOLATE, {"ids": [row.id for row in suspects]})
    elif suspects:
        _charge_suspect(connection, suspects[0].id, suspects[0].crashes, now=now)
    elif others:
        take_back_charges(connection, 1)
    if others:
        at_least = SUSPECT_CRASHES if has_stalled and not suspects else 1
        connection.execute(_CHARGE_CRASH, {"ids": others, "at_least": at_least})


def _charge_suspect(connection: Connection, suspect: int, crashes: int, *, now: float) -> None:
    connection.execute(_CHARGE_CRASH, {"ids": [suspect], "at_least": 1})
    if crashes + 1 >= MAX_CRASHES:
        return  # it is given up at once
    wait = _FIRST_WAIT_SECONDS * 2 ** (crashes - SUSPECT_CRASHES)
    connection.execute(_POSTPONE_SUSPECT, {"suspect": suspect, "now": now, "wait": wait})


def _build_parameters(owner: str, ids: Collection[int], clock: LeaseClock) -> dict[str, object]:
    return {
        "ids": list(ids),
        "owner": owner,
        "now": clock.now,
        "until": clock.until,
        "soon": clock.soon,
    }
