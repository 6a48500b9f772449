"""What a request counts as, by what is known of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.billing.booking import BookedCost, compute_reported_cost, compute_unreported_cost
from bot.domain.costs import CostBasis, Price
from bot.domain.llm import Usage
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2

PRICE = GPT_5_4_IMAGE_2.price
WORST = Decimal("0.50")
SEEN = Usage(1_000, 100)


@pytest.mark.parametrize(
    ("usage", "cost", "basis", "claim"),
    [
        (Usage(9, 9, cost=Decimal("0.1")), "0.1", CostBasis.TOLD, ""),
        (Usage(9, 9, cost=Decimal(0)), "0", CostBasis.TOLD, ""),
        (Usage(9, 9, cost=Decimal("0.6")), "0.50", CostBasis.CAPPED, "0.6"),
        (Usage(1_000, 100), "0.0095", CostBasis.COMPUTED, ""),
        (Usage(1, 2**39), "0.50", CostBasis.CAPPED, "8246337.208328"),
        (Usage(9, 9, odd_cost="1000000000000.0"), "0.50", CostBasis.CAPPED, "1000000000000.0"),
        (Usage(9, 9, odd_cost="inf"), "0.50", CostBasis.CAPPED, "inf"),
        (Usage(1_000, 100, odd_cost="-5"), "0.0095", CostBasis.COMPUTED, "-5"),
        (Usage(1_000, 100, odd_cost="nan"), "0.0095", CostBasis.COMPUTED, "nan"),
        (Usage(1_000, 100, odd_cost="much"), "0.0095", CostBasis.COMPUTED, "much"),
        (Usage(0, 0, cost=Decimal("0.1"), is_counted=False), "0.1", CostBasis.TOLD, ""),
    ],
    ids=str,
)
def test_a_claim_counts_up_to_the_most_that_the_request_can_cost(
    usage: Usage, cost: str, basis: CostBasis, claim: str
) -> None:
    assert compute_reported_cost(usage, PRICE, WORST) == BookedCost(Decimal(cost), basis, claim)


def test_a_server_of_ones_own_costs_nothing_however_it_fails() -> None:
    booked = compute_unreported_cost(SEEN, None, Decimal(0), outcome="broken")
    assert booked == BookedCost(Decimal(0), CostBasis.FREE)


def test_tokens_that_cannot_be_true_say_nothing() -> None:
    assert compute_reported_cost(Usage(0, 0, is_counted=False), PRICE, WORST) is None


@pytest.mark.parametrize(
    ("max_cost", "counted"), [(None, 5), (Decimal(0), 0), (Decimal("0.3"), "0.3")]
)
def test_without_a_price_a_claim_is_bounded_all_the_same(
    max_cost: Decimal | None, counted: str
) -> None:
    booked = compute_reported_cost(Usage(1, 1, cost=Decimal(900_000)), None, max_cost)
    assert booked == BookedCost(Decimal(counted), CostBasis.CAPPED, "900000")
    assert compute_reported_cost(Usage(1, 1), None, max_cost) == BookedCost(None, CostBasis.UNKNOWN)


@pytest.mark.parametrize("usage", [
    Usage(9, 9, cost=Decimal("4.99")), Usage(9, 9, odd_cost="inf"),
    Usage(9, 9, cost=Decimal(10**12)), Usage(9, 9, odd_cost="1e500"),
])  # fmt: skip
def test_whatever_a_server_of_ones_own_claims_nothing_counts(usage: Usage) -> None:
    free = Price(Decimal(0), Decimal(0), Decimal(0), Decimal(0))
    booked = compute_reported_cost(usage, free, Decimal(0))
    assert booked is not None and (booked.cost, booked.basis) == (Decimal(0), CostBasis.CAPPED)
    assert booked.odd_claim


@pytest.mark.parametrize(
    ("outcome", "seen", "max_cost", "basis"),
    [
        ("answered", SEEN, WORST, CostBasis.ESTIMATED),
        ("stopped", SEEN, WORST, CostBasis.ESTIMATED),
        ("stopped", Usage(1_000), WORST, CostBasis.WORST_CASE),
        ("broken", SEEN, WORST, CostBasis.WORST_CASE),
        ("504", Usage(), WORST, CostBasis.WORST_CASE),
        ("ReadTimeout", Usage(), WORST, CostBasis.WORST_CASE),
        ("broken", SEEN, None, CostBasis.ESTIMATED),
    ],
)
def test_what_is_not_reported_is_estimated_only_where_all_of_it_was_seen(
    outcome: str, seen: Usage, max_cost: Decimal | None, basis: CostBasis
) -> None:
    booked = compute_unreported_cost(seen, PRICE, max_cost, outcome=outcome)
    assert booked.basis is basis
    assert booked.cost == (WORST if basis is CostBasis.WORST_CASE else Decimal("0.0095"))
