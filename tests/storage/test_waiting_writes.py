"""What waits long for the database is written with the time at which it is written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

from bot.billing.budget_guard import BudgetGuard
from bot.billing.budgets import parse_budgets
from bot.domain.budgets import Verdict
from bot.domain.conversation import Person
from bot.domain.costs import CostBasis, ModelRequest, PlannedRequest
from bot.domain.llm import RequestSent
from bot.domain.questions import (
    ASKERS_OWN_SECONDS,
    Answer,
    Outcome,
    Presser,
    PressResult,
    Question,
)
from storage.engine.connection import Body
from storage.engine.sqlite import SqliteDatabase, prepare_database
from tests.support.budgets import NOON, BudgetHarness
from tests.support.queues import AMPLE, QueueProcess, claim_one, enqueue
from tests.support.values import build_incoming_message

T = TypeVar("T")
_LOCKED_SECONDS = 221.0
_OTHER_PERSON = Presser(Person("U2", "T1"), "9.000009")
_TO_MIDNIGHT_SECONDS = 12 * 3600 - 60.0  # from `NOON`; the lock is held beyond


class HasClock(Protocol):
    """Something with a clock that the test sets."""

    now: float


class HeldDatabase(SqliteDatabase):
    """Writes nothing while it is held, as behind another program's lock."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.gate = asyncio.Event()
        self.gate.set()

    async def write(self, body: Body[T]) -> T:
        await self.gate.wait()
        return await super().write(body)


@pytest.fixture
async def held(tmp_path: Path) -> AsyncIterator[HeldDatabase]:
    path = tmp_path / "easel.db"
    prepare_database(path)
    database = HeldDatabase(path)
    await database.open()
    yield database
    await database.close()


async def run_behind_lock(
    held: HeldDatabase, process: HasClock, write: Callable[[], Coroutine[None, None, T]]
) -> T:
    """Begin `write`, hold it up for `_LOCKED_SECONDS`, and return its result."""
    held.gate.clear()
    task = asyncio.create_task(write())
    await asyncio.sleep(0)  # it waits now
    process.now += _LOCKED_SECONDS
    held.gate.set()
    return await task


async def test_a_message_that_waited_for_the_database_is_claimed_for_as_long_as_any(
    held: HeldDatabase,
) -> None:
    process = QueueProcess(held, "this")
    message = build_incoming_message()
    question = await run_behind_lock(
        held, process, lambda: process.queue.enqueue(message, claim=AMPLE)
    )
    assert isinstance(question, Question) and question.stored_at == process.now
    assert await process.queue.renew([]) == 0, "its lease has not expired"
    assert await claim_one(process.queue) is None


async def test_a_claim_that_waited_for_the_database_holds_as_long_as_any(
    held: HeldDatabase,
) -> None:
    process = QueueProcess(held, "this")
    await enqueue(process.queue, build_incoming_message())
    batch = await run_behind_lock(held, process, lambda: process.queue.claim(AMPLE))
    assert len(batch.questions) == 1
    assert await process.queue.renew([]) == 0 and await claim_one(process.queue) is None


async def test_a_renewal_that_waited_for_the_database_renews_from_now_on(
    held: HeldDatabase,
) -> None:
    process = QueueProcess(held, "this")
    question = await process.take()
    process.now += 25.0
    await run_behind_lock(held, process, lambda: process.queue.renew([question.id]))
    assert await process.queue.renew([]) == 0


async def test_a_pause_that_waited_for_the_database_begins_when_it_is_written(
    held: HeldDatabase,
) -> None:
    process = QueueProcess(held, "this")
    question = await process.take()
    await run_behind_lock(
        held,
        process,
        lambda: process.queue.requeue(question, delay_seconds=10.0, counts_as_attempt=True),
    )
    assert await claim_one(process.queue) is None
    process.now += 10.0
    assert await claim_one(process.queue) is not None


async def _fail(process: QueueProcess, question: Question, note: str = "") -> None:
    await process.journal.settle(question, Answer("no", note, outcome=Outcome.FAILED))


async def _show_failure(process: QueueProcess, question: Question) -> None:
    process.queue.mark_delivered(question, Outcome.FAILED)
    await process.queue.flush()


async def test_the_askers_hour_begins_when_the_failure_is_written(held: HeldDatabase) -> None:
    process = QueueProcess(held, "this")
    question = await process.take()
    await run_behind_lock(held, process, lambda: _fail(process, question))
    await _show_failure(process, question)
    process.now += ASKERS_OWN_SECONDS - 1
    channel = question.thread.channel
    result = await process.queue.retry(question.id, channel, _OTHER_PERSON)
    assert result is PressResult.NOT_THEIRS
    process.now += 1
    assert await process.queue.retry(question.id, channel, _OTHER_PERSON) is PressResult.ASKED


async def test_a_press_that_waited_for_the_database_is_judged_when_it_is_written(
    held: HeldDatabase,
) -> None:
    process = QueueProcess(held, "this")
    question = await process.take()
    await _fail(process, question)
    await _show_failure(process, question)
    process.now += ASKERS_OWN_SECONDS - _LOCKED_SECONDS / 2
    result = await run_behind_lock(
        held,
        process,
        lambda: process.queue.retry(question.id, question.thread.channel, _OTHER_PERSON),
    )
    assert result is PressResult.ASKED


