"""What requests to models took: tokens and cost, by whom and where. Computes no prices."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.domain.costs import Account, Attempt, OpenBill, Purpose
from bot.domain.llm import Began, Usage
from storage.engine.sqlite import Database
from storage.schema import attempts, reservations

_NANO = Decimal(1_000_000_000)
# A generation is unknown to the provider's bill for some seconds after its end.
_FIRST_LOOK_SECONDS = 10.0
# While it runs nobody has to ask: its own end brings the cost.
_RUNS_AT_MOST = 600.0
# Only this provider can be asked what a generation cost.
_TELLS_BILLS = "openrouter"
# A note that the store took late may come after the answer itself.
_ADD = insert(attempts).on_conflict_do_nothing()
_COMPLETE = update(attempts).where(
    attempts.c.question_id == bindparam("of_question"),
    attempts.c.generation_id == bindparam("of_generation"),
)
_OPEN = (
    select(attempts.c.generation_id, attempts.c.bill_tries)
    .where(attempts.c.bill_due.is_not(None), attempts.c.bill_due <= bindparam("now"))
    .order_by(attempts.c.bill_due)
    .limit(bindparam("most"))
)
_OF_GENERATION = update(attempts).where(attempts.c.generation_id == bindparam("of_generation"))
_PAID = _OF_GENERATION.values(cost_nano=bindparam("cost"), estimated=False, bill_due=None)
_LATER = _OF_GENERATION.values(bill_due=bindparam("due"), bill_tries=attempts.c.bill_tries + 1)
_RELEASE = (
    update(attempts).where(attempts.c.bill_due.is_not(None)).values(bill_due=bindparam("due"))
)
_FREE = delete(reservations).where(reservations.c.question_id == bindparam("of_question"))
_FREE_ONE = delete(reservations).where(
    reservations.c.id
    == select(func.min(reservations.c.id))
    .where(reservations.c.question_id == bindparam("of_question"))
    .scalar_subquery()
)
_FREE_ALL = delete(reservations)


class SqliteLedger:
    """Implements `bot.domain.ports.Ledger`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def open_bills(self, limit: int) -> list[OpenBill]:
        wanted = {"now": self._clock(), "most": limit}
        rows = await self._database.read(lambda c: c.execute(_OPEN, wanted).all())
        return [OpenBill(row.generation_id, row.bill_tries) for row in rows]

    async def note_cost(self, generation_id: str, cost: Decimal) -> None:
        paid = {"of_generation": generation_id, "cost": nano(cost)}
        await self._database.write(lambda c: c.execute(_PAID, paid).close())

    async def ask_later(self, bill: OpenBill, *, after: float | None) -> None:
        due = None if after is None else self._clock() + after
        later = {"of_generation": bill.generation_id, "due": due}
        await self._database.write(lambda c: c.execute(_LATER, later).close())

    async def note_begun(
        self, account: Account, began: Began, worst: Decimal, purpose: Purpose
    ) -> None:
        """Keep that a request was taken which belongs to no answer."""
        now = self._clock()
        await self._database.write(
            lambda c: record_generation(c, account, began, worst=worst, now=now, purpose=purpose)
        )

    async def record(self, account: Account, attempt: Attempt) -> None:
        """Keep a request that belongs to no answer, as a whole."""
        now = self._clock()
        await self._database.write(lambda c: record_attempts(c, account, [attempt], now=now))

    async def look_at_all_soon(self) -> None:
        """At the start: whatever ran is over, so nothing need wait for its own end any more."""
        due = {"due": self._clock() + _FIRST_LOOK_SECONDS}

        def body(connection: Connection) -> None:
            connection.execute(_RELEASE, due)
            # What a request may have cost that was taken is with its row; the rest was not taken.
            connection.execute(_FREE_ALL)

        await self._database.write(body)


def record_generation(
    connection: Connection,
    account: Account,
    began: Began,
    *,
    worst: Decimal,
    now: float,
    purpose: Purpose = Purpose.ANSWER,
) -> None:
    """Keep that a request was taken and may cost `worst`, inside the caller's transaction."""
    row = {
        **_whose(account),
        "generation_id": began.generation_id,
        "provider": began.provider,
        "model": began.model,
        "outcome": "begun",
        "purpose": purpose.value,
        "asked_at": now,
        "worst_nano": nano(worst),
        "bill_due": now + _RUNS_AT_MOST if _can_be_asked(began) else None,
    }
    if began.generation_id:
        connection.execute(_ADD, row)
        # What was reserved for it is counted with its row from here on; others of the same question
        # may not have begun yet.
        connection.execute(_FREE_ONE, {"of_question": account.question})


def record_attempts(
    connection: Connection, account: Account, made: Sequence[Attempt], *, now: float
) -> None:
    """Keep what the requests of an answer took, inside the caller's transaction, and free what was
    reserved for it."""
    for attempt in made:
        values = _taken(attempt, now)
        wanted = {"of_question": account.question, "of_generation": attempt.generation_id}
        known = attempt.generation_id and account.question is not None
        if known and connection.execute(_COMPLETE.values(**values), wanted).rowcount:
            continue
        key = {**_whose(account), "generation_id": attempt.generation_id}
        connection.execute(_ADD, key | values | {"asked_at": attempt.asked_at or now})
    if account.question is not None:
        connection.execute(_FREE, {"of_question": account.question})


def nano(cost: Decimal) -> int:
    """US dollars as the whole number of 1e-9 dollars that is stored."""
    return int((cost * _NANO).to_integral_value())


def dollars(nano: int) -> Decimal:
    """The US dollars of a stored number."""
    return Decimal(nano) / _NANO


def _whose(account: Account) -> dict[str, Any]:
    return {
        "question_id": account.question,
        "team": account.team,
        "channel": account.channel,
        "user": account.user,
    }


def _can_be_asked(began: Began | Attempt) -> bool:
    return bool(began.generation_id) and began.provider in ("", _TELLS_BILLS)


def _taken(attempt: Attempt, now: float) -> dict[str, Any]:
    usage = attempt.usage or Usage()
    open_bill = (attempt.cost is None or attempt.estimated) and _can_be_asked(attempt)
    return {
        "provider": attempt.provider,
        "model": attempt.model,
        "purpose": Purpose(attempt.purpose).value,
        "outcome": attempt.outcome,
        "first_ms": _milliseconds(attempt.first_s),
        "took_ms": _milliseconds(attempt.took_s),
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cached_tokens": usage.cached_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "image_tokens": usage.image_tokens,
        "cost_nano": None if attempt.cost is None else nano(attempt.cost),
        "estimated": attempt.estimated,
        "price": attempt.price,
        "bill_due": now + _FIRST_LOOK_SECONDS if open_bill else None,
    }


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
