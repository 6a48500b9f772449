"""What generations took: tokens and cost, as the provider reported them. Computes no prices."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.records import OpenBill
from bot.types import Answer, Began, Usage
from storage.database import Database
from storage.schema import attempts

_NANO = Decimal(1_000_000_000)
# A generation is unknown to the provider's bill for some seconds after its end.
_FIRST_LOOK_SECONDS = 10.0
# While it runs nobody has to ask: its own end brings the cost.
_RUNS_AT_MOST = 600.0
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
_PAID = _OF_GENERATION.values(cost_nano=bindparam("cost"), bill_due=None)
_LATER = _OF_GENERATION.values(bill_due=bindparam("due"), bill_tries=attempts.c.bill_tries + 1)
_RELEASE = (
    update(attempts).where(attempts.c.bill_due.is_not(None)).values(bill_due=bindparam("due"))
)


class SqliteLedger:
    """Implements `bot.ports.Ledger`."""

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

    async def look_at_all_soon(self) -> None:
        """At the start: whatever ran is over, so nothing need wait for its own end any more."""
        due = {"due": self._clock() + _FIRST_LOOK_SECONDS}
        await self._database.write(lambda c: c.execute(_RELEASE, due).close())


def record_generation(
    connection: Connection, question_id: int, began: Began, *, now: float
) -> None:
    """Keep that a request was taken, inside the caller's transaction."""
    due = now + _RUNS_AT_MOST if began.generation_id else None
    row = {
        "question_id": question_id,
        "generation_id": began.generation_id,
        "model": began.model,
        "asked_at": now,
        "bill_due": due,
    }
    connection.execute(_ADD, row)


def record_answer(connection: Connection, question_id: int, answer: Answer, *, now: float) -> None:
    """Keep what the answer took, inside the caller's transaction.

    Where its cost is not known it is to be asked for. An answer that asked nothing leaves no row.
    """
    if not answer.generation_id and answer.usage is None:
        return
    values = _taken(answer, now)
    wanted = {"of_question": question_id, "of_generation": answer.generation_id}
    if connection.execute(_COMPLETE.values(**values), wanted).rowcount == 0:
        key = {"question_id": question_id, "generation_id": answer.generation_id, "asked_at": now}
        connection.execute(_ADD, key | values)


def nano(cost: Decimal) -> int:
    """US dollars as the whole number of 1e-9 dollars that is stored."""
    return int((cost * _NANO).to_integral_value())


def dollars(nano: int) -> Decimal:
    """The US dollars of a stored number."""
    return Decimal(nano) / _NANO


def _taken(answer: Answer, now: float) -> dict[str, Any]:
    usage = answer.usage or Usage()
    unknown = usage.cost is None and answer.generation_id
    return {
        "model": answer.model,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cached_tokens": usage.cached_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "image_tokens": usage.image_tokens,
        "cost_nano": None if usage.cost is None else nano(usage.cost),
        "bill_due": now + _FIRST_LOOK_SECONDS if unknown else None,
    }