async def test_a_question_that_is_asked_apart_waits_from_the_time_at_which_it_is_stored(
    held: HeldDatabase,
) -> None:
    process = QueueProcess(held, "this")
    question = await process.take()
    await process.journal.settle(question, Answer("yes", took_along=True))
    process.queue.mark_delivered(question, Outcome.ANSWERED)
    await process.queue.flush()
    channel = question.thread.channel
    by_asker = Presser(question.asker, _OTHER_PERSON.ts)
    result = await run_behind_lock(
        held, process, lambda: process.queue.ask_apart(question.id, channel, by_asker)
    )
    assert result is PressResult.ASKED
    assert (await process.claim()).stored_at == process.now


@pytest.fixture
def harness(held: HeldDatabase) -> BudgetHarness:
    """A minute before midnight."""
    harness = BudgetHarness(held, parse_budgets("user/day=1.00"))
    harness.now += _TO_MIDNIGHT_SECONDS
    return harness


def _build_request(key: str = "") -> ModelRequest:
    """Build a request that has ended, and whose cost only its bill tells."""
    return ModelRequest(
        "openrouter", "m", "gen-1", basis=CostBasis.WORST_CASE, max_cost=Decimal("0.60"), key=key
    )


async def test_a_reservation_that_waited_over_midnight_is_judged_by_the_new_day(
    held: HeldDatabase, harness: BudgetHarness
) -> None:
    question = await harness.claim_question()
    await harness.reserve(question, "0.99")
    await harness.settle(question, "0.99")
    other = await harness.claim_question()
    verdict = await run_behind_lock(held, harness, lambda: harness.reserve(other, "0.50"))
    assert verdict is Verdict.ALLOWED
    assert await harness.get_spent(other) == (Decimal(0), Decimal("0.50"))


async def test_a_request_that_waited_over_midnight_is_sent_and_counts_on_the_new_day(
    held: HeldDatabase, harness: BudgetHarness
) -> None:
    question = await harness.claim_question()
    await harness.reserve(question, "0.60")
    planned = PlannedRequest("request-1", max_cost=Decimal("0.60"))
    await run_behind_lock(
        held,
        harness,
        lambda: harness.ledger.record_sent(
            question.cost_owner, planned, RequestSent("openrouter", "m")
        ),
    )
    assert await harness.get_spent(question) == (Decimal(0), Decimal("0.60"))


async def test_a_bill_is_looked_up_some_seconds_after_the_request_is_written(
    held: HeldDatabase, harness: BudgetHarness
) -> None:
    question = await harness.claim_question()
    answer = Answer("x", requests=(_build_request(),))
    await run_behind_lock(held, harness, lambda: harness.journal.settle(question, answer))
    assert await harness.ledger.list_unbilled(9) == []
    harness.now += 60.0
    (due,) = await harness.ledger.list_unbilled(9)
    await run_behind_lock(held, harness, lambda: harness.ledger.postpone(due, delay_seconds=100.0))
    assert await harness.ledger.list_unbilled(9) == []
    harness.now += 100.0
    assert len(await harness.ledger.list_unbilled(9)) == 1
    await run_behind_lock(held, harness, harness.ledger.recover_interrupted)
    assert await harness.ledger.list_unbilled(9) == []


async def test_a_bill_of_a_failed_attempt_is_looked_up_after_it_is_written(
    held: HeldDatabase, harness: BudgetHarness
) -> None:
    question = await harness.claim_question()
    await run_behind_lock(
        held,
        harness,
        lambda: harness.ledger.record_requests(
            question.cost_owner, (_build_request(),), is_over=True
        ),
    )
    assert await harness.ledger.list_unbilled(9) == []


async def test_a_warning_that_waited_over_midnight_leaves_the_new_day_its_own(
    held: HeldDatabase, harness: BudgetHarness
) -> None:
    budgets = parse_budgets("user/day=1.00")
    guard = BudgetGuard(harness.budgets, budgets, lambda: datetime.fromtimestamp(harness.now, UTC))

    async def warn(question: Question) -> int:
        """Return how many warnings an answer of this cost carries."""
        least = Decimal("0.01")
        return len(await guard.issue_warnings(question.cost_owner, Decimal("0.95"), least))

    async def settle(question: Question) -> None:
        await harness.settle(question, "0.95")

    question = await harness.claim_question()
    assert await warn(question) == 1
    await run_behind_lock(held, harness, lambda: settle(question))
    await guard.confirm_warnings(question.cost_owner)
    guard.notify_settled(question.cost_owner)
    assert datetime.fromtimestamp(harness.now, UTC).day != NOON.day
    other = await harness.claim_question()
    assert await warn(other) == 1
    await guard.confirm_warnings(other.cost_owner)
    guard.notify_settled(other.cost_owner)
    assert await warn(await harness.claim_question()) == 0
