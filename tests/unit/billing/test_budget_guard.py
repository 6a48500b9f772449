"""The budget guard: when it lowers a request, refuses, waits and warns.

See `tests/storage/test_spending_a_whole_budget.py` for the guard on the real ledger.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.billing import waiting_line
from bot.billing.budget_guard import BudgetGuard
from bot.billing.budget_messages import NEW_THREAD_ADVICE, TEXT_ONLY_ADVICE
from bot.billing.budgets import judge, parse_budgets
from bot.billing.grants import BudgetExceeded
from bot.billing.lowering import MIN_TOKENS, CostNeed
from bot.billing.pricing import compute_max_cost
from bot.domain.budgets import AnswerLimit, Budgets, Demand, Judgement, Limit, Spent, Verdict
from bot.domain.costs import CostCeiling, CostOwner, Price, RequestPurpose
from bot.domain.llm import Usage

NOON = datetime(2026, 12, 31, 12, tzinfo=UTC)
OWNER = CostOwner("T1", "C1", "U1", 1)
PRICE = Price(Decimal(8), Decimal(2), Decimal(15), Decimal(30))
WORDS = CostNeed(CostCeiling(1_000, 8_192), (PRICE,))
PICTURE = CostNeed(CostCeiling(1_000, 8_192, 2, "high"), (PRICE,), wants_picture=True)


class FakeBudgetStore:
    """Judges every limit by the same sums, which the test sets."""

    def __init__(self, settled: str = "0", pending: str = "0") -> None:
        self.spent = Spent(Decimal(settled), Decimal(pending))
        self.events: list[str] = []
        self.judgements: list[Judgement] = []
        self.warned = set[Limit]()
        self.was_asked = asyncio.Event()
        self.refused_costs = Decimal(0), Decimal(0)

    async def reserve(
        self, cost_owner: CostOwner, demand: Demand, budgets: Budgets, *, is_patient: bool = True
    ) -> Judgement:
        limits = budgets.select_limits(cost_owner)
        spent = dict.fromkeys(limits, self.spent)
        self.judgements.append(judge(limits, spent, demand, is_patient=is_patient))
        if self.judgements[-1].verdict is Verdict.WAIT:
            self.was_asked.set()
        return self.judgements[-1]

    async def get_spent(self, cost_owner: CostOwner, limits: Sequence[Limit]) -> dict[Limit, Spent]:
        return dict.fromkeys(limits, self.spent)

    async def is_warned(self, cost_owner: CostOwner, limit: Limit) -> bool:
        await asyncio.sleep(0)
        return limit in self.warned

    async def record_warning(self, cost_owner: CostOwner, limit: Limit, at: datetime) -> None:
        self.warned.add(limit)

    async def list_recent_usage(
        self, purpose: RequestPurpose, models: Sequence[str]
    ) -> list[Usage]:
        return []

    async def record_refusal(
        self, cost_owner: CostOwner, limit: str, *, least: Decimal, most: Decimal
    ) -> None:
        self.events.append(f"refused {limit}")
        self.refused_costs = least, most


def build_guard(store: FakeBudgetStore, budgets: str = "user/day=1.00") -> BudgetGuard:
    return BudgetGuard(store, parse_budgets(budgets), lambda: NOON)


async def test_an_answer_is_as_long_as_its_limit_pays_for() -> None:
    guard = build_guard(FakeBudgetStore(), "answer=0.10")
    grant = await guard.reserve(OWNER, replace(WORDS, requests=2))
    assert MIN_TOKENS < grant.ceiling.output_tokens < WORDS.ceiling.output_tokens
    assert 2 * compute_max_cost(grant.ceiling, PRICE) <= 2 * grant.amount <= Decimal("0.10")
    assert grant.lowered_by == AnswerLimit(Decimal("0.10")) and grant.is_shortened
    grant = await build_guard(FakeBudgetStore()).reserve(OWNER, WORDS)
    assert grant.ceiling == WORDS.ceiling and grant.lowered_by is None and not grant.is_shortened


async def test_a_picture_gets_simpler_before_a_single_answers_limit_refuses_it() -> None:
    grant = await build_guard(FakeBudgetStore(), "answer=0.20").reserve(OWNER, PICTURE)
    assert grant.ceiling.quality == "medium" and grant.has_simpler_pictures
    assert not grant.has_no_pictures and grant.amount <= Decimal("0.20")


async def test_an_answer_that_would_be_too_short_is_refused() -> None:
    store = FakeBudgetStore()
    with pytest.raises(BudgetExceeded) as raised:
        await build_guard(store, "answer=0.01").reserve(OWNER, WORDS)
    assert "at most $0.01" in raised.value.user_message and not raised.value.can_retry
    assert store.events == ["refused answer"]


async def test_a_refusal_is_recorded_with_what_the_question_would_have_cost() -> None:
    for budget, settled in (("user/day=1", "0.99"), ("answer=0.02", "0")):
        store = FakeBudgetStore(settled=settled)
        with pytest.raises(BudgetExceeded):
            await build_guard(store, budget).reserve(OWNER, replace(WORDS, requests=3))
        least = 3 * compute_max_cost(replace(WORDS.ceiling, output_tokens=MIN_TOKENS), PRICE)
        assert store.refused_costs == (least, 3 * compute_max_cost(WORDS.ceiling, PRICE))


async def test_what_an_answer_has_cost_already_counts_for_its_repair() -> None:
    guard = build_guard(FakeBudgetStore(), "answer=0.20")
    whole = replace(WORDS, can_be_lowered=False)
    assert (await guard.reserve(OWNER, whole)).lowered_by is None
    with pytest.raises(BudgetExceeded):
        await guard.reserve(OWNER, whole, already_spent=Decimal("0.10"))


async def test_a_question_is_lowered_to_what_is_left_of_the_tightest_budget() -> None:
    store = FakeBudgetStore(settled="0.95")
    grant = await build_guard(store, "user/day=1 workspace/month=20").reserve(OWNER, WORDS)
    assert MIN_TOKENS < grant.ceiling.output_tokens < WORDS.ceiling.output_tokens
    assert grant.amount == Decimal("0.05") >= compute_max_cost(grant.ceiling, PRICE)
    assert str(grant.lowered_by) == "user/day" and store.events == []
    assert len(store.judgements) == 1, "one transaction"


async def test_a_budget_of_which_too_little_is_left_refuses_and_records_it() -> None:
    store = FakeBudgetStore(settled="0.99")
    with pytest.raises(BudgetExceeded) as raised:
        await build_guard(store).reserve(OWNER, WORDS)
    text = raised.value.user_message
    assert "$0.99 is spent" in text and "$0.01 is left" in text and "used up" not in text
    assert store.events == ["refused user/day"] and not raised.value.can_retry


async def test_a_refusal_names_the_end_of_the_day_that_it_was_judged_by() -> None:
    now = datetime(2026, 11, 21, 23, 59, tzinfo=UTC)

    class SlowRecord(FakeBudgetStore):
        async def record_refusal(
            self, cost_owner: CostOwner, limit: str, *, least: Decimal, most: Decimal
        ) -> None:
            nonlocal now
            now += timedelta(minutes=5)  # as behind another program's lock

    guard = BudgetGuard(SlowRecord(settled="1"), parse_budgets("user/day=1.00"), lambda: now)
    with pytest.raises(BudgetExceeded) as raised:
        await guard.reserve(OWNER, WORDS)
    assert "22 November" in raised.value.user_message, raised.value.user_message


async def test_the_advice_is_the_first_that_really_helps() -> None:
    guard = build_guard(FakeBudgetStore(settled="0.97"))
    alternatives = [
        (NEW_THREAD_ADVICE, replace(PICTURE, ceiling=replace(PICTURE.ceiling, input_tokens=900))),
        (TEXT_ONLY_ADVICE, WORDS),
    ]
    with pytest.raises(BudgetExceeded) as raised:
        await guard.reserve(OWNER, PICTURE, list_alternatives=lambda: alternatives)
    assert "It would fit with `--text-only`." in raised.value.user_message
    with pytest.raises(BudgetExceeded) as raised:
        await guard.reserve(OWNER, PICTURE, list_alternatives=lambda: alternatives[:1])
    assert "would fit" not in raised.value.user_message


async def test_a_request_waits_until_another_answer_is_settled() -> None:
    store = FakeBudgetStore(pending="0.995")
    guard = build_guard(store)
    waiting = asyncio.create_task(guard.reserve(OWNER, WORDS))
    await store.was_asked.wait()
    assert not waiting.done()
    store.spent = Spent(settled=Decimal("0.10"))
    guard.notify_settled(OWNER)
    async with asyncio.timeout(60):
        grant = await waiting
    assert grant.lowered_by is None and store.events == []


async def test_who_waits_in_vain_may_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_line, "_MAX_WAIT_SECONDS", 0.0)
    store = FakeBudgetStore(pending="0.995")
    with pytest.raises(BudgetExceeded) as raised:
        await build_guard(store).reserve(OWNER, WORDS)
    assert raised.value.can_retry and "in a few minutes" in raised.value.user_message
    assert store.events == []


async def test_hundreds_that_wait_do_not_all_try_again_at_once() -> None:
    store = FakeBudgetStore(pending="0.995")
    guard = build_guard(store)
    owners = [replace(OWNER, question_id=number) for number in range(200)]
    waiting = [asyncio.create_task(guard.reserve(owner, WORDS)) for owner in owners]
    for _ in range(50):
        await asyncio.sleep(0)
    before = len(store.judgements)
    guard.notify_settled(OWNER)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(store.judgements) - before <= 8
    store.spent = Spent(settled=Decimal("0.10"))
    guard.notify_settled(OWNER)
    async with asyncio.timeout(60):
        await asyncio.gather(*waiting)


async def test_an_answer_that_reaches_the_warning_level_carries_one_warning() -> None:
    store = FakeBudgetStore(settled="0.70")
    guard = build_guard(store)
    least = Decimal("0.01")
    assert await guard.issue_warnings(OWNER, Decimal("0.05"), least) == []
    (warning,) = await guard.issue_warnings(OWNER, Decimal("0.15"), least)
    assert "80%" in warning and "$0.85 is spent" in warning
    assert await guard.issue_warnings(OWNER, Decimal("0.20"), least) == []


async def test_a_warning_of_an_answer_that_is_never_settled_is_due_again() -> None:
    guard = build_guard(FakeBudgetStore(settled="0.70"))
    other, cost, least = replace(OWNER, question_id=2), Decimal("0.15"), Decimal("0.01")
    assert len(await guard.issue_warnings(OWNER, cost, least)) == 1
    assert await guard.issue_warnings(other, cost, least) == []
    # The first one is put back, the second one settled: the third one carries the warning.
    guard.notify_settled(OWNER)
    await guard.confirm_warnings(other)
    guard.notify_settled(other)
    third = replace(OWNER, question_id=3)
    assert len(await guard.issue_warnings(third, cost, least)) == 1
    await guard.confirm_warnings(third)
    guard.notify_settled(third)
    assert await guard.issue_warnings(OWNER, cost, least) == []


async def test_answers_that_end_at_the_same_time_know_of_each_other() -> None:
    guard = build_guard(FakeBudgetStore(settled="0.70"))
    other, cost, least = replace(OWNER, question_id=2), Decimal("0.06"), Decimal("0.01")
    found = await asyncio.gather(
        guard.issue_warnings(OWNER, cost, least), guard.issue_warnings(other, cost, least)
    )
    assert sum(map(len, found)) == 1
    # Once it is settled, the ledger has its cost.
    guard = build_guard(FakeBudgetStore(settled="0.70"))
    await guard.issue_warnings(OWNER, cost, least)
    guard.notify_settled(OWNER)
    assert await guard.issue_warnings(other, cost, least) == []


async def test_what_nobody_asked_for_leaves_the_last_money_to_questions() -> None:
    need = CostNeed(CostCeiling(1_000, 1_000), (PRICE,))
    guard = build_guard(FakeBudgetStore(settled="0.70"))
    amount = await guard.reserve_unless_near_limit(OWNER, need)
    assert amount == compute_max_cost(need.ceiling, PRICE)
    store = FakeBudgetStore(settled="0.79")
    with pytest.raises(BudgetExceeded):
        await build_guard(store).reserve_unless_near_limit(OWNER, need)
    assert store.events == []
    assert await build_guard(store, "").reserve_unless_near_limit(OWNER, need) == amount
