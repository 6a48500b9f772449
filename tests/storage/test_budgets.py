"""Budgets on the ledger: reservations, what they become, and what a crash leaves of them."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.billing.budget_guard import BudgetExceeded, BudgetGuard
from bot.billing.budgets import parse_budgets
from bot.domain.budgets import Budgets, Limit, Verdict
from bot.domain.costs import CostOwner, ModelRequest
from bot.domain.llm import ResponseStarted, Usage
from bot.domain.questions import Answer, Question
from storage.budgets import SqliteBudgetStore
from storage.engine.sqlite import Database
from storage.ledger import SqliteLedger
from storage.queue.journal import SqliteJournal
from storage.queue.sqlite import SqliteQuestionQueue
from tests.support.values import build_incoming_message, build_thread

ZERO = Decimal(0)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIMITS = parse_budgets("user/day=1.00 workspace/month=5.00")
DAILY_LIMIT: Limit = LIMITS.default_limits[0]


class BudgetHarness:
    """The store with one clock, and questions that are claimed."""

    def __init__(self, database: Database) -> None:
        self.now = NOON.timestamp()
        self.budgets = SqliteBudgetStore(database, clock=lambda: self.now)
        self.inbox = SqliteQuestionQueue(database, owner="one", clock=lambda: self.now)
        self.journal = SqliteJournal(database, owner="one", clock=lambda: self.now)
        self.ledger = SqliteLedger(database, clock=lambda: self.now)
        self.count = 0

    async def claim_question(self) -> Question:
        self.count += 1
        key = build_thread(self.count)
        taken = await self.inbox.enqueue(
            build_incoming_message(ts=key.root, thread=key), claim=True
        )
        assert isinstance(taken, Question)
        return taken

    async def reserve(self, question: Question, amount: str) -> Verdict:
        found = await self.budgets.reserve(question.cost_owner, Decimal(amount), LIMITS)
        return found.verdict

    async def settle(self, question: Question, cost: str) -> None:
        paid = Decimal(cost)
        made = ModelRequest(
            "openrouter", "m", f"gen-{question.id}", usage=Usage(cost=paid), cost=paid
        )
        await self.journal.settle(question, Answer("x", requests=(made,)))

    async def get_spent(self, question: Question) -> tuple[Decimal, Decimal]:
        spent = (await self.budgets.get_spent(question.cost_owner, [DAILY_LIMIT]))[DAILY_LIMIT]
        return spent.settled, spent.pending


@pytest.fixture
def house(database: Database) -> BudgetHarness:
    return BudgetHarness(database)


async def test_what_is_reserved_is_open_until_it_is_settled(house: BudgetHarness) -> None:
    question = await house.claim_question()
    assert await house.reserve(question, "0.60") is Verdict.ALLOWED
    assert await house.get_spent(question) == (ZERO, Decimal("0.60"))
    other = await house.claim_question()
    assert await house.reserve(other, "0.60") is Verdict.WAIT
    await house.settle(question, "0.10")
    assert await house.get_spent(question) == (Decimal("0.10"), ZERO)
    assert await house.reserve(other, "0.60") is Verdict.ALLOWED
    await house.settle(other, "0.50")
    third = await house.claim_question()
    assert await house.reserve(third, "0.41") is Verdict.REFUSED


async def test_a_request_that_was_taken_counts_once_and_survives_a_crash(
    house: BudgetHarness,
) -> None:
    question = await house.claim_question()
    await house.reserve(question, "0.60")
    await house.journal.record_generation(
        question, ResponseStarted("gen-1", "m", "openrouter"), Decimal("0.60")
    )
    assert await house.get_spent(question) == (ZERO, Decimal("0.60"))
    other = await house.claim_question()
    await house.reserve(other, "0.30")
    # A start after a crash: what was not taken is free, what was may still cost.
    await house.ledger.recover_interrupted()
    assert await house.get_spent(question) == (ZERO, Decimal("0.60"))
    await house.ledger.record_cost("gen-1", Decimal("0.02"))
    assert await house.get_spent(question) == (Decimal("0.02"), ZERO)


async def test_a_question_that_begins_anew_reserves_once(house: BudgetHarness) -> None:
    question = await house.claim_question()
    for _ in range(3):
        assert await house.reserve(question, "0.60") is Verdict.ALLOWED
    assert await house.get_spent(question) == (ZERO, Decimal("0.60"))


async def test_a_new_day_is_a_new_budget_and_the_month_goes_on(house: BudgetHarness) -> None:
    question = await house.claim_question()
    await house.reserve(question, "0.99")
    await house.settle(question, "0.99")
    assert await house.reserve(await house.claim_question(), "0.50") is Verdict.REFUSED
    house.now += 12 * 3600
    assert await house.reserve(await house.claim_question(), "0.50") is Verdict.ALLOWED


async def test_no_budget_is_overrun_whatever_comes_at_once(house: BudgetHarness) -> None:
    purse = BudgetGuard(house.budgets, LIMITS, lambda: NOON)
    rnd = random.Random(4)
    answered = 0

    async def reserve_one() -> None:
        nonlocal answered
        question = await house.claim_question()
        worst = Decimal(rnd.randint(10, 400)) / 1000
        try:
            await purse.reserve(question.cost_owner, worst)
        except BudgetExceeded as error:
            assert "used up" in error.user_message
            return
        began = ResponseStarted(f"gen-{question.id}", "m", "openrouter")
        if rnd.random() < 0.7:
            await house.journal.record_generation(question, began, worst)
        settled, still = await house.get_spent(question)
        assert settled + still <= DAILY_LIMIT.max_usd
        await house.settle(question, str(worst * rnd.randint(0, 100) / 100))
        purse.notify_settled()
        answered += 1

    await asyncio.gather(*(reserve_one() for _ in range(60)))
    settled, still = await house.get_spent(await house.claim_question())
    assert answered > 3 and settled <= DAILY_LIMIT.max_usd and still == 0


async def test_the_record_tells_changes_refusals_and_warnings(house: BudgetHarness) -> None:
    await house.budgets.record_change("user/day=1")
    await house.budgets.record_change("user/day=1")
    await house.budgets.record_event("refused", "user/day", CostOwner("T", "C1", "U1"))
    told = [(event.kind, event.text, event.user) for event in await house.budgets.list_events(9)]
    assert told == [("refused", "user/day", "U1"), ("changed", "user/day=1", "")]


async def test_without_a_budget_nothing_is_reserved(house: BudgetHarness) -> None:
    purse = BudgetGuard(house.budgets, Budgets(), lambda: NOON)
    question = await house.claim_question()
    await purse.reserve(question.cost_owner, Decimal(100))
    assert await house.get_spent(question) == (ZERO, ZERO)


async def test_of_several_requests_each_keeps_its_share_until_it_has_begun(
    house: BudgetHarness,
) -> None:
    question = await house.claim_question()
    each = Decimal("0.30")
    found = await house.budgets.reserve(question.cost_owner, each, LIMITS, requests=3)
    assert found.verdict is Verdict.ALLOWED
    assert await house.get_spent(question) == (ZERO, Decimal("0.90"))
    # What has begun is counted with its own row, the others with their reservations.
    for number in range(3):
        await house.journal.record_generation(question, ResponseStarted(f"gen-{number}"), each)
        assert await house.get_spent(question) == (ZERO, Decimal("0.90"))
    other = await house.claim_question()
    assert await house.reserve(other, "0.20") is Verdict.WAIT


async def test_several_requests_are_allowed_together_or_not_at_all(house: BudgetHarness) -> None:
    question = await house.claim_question()
    found = await house.budgets.reserve(question.cost_owner, Decimal("0.40"), LIMITS, requests=3)
    assert found.verdict is not Verdict.ALLOWED
    assert await house.get_spent(question) == (ZERO, ZERO)
