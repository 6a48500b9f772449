"""An answer that is not settled: what it has set aside, spent and said of budgets."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from bot.answering.reserve import RequestReserver
from bot.answering.settle import AnswerSettler
from bot.billing.budget_guard import BudgetGuard
from bot.billing.budgets import parse_budgets
from bot.billing.lowering import CostNeed
from bot.domain.costs import CostCeiling, ModelRequest, Price
from bot.domain.llm import Usage
from bot.domain.questions import Answer, Question
from bot.observability.metrics import Metrics
from storage.engine.database import Database
from tests.support.budgets import NOON, BudgetHarness

LIMITS = parse_budgets("user/day=1.00")
PRICE = Price(Decimal(8), Decimal(2), Decimal(15), Decimal(30))
NEED = CostNeed(CostCeiling(1_000, 8_192), (PRICE,))
COST = Decimal("0.45")


@dataclass
class BrokenOff:
    """What the settler looks at of an answer that breaks off."""

    question: Question
    request: ModelRequest

    def end_requests(self) -> tuple[ModelRequest, ...]:
        return (self.request,)


class SettlingHarness:
    def __init__(self, database: Database) -> None:
        self.money = BudgetHarness(database, LIMITS)
        self.guard = BudgetGuard(self.money.budgets, LIMITS, lambda: NOON)
        reserver = RequestReserver(self.guard, list)
        self.settler = AnswerSettler(
            self.money.journal, self.money.ledger, reserver, None, Metrics()
        )

    async def answer_without_settling(self, cost: Decimal, *, has_lease: bool = True) -> Question:
        """Reserve twice what is sent, spend `cost`, and break off."""
        question = await self.money.claim_question()
        owner = question.cost_owner
        grant = await self.guard.reserve(owner, CostNeed(NEED.ceiling, (PRICE,), requests=2))
        await self.money.start(question, grant.amount)
        await self.guard.issue_warnings(owner, cost, grant.least)
        key = self.money.keys[question.id]
        usage = Usage(500, 40, cost=cost)
        request = ModelRequest("openrouter", "m", "g", usage=usage, cost=cost, key=key)
        context: Any = BrokenOff(question, request)
        await self.settler.record_unsettled(context, has_lease=has_lease)
        return question


@pytest.fixture
def harness(database: Database) -> SettlingHarness:
    return SettlingHarness(database)


async def test_what_a_question_that_is_put_back_has_set_aside_is_free_at_once(
    harness: SettlingHarness,
) -> None:
    question = await harness.answer_without_settling(COST)
    assert await harness.money.get_spent(question) == (COST, Decimal(0))


async def test_an_attempt_that_goes_on_elsewhere_keeps_what_it_has_set_aside(
    harness: SettlingHarness,
) -> None:
    question = await harness.answer_without_settling(COST, has_lease=False)
    assert (await harness.money.get_spent(question))[1] > 0


async def test_what_an_unsettled_answer_has_cost_is_not_counted_twice(
    harness: SettlingHarness,
) -> None:
    await harness.answer_without_settling(COST)
    other = await harness.money.claim_question()
    # $0.50 of $1.00 are spent, not $0.95.
    least = Decimal("0.01")
    assert await harness.guard.issue_warnings(other.cost_owner, Decimal("0.05"), least) == []


async def test_the_warning_of_an_unsettled_answer_comes_with_the_next(
    harness: SettlingHarness,
) -> None:
    await harness.answer_without_settling(Decimal("0.85"))
    least, question = Decimal("0.01"), await harness.money.claim_question()
    warnings = await harness.guard.issue_warnings(question.cost_owner, Decimal("0.02"), least)
    assert len(warnings) == 1 and "$0.87 is spent" in warnings[0]
    await harness.settler.settle(question, Answer("x"), [])
    harness.guard.notify_settled(question.cost_owner)
    other = await harness.money.claim_question()
    assert await harness.guard.issue_warnings(other.cost_owner, Decimal("0.02"), least) == []
