"""Look up, record and count the bills of requests whose cost the provider did not report.

Each function but `count_bills` and `list_due` is a part of its caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, bindparam, case, exists, func, not_, select, text, update

from bot.domain.costs import BillCounts, CostBasis, UnbilledRequest
from storage.engine.dialects import match_listed
from storage.schema import attempts, questions

# The provider has no bill for a request until some seconds after its end.
FIRST_BILL_DELAY_SECONDS = 10.0
# The only provider whose bills can be looked up.
_PROVIDER_WITH_BILLS = "openrouter"
_SELECT_DUE = (
    select(attempts.c.generation_id, attempts.c.bill_tries, attempts.c.asked_at)
    .where(attempts.c.bill_due.is_not(None), attempts.c.bill_due <= bindparam("now"))
    .order_by(attempts.c.bill_due)
    .limit(bindparam("limit"))
)
# Literal, so that SQLite knows that the partial index serves.
_SELECT_COUNTS = (
    select(attempts.c.bill, func.count()).where(text("bill != ''")).group_by(attempts.c.bill)
)
_IS_AWAITED = and_(
    attempts.c.generation_id == bindparam("of_generation"), attempts.c.bill_due.is_not(None)
)
_RECORD_COST = (
    update(attempts)
    .where(_IS_AWAITED)
    .values(
        cost_nano=bindparam("cost"),
        estimated=False,
        basis=CostBasis.BILLED.value,
        bill="",
        bill_due=None,
    )
)
_POSTPONE = (
    update(attempts)
    .where(_IS_AWAITED)
    .values(bill="open", bill_due=bindparam("due"), bill_tries=bindparam("tries"))
)
_ASSUME_WORST = {
    "cost_nano": func.coalesce(
        attempts.c.cost_nano, attempts.c.assumed_nano, func.nullif(attempts.c.worst_nano, 0)
    ),
    "basis": func.coalesce(func.nullif(attempts.c.basis, ""), CostBasis.WORST_CASE.value),
    "estimated": True,
    "bill": "given_up",
    "bill_due": None,
}
_GIVE_UP = (
    update(attempts).where(_IS_AWAITED).values(**_ASSUME_WORST, bill_tries=bindparam("tries"))
)
_RESCHEDULE_ALL = (
    update(attempts)
    .where(attempts.c.bill_due.is_not(None))
    .values(bill="open", bill_due=bindparam("due"))
)
_RESCHEDULE_LEFT = _RESCHEDULE_ALL.where(
    match_listed(attempts.c.question_id, "questions"), attempts.c.bill == "running"
)
_GIVE_UP_INTERRUPTED = (
    update(attempts)
    .where(text("bill != ''"), attempts.c.bill == "running", attempts.c.bill_due.is_(None))
    # What could cost nothing lacks no bill.
    .values(**_ASSUME_WORST | {"bill": case((attempts.c.worst_nano > 0, "given_up"), else_="")})
)

# No request runs for longer, whichever replica has sent it.
_LONGEST_REQUEST_SECONDS = 660.0
_IS_LEFT = not_(
    exists().where(
        questions.c.id == attempts.c.question_id,
        questions.c.claimed_by != "",
        questions.c.claimed_until >= bindparam("now"),
    )
)
_GIVE_UP_LEFT = _GIVE_UP_INTERRUPTED.where(attempts.c.asked_at < bindparam("before"), _IS_LEFT)
# Summaries, which belong to no claim, have most often ended by then. To look for the bill of one
# that has not does no harm: its end brings the cost all the same.
_MIN_LEFT_SECONDS = 30.0
_RESCHEDULE_UNRECORDED = (
    update(attempts)
    .where(
        text("bill != ''"),
        attempts.c.bill == "running",
        attempts.c.bill_due > bindparam("due"),
        attempts.c.asked_at < bindparam("before"),
        _IS_LEFT,
    )
    .values(bill="open", bill_due=bindparam("due"))
)


def has_bill(provider: str, generation_id: str) -> bool:
    """Whether the cost of such a request can be looked up."""
    return bool(generation_id) and provider in ("", _PROVIDER_WITH_BILLS)


def list_due(connection: Connection, *, now: float, limit: int) -> list[UnbilledRequest]:
    """Return the requests whose bill is due to be looked up, oldest first."""
    rows = connection.execute(_SELECT_DUE, {"now": now, "limit": limit}).all()
    return [UnbilledRequest(row.generation_id, row.bill_tries, now - row.asked_at) for row in rows]


def count_bills(connection: Connection) -> BillCounts:
    """Count the ended requests whose cost is not known."""
    counts = {row[0]: row[1] for row in connection.execute(_SELECT_COUNTS)}
    return BillCounts(open=counts.get("open", 0), given_up=counts.get("given_up", 0))


def record_bill(connection: Connection, generation_id: str, nano_dollars: int) -> None:
    """Record the cost that the provider's bill says."""
    connection.execute(_RECORD_COST, {"of_generation": generation_id, "cost": nano_dollars})


def postpone_bill(
    connection: Connection, generation_id: str, tries: int, due: float | None
) -> None:
    """Look the bill up again at the time `due`; None: give it up, and book what is assumed."""
    key = {"of_generation": generation_id, "tries": tries}
    if due is None:
        connection.execute(_GIVE_UP, key)
    else:
        connection.execute(_POSTPONE, key | {"due": due})


def recover_bills(connection: Connection, *, now: float) -> None:
    """Take up what an earlier process has left: no request of it runs any more.

    A request without a bill to look up is booked with the most it can cost.
    """
    connection.execute(_GIVE_UP_INTERRUPTED)
    connection.execute(_RESCHEDULE_ALL, {"due": now + FIRST_BILL_DELAY_SECONDS})


def schedule_left(connection: Connection, question_ids: Sequence[int], *, now: float) -> None:
    """Look up soon what questions have cost whose replica has ended: it reports nothing more.

    A replica that lives after all, and only was out of reach, still records what it knows.
    """
    due = now + FIRST_BILL_DELAY_SECONDS
    connection.execute(_RESCHEDULE_LEFT, {"questions": list(question_ids), "due": due})


def recover_left(connection: Connection, *, now: float) -> None:
    """Have the bills of requests looked up whose replicas could not record their cost; book those
    that have none, in the end, with the most that each can cost.

    Those of questions that are being answered may still report their cost.
    """
    due = now + FIRST_BILL_DELAY_SECONDS
    connection.execute(
        _RESCHEDULE_UNRECORDED, {"due": due, "before": now - _MIN_LEFT_SECONDS, "now": now}
    )
    connection.execute(_GIVE_UP_LEFT, {"before": now - _LONGEST_REQUEST_SECONDS, "now": now})
