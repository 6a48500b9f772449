"""A budget is spent nearly whole, never overrun, and a warning comes first, however many ask.

Simulated on the real store: people ask until they are refused, answers cost what chance decides,
within what was sent to the model.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from bot.billing import budget_guard, waiting_line
from bot.billing.budget_guard import BudgetGuard
from bot.billing.budgets import parse_budgets
from bot.billing.grants import BudgetExceeded, Grant
from bot.billing.lowering import CostNeed
from bot.billing.pricing import estimate_cost
from bot.domain.budgets import Budgets, Demand, Judgement, Verdict
from bot.domain.costs import CostCeiling, CostOwner, ModelRequest, Price
from bot.domain.llm import Usage
from bot.domain.questions import Question
from storage.budgets import SqlBudgetStore
from storage.engine.database import Database
from tests.support.budgets import NOON, BudgetHarness

PRICE = Price(Decimal(8), Decimal(2), Decimal(15), Decimal(30))
# A question in words that might bring two pictures, as they come with the usual settings.
WORDS = CostNeed(CostCeiling(700, 8_192, 2, "high"), (PRICE,))
TEXT_ONLY = CostNeed(CostCeiling(700, 8_192), (PRICE,))
PICTURE = CostNeed(CostCeiling(700, 8_192, 2, "high"), (PRICE,), wants_picture=True)
PICTURE_TOKENS = {"low": 196, "medium": 1_767, "high": 7_033}


@dataclass(slots=True)
class Simulation:
    """People who ask without end. `events` tells who was warned and refused, in order."""

    harness: BudgetHarness
    guard: BudgetGuard
    need: CostNeed
    rnd: random.Random
    typical_tokens: int
    events: list[str] = field(default_factory=list)

    async def ask_until_refused(self) -> None:
        while True:
            question = await self.harness.claim_question()
            try:
                grant = await self.guard.reserve(question.cost_owner, self.need)
            except BudgetExceeded as error:
                assert not error.can_retry
                self.events.append("refused")
                return
            await self.answer(question, grant)

    async def answer(self, question: Question, grant: Grant) -> None:
        if self.rnd.random() < 0.8:
            await self.harness.start(question, grant.amount)
        for _ in range(self.rnd.randrange(4)):
            await asyncio.sleep(0)
        usage = self.draw_usage(grant.ceiling)
        assert usage.cost is not None and usage.cost <= grant.amount
        await self.check_limits(question)
        warnings = await self.guard.issue_warnings(question.cost_owner, usage.cost, grant.least)
        self.events += ["warned"] * len(warnings)
        await self.harness.settle(question, usage.cost, usage)
        await self.guard.confirm_warnings(question.cost_owner)
        self.guard.notify_settled(question.cost_owner)

    async def check_limits(self, question: Question) -> None:
        for limit in self.harness.limits.select_limits(question.cost_owner):
            assert sum(await self.harness.get_spent(question, [limit])) <= limit.max_usd

    def draw_usage(self, ceiling: CostCeiling) -> Usage:
        """Draw what an answer takes: mostly little, sometimes as much as it may."""
        rnd, tokens = self.rnd, ceiling.output_tokens
        wanted = int(rnd.lognormvariate(0, 0.8) * self.typical_tokens)
        text_tokens = tokens if rnd.random() < 0.02 else min(tokens, wanted)
        has_picture = self.need.wants_picture and ceiling.picture_count > 0
        image_tokens = PICTURE_TOKENS[ceiling.quality] if has_picture else 0
        usage = Usage(
            prompt_tokens=rnd.randint(300, ceiling.input_tokens),
            completion_tokens=text_tokens + image_tokens,
            image_tokens=image_tokens,
        )
        cost = estimate_cost(usage, PRICE)
        return Usage(
            usage.prompt_tokens, usage.completion_tokens, image_tokens=image_tokens, cost=cost
        )


SCENES = [
    (budgets, need, typical, people)
    for people in (1, 50)
    for budgets, need, typical in (
        # A typical answer costs a twentieth of the budget, a thirtieth, or much less.
        ("user/day=0.25", WORDS, 350),
        ("channel/day=0.30", TEXT_ONLY, 200),
        ("workspace/month=2.00", WORDS, 600),
        ("user/day=2 answer=0.50", WORDS, 600),
        ("user/day=3 channel/day=1.2 workspace/month=9", WORDS, 500),
        ("user/month=6.00", PICTURE, 120),
    )
]


# A scene on PostgreSQL takes ten times as long. What is its own is many who ask at once.
@pytest.mark.parametrize(("budgets", "need", "typical", "people"), [SCENES[6], SCENES[10]])
async def test_a_budget_is_spent_nearly_whole_on_either_engine(
    database: Database, budgets: str, need: CostNeed, typical: int, people: int
) -> None:
    await check_spending(database, budgets, need, typical, people)


@pytest.mark.of_sqlite
@pytest.mark.parametrize(("budgets", "need", "typical", "people"), SCENES)
async def test_a_budget_is_spent_nearly_whole_never_overrun_and_a_warning_comes_first(
    database: Database, budgets: str, need: CostNeed, typical: int, people: int
) -> None:
    await check_spending(database, budgets, need, typical, people)


async def check_spending(
    database: Database, budgets: str, need: CostNeed, typical: int, people: int
) -> None:
    limits = parse_budgets(budgets)
    harness = BudgetHarness(database, limits)
    guard = BudgetGuard(harness.budgets, limits, lambda: NOON)
    rnd = random.Random(f"{budgets} {people}")
    simulation = Simulation(harness, guard, need, rnd, typical)
    async with asyncio.timeout(60):
        await asyncio.gather(*(simulation.ask_until_refused() for _ in range(people)))
    question = await harness.claim_question()
    tightest = min(limits.default_limits, key=lambda limit: limit.max_usd)
    settled, pending = await harness.get_spent(question, [tightest])
    assert pending == 0 and tightest.max_usd * Decimal("0.95") <= settled <= tightest.max_usd
    assert simulation.events.index("warned") < simulation.events.index("refused")
    assert simulation.events.count("warned") == 1
    assert simulation.events.count("refused") == people


UNPRICED = CostNeed(CostCeiling(2_000, 8_000), (), models=("m",))
COST = Decimal("0.30")


class CountedStore(SqlBudgetStore):
    """The store of budgets, which knows who had to wait."""

    def __init__(self, harness: BudgetHarness) -> None:
        super().__init__(harness.database, clock=lambda: harness.now)
        self.waiting = set[CostOwner]()
        self.has_judged = asyncio.Event()

    async def reserve(
        self, cost_owner: CostOwner, demand: Demand, budgets: Budgets, *, is_patient: bool = True
    ) -> Judgement:
        judgement = await super().reserve(cost_owner, demand, budgets, is_patient=is_patient)
        if judgement.verdict is Verdict.WAIT:
            self.waiting.add(cost_owner)
            self.has_judged.set()
        return judgement


async def ask_at_once(harness: BudgetHarness, store: CountedStore, people: int) -> int:
    """Let `people` ask at once, each of whose requests is sent; return how many were let.

    All others wait for money that nobody frees.
    """
    guard = BudgetGuard(store, harness.limits, lambda: NOON)

    async def ask() -> None:
        question = await harness.claim_question()
        grant = await guard.reserve(question.cost_owner, UNPRICED)
        await harness.start(question, grant.amount)
        sent.append(question.cost_owner)
        store.has_judged.set()

    sent = list[CostOwner]()
    tasks = [asyncio.create_task(ask()) for _ in range(people)]
    try:
        async with asyncio.timeout(60):
            while len(store.waiting.difference(sent)) + len(sent) < people:
                await store.has_judged.wait()
                store.has_judged.clear()
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert not [r for r in results if isinstance(r, Exception)]
    return len(sent)


async def test_without_a_price_no_more_run_at_once_than_the_last_costs_pay_for(
    database: Database,
) -> None:
    limits = parse_budgets("workspace/day=2.00")
    harness = BudgetHarness(database, limits)
    told = ModelRequest(
        "openrouter", "m", usage=Usage(2_000, 500, cost=COST), cost=COST, started_at=harness.now
    )
    # Of another workspace, so that nothing of this budget is spent.
    await harness.ledger.record_requests(CostOwner("T9", "C", "U"), [told] * 5, is_over=True)
    assert await ask_at_once(harness, CountedStore(harness), 10) == 6
    assert await harness.get_spent(await harness.claim_question()) == (Decimal(0), 6 * COST)


async def test_before_the_first_cost_is_known_a_burst_does_not_overrun_a_budget(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = parse_budgets("workspace/day=1.00")
    harness = BudgetHarness(database, limits)
    assert await ask_at_once(harness, CountedStore(harness), 10) == 2
    # The least that may be left is worth an answer, as no one knows what it costs.
    small = parse_budgets("workspace/day=1.10")
    guard = BudgetGuard(harness.budgets, small, lambda: NOON)
    # It waits for those that run, looks again by itself, and takes what is left in the end.
    monkeypatch.setattr(waiting_line, "_RECHECK_SECONDS", 0.02)
    monkeypatch.setattr(budget_guard, "_PATIENCE_SECONDS", 0.1)
    assert (await guard.reserve(CostOwner("T0EASEL", "C", "U", 99), UNPRICED)).amount > 0
