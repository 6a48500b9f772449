"""What requests to models took: tokens and cost, by whom and where. Computes no prices."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.domain.costs import CostOwner, ModelRequest, RequestPurpose, UnbilledRequest
from bot.domain.llm import ResponseStarted, Usage
from storage.engine.sqlite import Database
from storage.schema import attempts, reservations

_NANO_PER_DOLLAR = Decimal(1_000_000_000)
# A generation is unknown to the provider's bill for some seconds after its end.
_FIRST_BILL_DELAY_SECONDS = 10.0
# While it runs nobody has to ask: its own end brings the cost.
_MAX_REQUEST_SECONDS = 600.0
# Only this provider can be asked what a generation cost.
_PROVIDER_WITH_BILLS = "openrouter"
# A note that the store took late may come after the answer itself.
_INSERT_REQUEST = insert(attempts).on_conflict_do_nothing()
_UPDATE_REQUEST = update(attempts).where(
    attempts.c.question_id == bindparam("of_question"),
    attempts.c.generation_id == bindparam("of_generation"),
)
_SELECT_UNBILLED = (
    select(attempts.c.generation_id, attempts.c.bill_tries)
    .where(attempts.c.bill_due.is_not(None), attempts.c.bill_due <= bindparam("now"))
    .order_by(attempts.c.bill_due)
    .limit(bindparam("most"))
)
_UPDATE_GENERATION = update(attempts).where(attempts.c.generation_id == bindparam("of_generation"))
_RECORD_COST = _UPDATE_GENERATION.values(
    cost_nano=bindparam("cost"), estimated=False, bill_due=None
)
_POSTPONE = _UPDATE_GENERATION.values(
    bill_due=bindparam("due"), bill_tries=attempts.c.bill_tries + 1
)
_RESCHEDULE_ALL = (
    update(attempts).where(attempts.c.bill_due.is_not(None)).values(bill_due=bindparam("due"))
)
_RELEASE_RESERVATIONS = delete(reservations).where(
    reservations.c.question_id == bindparam("of_question")
)
_RELEASE_ONE_RESERVATION = delete(reservations).where(
    reservations.c.id
    == select(func.min(reservations.c.id))
    .where(reservations.c.question_id == bindparam("of_question"))
    .scalar_subquery()
)
_RELEASE_ALL_RESERVATIONS = delete(reservations)


class SqliteLedger:
    """Implements `bot.domain.ports.Ledger`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def list_unbilled(self, limit: int) -> list[UnbilledRequest]:
        wanted = {"now": self._clock(), "most": limit}
        rows = await self._database.read(lambda c: c.execute(_SELECT_UNBILLED, wanted).all())
        return [UnbilledRequest(row.generation_id, row.bill_tries) for row in rows]

    async def record_cost(self, generation_id: str, cost: Decimal) -> None:
        paid = {"of_generation": generation_id, "cost": convert_to_nano(cost)}
        await self._database.write(lambda c: c.execute(_RECORD_COST, paid).close())

    async def postpone(self, bill: UnbilledRequest, *, delay_seconds: float | None) -> None:
        due = None if delay_seconds is None else self._clock() + delay_seconds
        later = {"of_generation": bill.generation_id, "due": due}
        await self._database.write(lambda c: c.execute(_POSTPONE, later).close())

    async def record_started(
        self,
        cost_owner: CostOwner,
        started: ResponseStarted,
        max_cost: Decimal,
        purpose: RequestPurpose,
    ) -> None:
        """Keep that a request was taken which belongs to no answer."""
        now = self._clock()
        await self._database.write(
            lambda c: record_generation(
                c, cost_owner, started, max_cost=max_cost, now=now, purpose=purpose
            )
        )

    async def record_request(self, cost_owner: CostOwner, request: ModelRequest) -> None:
        """Keep a request that belongs to no answer, as a whole."""
        now = self._clock()
        await self._database.write(lambda c: record_requests(c, cost_owner, [request], now=now))

    async def recover_interrupted(self) -> None:
        """At the start: whatever ran is over, so nothing need wait for its own end any more."""
        due = {"due": self._clock() + _FIRST_BILL_DELAY_SECONDS}

        def reset_bills(connection: Connection) -> None:
            connection.execute(_RESCHEDULE_ALL, due)
            # What a request may have cost that was taken is with its row; the rest was not taken.
            connection.execute(_RELEASE_ALL_RESERVATIONS)

        await self._database.write(reset_bills)


