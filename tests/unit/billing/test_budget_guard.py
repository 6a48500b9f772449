"""The budget guard: when it lowers an answer's length, refuses, waits and warns.

See `tests/storage/test_budgets.py` for the guard on the real ledger.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.billing.budget_guard import MIN_TOKENS, BudgetExceeded, BudgetGuard
from bot.billing.budgets import judge, parse_budgets
from bot.billing.pricing import compute_max_cost
from bot.domain.budgets import Budgets, Judgement, Limit, Spent
from bot.domain.costs import CostCeiling, CostOwner, Price

NOON = datetime(2026, 12, 31, 12, tzinfo=UTC)
OWNER = CostOwner("T1", "C1", "U1")
PRICE = Price(Decimal(8), Decimal(2), Decimal(15), Decimal(30))


class FakeBudgetStore:
    """Judges every limit by the same sums, which the test sets."""

    def __init__(self, settled: str = "0", pending: str = "0") -> None:
        self.spent = Spent(Decimal(settled), Decimal(pending))
        self.events: list[str] = []
        self.reserve_count = 0
        self.was_asked = asyncio.Event()

    async def reserve(
        self, cost_owner: CostOwner, max_cost: Decimal, budgets: Budgets, *, requests: int = 1
    ) -> Judgement:
        self.reserve_count += 1
        self.was_asked.set()
        limits = budgets.select_limits(cost_owner)
        return judge(limits, dict.fromkeys(limits, self.spent), max_cost * requests)

    async def get_spent(self, cost_owner: CostOwner, limits: Sequence[Limit]) -> dict[Limit, Spent]:
        return dict.fromkeys(limits, self.spent)

    async def record_event(self, kind: str, text: str, cost_owner: CostOwner | None = None) -> None:
        self.events.append(f"{kind} {text}")


def build_guard(store: FakeBudgetStore, budgets: str = "user/day=1.00") -> BudgetGuard:
    return BudgetGuard(store, parse_budgets(budgets), lambda: NOON)


def test_an_answer_is_as_long_as_its_limit_pays_for() -> None:
    guard = build_guard(FakeBudgetStore(), "answer=0.10")
    ceiling = CostCeiling(1_000, 8_192)
    fitted = guard.fit_answer_limit(ceiling, [PRICE], requests=2)
    assert MIN_TOKENS < fitted.output_tokens < ceiling.output_tokens
    assert 2 * compute_max_cost(fitted, PRICE) <= Decimal("0.10")
    assert build_guard(FakeBudgetStore()).fit_answer_limit(ceiling, [PRICE]) == ceiling


def test_an_answer_that_would_be_too_short_is_refused() -> None:
    guard = build_guard(FakeBudgetStore(), "answer=0.01")
    with pytest.raises(BudgetExceeded) as raised:
        guard.fit_answer_limit(CostCeiling(1_000, 8_192), [PRICE])
    assert "at most $0.01" in raised.value.user_message


async def test_a_budget_that_is_used_up_refuses_and_records_it() -> None:
    store = FakeBudgetStore(settled="0.90")
    with pytest.raises(BudgetExceeded) as raised:
        await build_guard(store).reserve(OWNER, Decimal("0.20"))
    assert "used up" in raised.value.user_message
    assert store.events == ["refused user/day"]


async def test_a_request_waits_until_another_answer_is_settled() -> None:
    store = FakeBudgetStore(pending="0.90")
    guard = build_guard(store)
    waiting = asyncio.create_task(guard.reserve(OWNER, Decimal("0.20")))
    await store.was_asked.wait()
    assert not waiting.done()
    store.spent = Spent(settled=Decimal("0.10"))
    guard.notify_settled()
    async with asyncio.timeout(1):
        await waiting
    assert store.reserve_count == 2 and store.events == []


async def test_the_answer_that_reaches_the_warning_level_carries_a_warning() -> None:
    store = FakeBudgetStore(settled="0.70")
    guard = build_guard(store)
    assert await guard.issue_warning(OWNER, Decimal("0.05")) is None
    assert "80%" in str(await guard.issue_warning(OWNER, Decimal("0.15")))
    assert store.events == ["warned user/day"]
