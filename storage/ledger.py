"""Record requests to models: tokens and cost, who asked and where. Computes no prices."""

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
from storage.rows import build_owner_values
from storage.schema import attempts, reservations

_NANO_PER_DOLLAR = Decimal(1_000_000_000)
# The provider has no bill for a request until some seconds after its end.
_FIRST_BILL_DELAY_SECONDS = 10.0
# While a request runs, its bill need not be looked up: its end brings the cost.
_MAX_REQUEST_SECONDS = 600.0
# The only provider whose bills can be looked up.
_PROVIDER_WITH_BILLS = "openrouter"
# The start of a request may be recorded later than the answer that it belongs to.
_INSERT_REQUEST = insert(attempts).on_conflict_do_nothing()
_UPDATE_REQUEST = update(attempts).where(
    attempts.c.question_id == bindparam("of_question"),
    attempts.c.generation_id == bindparam("of_generation"),
)
_SELECT_UNBILLED = (
    select(attempts.c.generation_id, attempts.c.bill_tries)
    .where(attempts.c.bill_due.is_not(None), attempts.c.bill_due <= bindparam("now"))
    .order_by(attempts.c.bill_due)
    .limit(bindparam("limit"))
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
    """Implements `bot.domain.stores.Ledger`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def list_unbilled(self, limit: int) -> list[UnbilledRequest]:
        parameters = {"now": self._clock(), "limit": limit}
        rows = await self._database.read(lambda c: c.execute(_SELECT_UNBILLED, parameters).all())
        return [UnbilledRequest(row.generation_id, row.bill_tries) for row in rows]

    async def record_cost(self, generation_id: str, cost: Decimal) -> None:
        parameters = {"of_generation": generation_id, "cost": convert_to_nano(cost)}
        await self._database.write(lambda c: c.execute(_RECORD_COST, parameters).close())

    async def postpone(self, request: UnbilledRequest, *, delay_seconds: float | None) -> None:
        due = None if delay_seconds is None else self._clock() + delay_seconds
        parameters = {"of_generation": request.generation_id, "due": due}
        await self._database.write(lambda c: c.execute(_POSTPONE, parameters).close())

    async def record_started(
        self,
        cost_owner: CostOwner,
        started: ResponseStarted,
        max_cost: Decimal,
        purpose: RequestPurpose,
    ) -> None:
        now = self._clock()
        await self._database.write(
            lambda c: insert_started_request(
                c, cost_owner, started, max_cost=max_cost, now=now, purpose=purpose
            )
        )

    async def record_request(self, cost_owner: CostOwner, request: ModelRequest) -> None:
        now = self._clock()
        await self._database.write(
            lambda c: insert_finished_requests(c, cost_owner, [request], now=now)
        )

    async def recover_interrupted(self) -> None:
        """Schedule all bills for soon and release all reservations. Call it once, at the start.

        By then no request runs any more that could still bring its cost itself.
        """
        parameters = {"due": self._clock() + _FIRST_BILL_DELAY_SECONDS}

        def reset_bills(connection: Connection) -> None:
            connection.execute(_RESCHEDULE_ALL, parameters)
            # A request that was taken has its maximum cost in its row; the others cost nothing.
            connection.execute(_RELEASE_ALL_RESERVATIONS)

        await self._database.write(reset_bills)


def insert_started_request(
    connection: Connection,
    cost_owner: CostOwner,
    started: ResponseStarted,
    *,
    max_cost: Decimal,
    now: float,
    purpose: RequestPurpose = RequestPurpose.ANSWER,
) -> None:
    """Record that a request was taken and may cost up to `max_cost` US dollars.

    Runs inside the caller's transaction.
    """
    row = {
        **build_owner_values(cost_owner),
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
        # From here on its row counts instead of its reservation. Other requests of the same
        # question, which may not have started yet, keep theirs.
        connection.execute(_RELEASE_ONE_RESERVATION, {"of_question": cost_owner.question_id})


def insert_finished_requests(
    connection: Connection, cost_owner: CostOwner, requests: Sequence[ModelRequest], *, now: float
) -> None:
    """Record the tokens and cost of an answer's requests, and release its reservations.

    Runs inside the caller's transaction.
    """
    for request in requests:
        values = _build_request_values(request, now)
        key = {"of_question": cost_owner.question_id, "of_generation": request.generation_id}
        may_exist = request.generation_id and cost_owner.question_id is not None
        if may_exist and connection.execute(_UPDATE_REQUEST.values(**values), key).rowcount:
            continue
        row = {
            **build_owner_values(cost_owner),
            "generation_id": request.generation_id,
            "asked_at": request.started_at or now,
        }
        connection.execute(_INSERT_REQUEST, row | values)
    release_reservations(connection, cost_owner)


def release_reservations(connection: Connection, cost_owner: CostOwner) -> None:
    """Release all reservations of a question. Runs inside the caller's transaction."""
    if cost_owner.question_id is not None:
        connection.execute(_RELEASE_RESERVATIONS, {"of_question": cost_owner.question_id})


def convert_to_nano(cost: Decimal) -> int:
    """Convert US dollars to the stored integer, in units of 1e-9 dollars."""
    return int((cost * _NANO_PER_DOLLAR).to_integral_value())


def convert_to_dollars(nano_dollars: int) -> Decimal:
    """Convert a stored integer to US dollars."""
    return Decimal(nano_dollars) / _NANO_PER_DOLLAR


def _has_bill(request: ResponseStarted | ModelRequest) -> bool:
    return bool(request.generation_id) and request.provider in ("", _PROVIDER_WITH_BILLS)


def _build_request_values(request: ModelRequest, now: float) -> dict[str, Any]:
    usage = request.usage or Usage()
    is_unbilled = (request.cost is None or request.is_estimated) and _has_bill(request)
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
        "bill_due": now + _FIRST_BILL_DELAY_SECONDS if is_unbilled else None,
    }


def _convert_to_milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
