"""Record requests to models: tokens and cost, who asked and where. Computes no prices.

A request has its row before it is sent: from then on it counts with the most it can cost, whatever
happens to the process. See `storage.bills` for costs that are looked up later.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from decimal import Decimal

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    text,
    update,
)

from bot.domain.costs import (
    BillCounts,
    CostOwner,
    ModelRequest,
    PlannedRequest,
    UnbilledRequest,
)
from bot.domain.errors import WordsChanged
from bot.domain.llm import RequestSent
from storage import bills
from storage.engine.announcements import announce
from storage.engine.database import Database
from storage.engine.dialects import is_postgresql
from storage.engine.prepared import PreparedStatement
from storage.ledger_rows import build_request_values, convert_to_nano
from storage.replicas.clock import estimate_now, read_now
from storage.rows import build_owner_values
from storage.schema import attempts, questions
from storage.schema_budgets import reservations
from storage.steering.changed_words import has_changed_words

# While a request runs, its bill need not be looked up: its end brings the cost.
_MAX_REQUEST_SECONDS = 600.0
# The generation of a request is written with another transaction if one comes within this time.
_MAX_NOTE_DELAY_SECONDS = 1.0
# Announced when money that was set aside is free: requests of other replicas may wait for it.
RESERVATIONS_TOPIC = "reservations"

# Written out, because SQLite takes a partial index only for a condition without parameters.
_HAS_KEY = and_(attempts.c.request_key == bindparam("of_key"), text("request_key != ''"))
# The start of a request may be recorded later than the end of its answer.
_UPDATE_STARTED = PreparedStatement(
    update(attempts)
    .where(_HAS_KEY, attempts.c.bill == "running")
    .values(
        generation_id=bindparam("new_generation"), outcome="begun", bill_due=bindparam("new_due")
    )
)
_FINISHED_COLUMNS = (
    "generation_id", "provider", "model", "purpose", "outcome", "reason", "first_ms", "took_ms",
    "prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens", "image_tokens",
    "price", "odd_claim", "cost_nano", "assumed_nano", "worst_nano", "basis", "estimated", "bill",
    "bill_due",
)  # fmt: skip
_UPDATE_FINISHED = PreparedStatement(
    update(attempts)
    .where(_HAS_KEY)
    .values({name: bindparam(f"new_{name}") for name in _FINISHED_COLUMNS})
)
_OWN_COLUMNS = ("question_id", "team", "channel", "user", "request_key", "asked_at")
_INSERT_FINISHED = PreparedStatement(insert(attempts), columns=_OWN_COLUMNS + _FINISHED_COLUMNS)
_INSERT_SENT = PreparedStatement(
    insert(attempts).values(outcome="sent", generation_id="", bill="running"),
    columns=(*_OWN_COLUMNS, "provider", "model", "purpose", "parameters", "worst_nano"),
)
_RELEASE_RESERVATIONS = PreparedStatement(
    delete(reservations).where(reservations.c.question_id == bindparam("of_question"))
)
_RELEASE_ONE_RESERVATION = PreparedStatement(
    delete(reservations).where(
        reservations.c.id
        == select(func.min(reservations.c.id))
        .where(reservations.c.question_id == bindparam("of_question"))
        .scalar_subquery()
    )
)
_RELEASE_ALL_RESERVATIONS = delete(reservations)
_IS_ANSWERED_NOW = and_(questions.c.claimed_by != "", questions.c.claimed_until >= bindparam("now"))
# What is set aside for a summary is not its question's any more, and is used within this time.
_MAX_RESERVED_SECONDS = 900.0
# What is only reserved was never sent: a request that was has its row.
_RELEASE_LEFT_RESERVATIONS = delete(reservations).where(
    or_(
        exists().where(
            questions.c.id == reservations.c.question_id,
            not_(questions.c.shown),
            not_(_IS_ANSWERED_NOW),
        ),
        and_(
            reservations.c.made_at < bindparam("before"),
            not_(exists().where(questions.c.id == reservations.c.question_id, _IS_ANSWERED_NOW)),
        ),
    )
)


class SqlLedger:
    """Implements `bot.domain.stores.ledger.Ledger`.

    Times are read when a transaction has its turn, for which it may wait for minutes: only after it
    is a request sent, or a bill looked up.
    """

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def list_unbilled(self, limit: int) -> list[UnbilledRequest]:
        return await self._database.read(
            lambda c: bills.list_due(c, now=estimate_now(c, self._clock), limit=limit)
        )

    async def count_bills(self) -> BillCounts:
        return await self._database.read(bills.count_bills)

    async def record_cost(self, generation_id: str, cost: Decimal) -> None:
        nano = convert_to_nano(cost)
        await self._database.write(lambda c: bills.record_bill(c, generation_id, nano))

    async def postpone(
        self, request: UnbilledRequest, *, delay_seconds: float | None, is_counted: bool = True
    ) -> None:
        generation_id, tries = request.generation_id, request.lookups + is_counted

        def postpone_bill(connection: Connection) -> None:
            now = estimate_now(connection, self._clock)
            due = None if delay_seconds is None else now + delay_seconds
            bills.postpone_bill(connection, generation_id, tries, due)

        await self._database.write(postpone_bill)

    async def record_sent(
        self, cost_owner: CostOwner, planned: PlannedRequest, sent: RequestSent
    ) -> None:
        def record(connection: Connection) -> bool:
            if has_changed_words(connection, cost_owner.question_id):
                return False
            now = estimate_now(connection, self._clock)
            insert_sent_request(connection, cost_owner, planned, sent, now=now)
            return True

        if not await self._database.write(record):
            raise WordsChanged

    def note_started(self, planned: PlannedRequest, provider: str, generation_id: str) -> None:
        has_bill = bills.has_bill(provider, generation_id)

        def update_started(connection: Connection) -> None:
            now = estimate_now(connection, self._clock)
            due = now + _MAX_REQUEST_SECONDS if has_bill else None
            changes = {"of_key": planned.key, "new_generation": generation_id, "new_due": due}
            _UPDATE_STARTED.count_changed(connection, changes)

        self._database.defer(update_started, within_seconds=_MAX_NOTE_DELAY_SECONDS)

    async def record_requests(
        self, cost_owner: CostOwner, requests: Sequence[ModelRequest], *, is_over: bool
    ) -> None:
        def record(connection: Connection) -> None:
            now = estimate_now(connection, self._clock)
            insert_finished_requests(connection, cost_owner, requests, now=now)
            if is_over:
                release_reservations(connection, cost_owner)

        await self._database.write(record)

    async def recover_interrupted(self) -> None:
        """Schedule all bills for soon and release all reservations. Call it once, at the start.

        By then no request runs any more that could still bring its cost itself. On PostgreSQL only
        what belongs to no answer that a replica gives: call it now and then as well.
        """

        def recover(connection: Connection) -> None:
            now = read_now(connection, self._clock)
            if is_postgresql(connection):
                _recover_left(connection, now)
                return
            bills.recover_bills(connection, now=now)
            # A request that was sent has its row; what is only reserved was never sent.
            connection.execute(_RELEASE_ALL_RESERVATIONS)

        await self._database.write(recover)


def _recover_left(connection: Connection, now: float) -> None:
    bills.recover_left(connection, now=now)
    before = now - _MAX_RESERVED_SECONDS
    if connection.execute(_RELEASE_LEFT_RESERVATIONS, {"before": before, "now": now}).rowcount:
        announce(connection, RESERVATIONS_TOPIC)


def insert_sent_request(
    connection: Connection,
    cost_owner: CostOwner,
    planned: PlannedRequest,
    sent: RequestSent,
    *,
    now: float,
) -> None:
    """Record that a request is being sent and may cost as much as was planned.

    Runs inside the caller's transaction.
    """
    replaced = () if planned.replaced is None else (planned.replaced,)
    insert_finished_requests(connection, cost_owner, replaced, now=now)
    row = {
        **build_owner_values(cost_owner),
        "request_key": planned.key,
        "provider": sent.provider,
        "model": sent.model,
        "purpose": planned.purpose.value,
        "parameters": planned.parameters,
        "asked_at": now,
        "worst_nano": convert_to_nano(planned.max_cost or Decimal(0)),
    }
    _INSERT_SENT.count_changed(connection, row)
    # From here on its row counts instead of its reservation. Other requests of the same question,
    # which are not sent yet, keep theirs. What takes the place of another request has none.
    if not replaced:
        _RELEASE_ONE_RESERVATION.count_changed(connection, {"of_question": cost_owner.question_id})


def insert_finished_requests(
    connection: Connection, cost_owner: CostOwner, requests: Sequence[ModelRequest], *, now: float
) -> None:
    """Record the tokens and cost of requests that have ended.

    Runs inside the caller's transaction.
    """
    for request in requests:
        values = build_request_values(request, now)
        changes = {f"new_{name}": value for name, value in values.items()}
        changes["of_key"] = request.key
        if request.key and _UPDATE_FINISHED.count_changed(connection, changes):
            continue
        row = {
            **build_owner_values(cost_owner),
            "request_key": request.key,
            "asked_at": request.started_at or now,
        }
        _INSERT_FINISHED.count_changed(connection, row | values)


def release_reservations(connection: Connection, cost_owner: CostOwner) -> None:
    """Release all reservations of a question. Runs inside the caller's transaction."""
    if cost_owner.question_id is None:
        return
    key = {"of_question": cost_owner.question_id}
    if _RELEASE_RESERVATIONS.count_changed(connection, key):
        announce(connection, RESERVATIONS_TOPIC)
