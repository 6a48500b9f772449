"""A month at other prices: exact where nothing changed, in proportion where something did."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.billing.price_comparison import compare_costs, compute_cost_at
from bot.billing.usage_report import PricedUsage
from bot.domain.costs import Price

PRICE = Price(Decimal(8), Decimal(2), Decimal(15), Decimal(30), as_of="2026-10-01")
USED = PricedUsage(
    "p", "m", PRICE, 3, 1_000_000, 500_000, 100_000, 50_000, Decimal("7.123456789"), 0
)


def test_at_the_same_price_it_costs_the_same_to_the_last_digit() -> None:
    assert compute_cost_at(USED, replace(PRICE, as_of="2026-11-28")) == USED.cost
    dearer = Price(Decimal(16), Decimal(4), Decimal(30), Decimal(60))
    assert compute_cost_at(USED, dearer) == 2 * USED.cost


def test_each_kind_of_tokens_has_its_own_price() -> None:
    used = replace(USED, cost=Decimal("7.25"))  # what the tokens cost: 4 + 1 + 0.75 + 1.5
    for name, difference in (
        ("input", "0.5"),
        ("cached", "0.5"),
        ("output", "0.05"),
        ("picture", "0.05"),
    ):
        other = replace(PRICE, **{name: getattr(PRICE, name) + 1})
        assert compute_cost_at(used, other) == used.cost + Decimal(difference), name


FREE = Price(Decimal(0), Decimal(0), Decimal(0), Decimal(0))


@pytest.mark.parametrize("price", [None, FREE])
def test_without_a_price_then_it_is_what_the_tokens_cost(price: Price | None) -> None:
    assert compute_cost_at(replace(USED, price=price, cost=Decimal(0)), PRICE) == Decimal("7.25")


def test_what_has_no_tokens_stays_as_it_was_booked() -> None:
    lost = PricedUsage("p", "m", PRICE, 1, 0, 0, 0, 0, Decimal("0.5"), 0)
    assert compute_cost_at(lost, replace(PRICE, input=Decimal(99))) == Decimal("0.5")


def test_models_are_compared_and_those_without_a_price_are_apart() -> None:
    used = [
        USED,
        replace(USED, price=None, cost=Decimal(1)),
        replace(USED, model="gone", unknown=2),
    ]
    mine, gone = compare_costs(used, {("p", "m"): PRICE, ("p", "gone"): None})
    assert (mine.model, mine.requests, mine.cost) == ("m", 6, Decimal("8.123456789"))
    assert mine.then == Decimal("14.373456789")
    assert (gone.model, gone.then, gone.unknown) == ("gone", None, 2)
    assert [one.then for one in compare_costs(used, {})] == [None, None]
