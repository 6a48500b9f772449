"""Budgets on the ledger: reservations, what replaces them, and what a crash leaves of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.billing.budget_guard import BudgetGuard
from bot.billing.budgets import parse_budgets
from bot.billing.lowering import CostNeed
from bot.domain.budgets import Budgets, Verdict
from bot.domain.costs import (
    BillCounts,
    CostBasis,
    CostCeiling,
    CostOwner,
    ModelRequest,
    PlannedRequest,
    Price,
)
from bot.domain.llm import RequestSent
from storage.engine.database import Database
from storage.reports.budgets import list_events
from tests.support.budgets import NOON, BudgetHarness
from tests.support.ledger import record_taken

ZERO = Decimal(0)
LIMITS = parse_budgets("user/day=1.00 workspace/month=5.00")
PRICE = Price(Decimal(8), Decimal(2), Decimal(15), Decimal(30))


@pytest.fixture
def harness(database: Database) -> BudgetHarness:
    return BudgetHarness(database, LIMITS)


async def test_what_is_reserved_is_open_until_it_is_settled(harness: BudgetHarness) -> None:
    question = await harness.claim_question()
    assert await harness.reserve(question, "0.60") is Verdict.ALLOWED
    assert await harness.get_spent(question) == (ZERO, Decimal("0.60"))
    other = await harness.claim_question()
    assert await harness.reserve(other, "0.60") is Verdict.WAIT
    await harness.settle(question, "0.10")
    assert await harness.get_spent(question) == (Decimal("0.10"), ZERO)
    assert await harness.reserve(other, "0.60") is Verdict.ALLOWED
    await harness.settle(other, "0.50")
    third = await harness.claim_question()
    assert await harness.reserve(third, "0.41") is Verdict.REFUSED


async def test_a_request_that_was_taken_counts_once_and_survives_a_crash(
    harness: BudgetHarness,
) -> None:
    question = await harness.claim_question()
    await harness.reserve(question, "0.60")
    await harness.start(question, "0.60", name="gen-1")
    assert await harness.get_spent(question) == (ZERO, Decimal("0.60"))
    other = await harness.claim_question()
    await harness.reserve(other, "0.30")
    # A start after a crash: a request that was taken may still cost, the others are free.
    await harness.crash()
    assert await harness.get_spent(question) == (ZERO, Decimal("0.60"))
    await harness.ledger.record_cost("gen-1", Decimal("0.02"))
    assert await harness.get_spent(question) == (Decimal("0.02"), ZERO)


async def test_a_question_that_is_attempted_again_reserves_once(harness: BudgetHarness) -> None:
    question = await harness.claim_question()
    for _ in range(3):
        assert await harness.reserve(question, "0.60") is Verdict.ALLOWED
    assert await harness.get_spent(question) == (ZERO, Decimal("0.60"))


async def test_a_new_day_is_a_new_budget_and_the_month_goes_on(harness: BudgetHarness) -> None:
    question = await harness.claim_question()
    await harness.reserve(question, "0.99")
    await harness.settle(question, "0.99")
    assert await harness.reserve(await harness.claim_question(), "0.50") is Verdict.REFUSED
    harness.now += 12 * 3600
    assert await harness.reserve(await harness.claim_question(), "0.50") is Verdict.ALLOWED


async def test_the_record_tells_changes_refusals_and_warnings(harness: BudgetHarness) -> None:
    await harness.budgets.record_change("user/day=1")
    await harness.budgets.record_change("user/day=1")
    await harness.budgets.record_refusal(
        CostOwner("T", "C1", "U1"), "user/day", least=ZERO, most=ZERO
    )
    refused, changed = await list_events(harness.database, 9)
    assert (refused.kind, refused.text, refused.user) == ("refused", "user/day", "U1")
    assert (changed.kind, changed.text, changed.user) == ("changed", "user/day=1", "")


async def test_without_a_budget_nothing_is_reserved(harness: BudgetHarness) -> None:
    budget_guard = BudgetGuard(harness.budgets, Budgets(), lambda: NOON)
    question = await harness.claim_question()
    await budget_guard.reserve(question.cost_owner, CostNeed(CostCeiling(10**7, 8_192), (PRICE,)))
    assert await harness.get_spent(question) == (ZERO, ZERO)


async def test_of_several_requests_each_keeps_its_share_until_it_has_begun(
    harness: BudgetHarness,
) -> None:
    question = await harness.claim_question()
    each = Decimal("0.30")
    judgement = await harness.judge(question, each, requests=3)
    assert judgement.verdict is Verdict.ALLOWED
    assert await harness.get_spent(question) == (ZERO, Decimal("0.90"))
    # Requests that have started count with their rows, the others with their reservations.
    for number in range(3):
        await record_taken(harness.ledger, question, f"gen-{number}", each)
        assert await harness.get_spent(question) == (ZERO, Decimal("0.90"))
    other = await harness.claim_question()
    assert await harness.reserve(other, "0.20") is Verdict.WAIT


async def test_several_requests_are_allowed_together_or_not_at_all(harness: BudgetHarness) -> None:
    question = await harness.claim_question()
    judgement = await harness.judge(question, "0.40", requests=3)
    assert judgement.verdict is not Verdict.ALLOWED
    assert await harness.get_spent(question) == (ZERO, ZERO)


async def test_a_request_that_is_sent_again_because_it_was_free_takes_no_others_reservation(
    harness: BudgetHarness,
) -> None:
    question = await harness.claim_question()
    each = Decimal("0.30")
    judgement = await harness.judge(question, each, requests=2)
    assert judgement.verdict is Verdict.ALLOWED
    first = await record_taken(harness.ledger, question, "gen-1", each)
    free = ModelRequest("openrouter", "m", "gen-1", cost=ZERO, basis=CostBasis.FREE, key=first.key)
    again = PlannedRequest("again", max_cost=each, replaced=free)
    await harness.ledger.record_sent(question.cost_owner, again, RequestSent("openrouter", "m"))
    # One runs, the other is reserved; what was free counts no more.
    assert await harness.get_spent(question) == (ZERO, Decimal("0.60"))
    await record_taken(harness.ledger, question, "gen-2", each)
    assert await harness.get_spent(question) == (ZERO, Decimal("0.60"))


async def test_what_is_reserved_and_was_never_sent_is_free_after_a_crash(
    harness: BudgetHarness,
) -> None:
    question = await harness.claim_question()
    await harness.reserve(question, "0.60")
    await harness.crash()
    assert await harness.get_spent(question) == (ZERO, ZERO)
    planned = PlannedRequest("sent", max_cost=Decimal("0.60"))
    await harness.ledger.record_sent(question.cost_owner, planned, RequestSent("openai", "m"))
    await harness.crash()
    assert await harness.get_spent(question) == (Decimal("0.60"), ZERO)


async def test_a_model_without_a_price_leaves_no_bill_to_miss(harness: BudgetHarness) -> None:
    owner = (await harness.claim_question()).cost_owner
    unknown = ModelRequest("compatible", "m", basis=CostBasis.UNKNOWN, started_at=harness.now)
    capped = replace(unknown, basis=CostBasis.CAPPED, cost=Decimal(0), max_cost=Decimal(0))
    broken = replace(capped, basis=CostBasis.WORST_CASE, cost=Decimal(1), max_cost=Decimal(1))
    await harness.ledger.record_requests(owner, [unknown, capped] * 20, is_over=False)
    assert await harness.ledger.count_bills() == BillCounts()
    await harness.ledger.record_requests(owner, [broken], is_over=False)
    assert await harness.ledger.count_bills() == BillCounts(given_up=1)


async def test_a_free_request_of_a_process_that_died_leaves_no_bill_either(
    harness: BudgetHarness,
) -> None:
    owner = (await harness.claim_question()).cost_owner
    for key, cost in (("a", None), ("b", Decimal(0)), ("c", Decimal("0.1"))):
        planned = PlannedRequest(key, max_cost=cost)
        await harness.ledger.record_sent(owner, planned, RequestSent("compatible", "m"))
    await harness.crash()
    assert await harness.ledger.count_bills() == BillCounts(given_up=1)
