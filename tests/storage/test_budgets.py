"""Budgets on the ledger: reservations, what they become, and what a crash leaves of them."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.billing.budget_guard import OverBudget, Purse
from bot.billing.budgets import parse_budgets
from bot.domain.budgets import Budgets, Limit, Verdict
from bot.domain.costs import Account, Attempt
from bot.domain.llm import Began, Usage
from bot.domain.questions import Answer, Question
from storage.budgets import SqliteBudgets
from storage.engine.sqlite import Database
from storage.ledger import SqliteLedger
from storage.queue.journal import QuestionJournal, account_of
from storage.queue.sqlite import SqliteInbox
from tests.support.values import incoming, thread

NOTHING = Decimal(0)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIMITS = parse_budgets("user/day=1.00 workspace/month=5.00")
DAY: Limit = LIMITS.usual[0]


class House:
    """The store with one clock, and questions that are claimed."""

    def __init__(self, database: Database) -> None:
        self.now = NOON.timestamp()
        self.budgets = SqliteBudgets(database, clock=lambda: self.now)
        self.inbox = SqliteInbox(database, owner="one", clock=lambda: self.now)
        self.journal = QuestionJournal(database, owner="one", clock=lambda: self.now)
        self.ledger = SqliteLedger(database, clock=lambda: self.now)
        self.count = 0

    async def question(self) -> Question:
        self.count += 1
        key = thread(self.count)
        taken = await self.inbox.put(incoming(ts=key.root, thread=key), take=True)
        assert isinstance(taken, Question)
        return taken

    async def reserve(self, question: Question, amount: str) -> Verdict:
        found = await self.budgets.reserve(account_of(question), Decimal(amount), LIMITS)
        return found.verdict

    async def settle(self, question: Question, cost: str) -> None:
        paid = Decimal(cost)
        made = Attempt("openrouter", "m", f"gen-{question.id}", usage=Usage(cost=paid), cost=paid)
        await self.journal.settle(question, Answer("x", attempts=(made,)))

    async def standing(self, question: Question) -> tuple[Decimal, Decimal]:
        spent = (await self.budgets.spent(account_of(question), [DAY]))[DAY]
        return spent.settled, spent.open


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


async def test_what_is_reserved_is_open_until_it_is_settled(house: House) -> None:
    question = await house.question()
    assert await house.reserve(question, "0.60") is Verdict.ALLOWED
    assert await house.standing(question) == (NOTHING, Decimal("0.60"))
    other = await house.question()
    assert await house.reserve(other, "0.60") is Verdict.WAIT
    await house.settle(question, "0.10")
    assert await house.standing(question) == (Decimal("0.10"), NOTHING)
    assert await house.reserve(other, "0.60") is Verdict.ALLOWED
    await house.settle(other, "0.50")
    third = await house.question()
    assert await house.reserve(third, "0.41") is Verdict.REFUSED


async def test_a_request_that_was_taken_counts_once_and_survives_a_crash(house: House) -> None:
    question = await house.question()
    await house.reserve(question, "0.60")
    await house.journal.note_generation(
        question, Began("gen-1", "m", "openrouter"), Decimal("0.60")
    )
    assert await house.standing(question) == (NOTHING, Decimal("0.60"))
    other = await house.question()
    await house.reserve(other, "0.30")
    # A start after a crash: what was not taken is free, what was may still cost.
    await house.ledger.look_at_all_soon()
    assert await house.standing(question) == (NOTHING, Decimal("0.60"))
    await house.ledger.note_cost("gen-1", Decimal("0.02"))
    assert await house.standing(question) == (Decimal("0.02"), NOTHING)


async def test_a_question_that_begins_anew_reserves_once(house: House) -> None:
    question = await house.question()
    for _ in range(3):
        assert await house.reserve(question, "0.60") is Verdict.ALLOWED
    assert await house.standing(question) == (NOTHING, Decimal("0.60"))


async def test_a_new_day_is_a_new_budget_and_the_month_goes_on(house: House) -> None:
    question = await house.question()
    await house.reserve(question, "0.99")
    await house.settle(question, "0.99")
    assert await house.reserve(await house.question(), "0.50") is Verdict.REFUSED
    house.now += 12 * 3600
    assert await house.reserve(await house.question(), "0.50") is Verdict.ALLOWED


async def test_no_budget_is_overrun_whatever_comes_at_once(house: House) -> None:
    purse = Purse(house.budgets, LIMITS, lambda: NOON)
    rnd = random.Random(4)
    answered = 0

    async def one() -> None:
        nonlocal answered
        question = await house.question()
        worst = Decimal(rnd.randint(10, 400)) / 1000
        try:
            await purse.reserve(account_of(question), worst)
        except OverBudget as error:
            assert "used up" in error.said
            return
        began = Began(f"gen-{question.id}", "m", "openrouter")
        if rnd.random() < 0.7:
            await house.journal.note_generation(question, began, worst)
        settled, still = await house.standing(question)
        assert settled + still <= DAY.most
        await house.settle(question, str(worst * rnd.randint(0, 100) / 100))
        purse.settled()
        answered += 1

    await asyncio.gather(*(one() for _ in range(60)))
    settled, still = await house.standing(await house.question())
    assert answered > 3 and settled <= DAY.most and still == 0


async def test_the_record_tells_changes_refusals_and_warnings(house: House) -> None:
    await house.budgets.note_change("user/day=1")
    await house.budgets.note_change("user/day=1")
    await house.budgets.note("refused", "user/day", Account("T", "C1", "U1"))
    told = [(event.kind, event.told, event.user) for event in await house.budgets.events(9)]
    assert told == [("refused", "user/day", "U1"), ("changed", "user/day=1", "")]


async def test_without_a_budget_nothing_is_reserved(house: House) -> None:
    purse = Purse(house.budgets, Budgets(), lambda: NOON)
    question = await house.question()
    await purse.reserve(account_of(question), Decimal(100))
    assert await house.standing(question) == (NOTHING, NOTHING)


async def test_of_several_requests_each_keeps_its_share_until_it_has_begun(house: House) -> None:
    question = await house.question()
    each = Decimal("0.30")
    found = await house.budgets.reserve(account_of(question), each, LIMITS, requests=3)
    assert found.verdict is Verdict.ALLOWED
    assert await house.standing(question) == (NOTHING, Decimal("0.90"))
    # What has begun is counted with its own row, the others with their reservations.
    for number in range(3):
        await house.journal.note_generation(question, Began(f"gen-{number}"), each)
        assert await house.standing(question) == (NOTHING, Decimal("0.90"))
    other = await house.question()
    assert await house.reserve(other, "0.20") is Verdict.WAIT


async def test_several_requests_are_allowed_together_or_not_at_all(house: House) -> None:
    question = await house.question()
    found = await house.budgets.reserve(account_of(question), Decimal("0.40"), LIMITS, requests=3)
    assert found.verdict is not Verdict.ALLOWED
    assert await house.standing(question) == (NOTHING, NOTHING)