def record_generation(
    connection: Connection,
    cost_owner: CostOwner,
    started: ResponseStarted,
    *,
    max_cost: Decimal,
    now: float,
    purpose: RequestPurpose = RequestPurpose.ANSWER,
) -> None:
    """Keep that a request was taken and may cost `worst`, inside the caller's transaction."""
    row = {
        **_build_owner_values(cost_owner),
        "generation_id": started.generation_id,
        "provider": started.provider,
        "model": started.model,
        "outcome": "begun",
        "purpose": purpose.value,
        "asked_at": now,
        "worst_nano": convert_to_nano(max_cost),
        "bill_due": now + _MAX_REQUEST_SECONDS if _has_bill(started) else None,
    }
    if started.generation_id:
        connection.execute(_INSERT_REQUEST, row)
        # What was reserved for it is counted with its row from here on; others of the same question
        # may not have begun yet.
        connection.execute(_RELEASE_ONE_RESERVATION, {"of_question": cost_owner.question_id})


def record_requests(
    connection: Connection, cost_owner: CostOwner, requests: Sequence[ModelRequest], *, now: float
) -> None:
    """Keep what the requests of an answer took, inside the caller's transaction, and free what was
    reserved for it."""
    for attempt in requests:
        values = _build_request_values(attempt, now)
        wanted = {"of_question": cost_owner.question_id, "of_generation": attempt.generation_id}
        known = attempt.generation_id and cost_owner.question_id is not None
        if known and connection.execute(_UPDATE_REQUEST.values(**values), wanted).rowcount:
            continue
        key = {**_build_owner_values(cost_owner), "generation_id": attempt.generation_id}
        connection.execute(_INSERT_REQUEST, key | values | {"asked_at": attempt.started_at or now})
    if cost_owner.question_id is not None:
        connection.execute(_RELEASE_RESERVATIONS, {"of_question": cost_owner.question_id})


def convert_to_nano(cost: Decimal) -> int:
    """US dollars as the whole number of 1e-9 dollars that is stored."""
    return int((cost * _NANO_PER_DOLLAR).to_integral_value())


def convert_to_dollars(nano_dollars: int) -> Decimal:
    """The US dollars of a stored number."""
    return Decimal(nano_dollars) / _NANO_PER_DOLLAR


def _build_owner_values(cost_owner: CostOwner) -> dict[str, Any]:
    return {
        "question_id": cost_owner.question_id,
        "team": cost_owner.team,
        "channel": cost_owner.channel,
        "user": cost_owner.user,
    }


def _has_bill(request: ResponseStarted | ModelRequest) -> bool:
    return bool(request.generation_id) and request.provider in ("", _PROVIDER_WITH_BILLS)


def _build_request_values(request: ModelRequest, now: float) -> dict[str, Any]:
    usage = request.usage or Usage()
    open_bill = (request.cost is None or request.is_estimated) and _has_bill(request)
    return {
        "provider": request.provider,
        "model": request.model,
        "purpose": RequestPurpose(request.purpose).value,
        "outcome": request.outcome,
        "first_ms": _convert_to_milliseconds(request.first_output_seconds),
        "took_ms": _convert_to_milliseconds(request.total_seconds),
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cached_tokens": usage.cached_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "image_tokens": usage.image_tokens,
        "cost_nano": None if request.cost is None else convert_to_nano(request.cost),
        "estimated": request.is_estimated,
        "price": request.price,
        "bill_due": now + _FIRST_BILL_DELAY_SECONDS if open_bill else None,
    }


def _convert_to_milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
