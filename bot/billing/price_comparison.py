"""Compare what requests have cost with what they would have cost at other prices. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TypeAlias

from bot.billing.budgets import NANO_DOLLAR
from bot.billing.pricing import estimate_cost
from bot.billing.usage_report import PricedUsage
from bot.domain.costs import Price
from bot.domain.llm import Usage

# The provider and the name of a model.
ModelKey: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ComparedCost:
    """What the requests to a model have cost in US dollars, and what they would have cost.

    `then` is None where the model has no other price. Of `unknown` requests no cost is booked:
    they are in neither sum.
    """

    provider: str
    model: str
    requests: int
    cost: Decimal
    then: Decimal | None
    unknown: int


def compare_costs(
    used: Sequence[PricedUsage], prices: Mapping[ModelKey, Price | None]
) -> list[ComparedCost]:
    """Return the cost of each model that was `used` and its cost at `prices`, the highest first."""
    groups: dict[ModelKey, list[PricedUsage]] = {}
    for usage in used:
        groups.setdefault((usage.provider, usage.model), []).append(usage)
    compared = [_compare_model(key, group, prices.get(key)) for key, group in groups.items()]
    return sorted(compared, key=lambda one: (-one.cost, one.provider, one.model))


def _compare_model(key: ModelKey, used: Sequence[PricedUsage], price: Price | None) -> ComparedCost:
    then = None
    if price is not None:
        then = sum((compute_cost_at(usage, price) for usage in used), Decimal(0))
    return ComparedCost(
        *key,
        sum(usage.requests for usage in used),
        sum((usage.cost for usage in used), Decimal(0)),
        then,
        sum(usage.unknown for usage in used),
    )


def compute_cost_at(used: PricedUsage, price: Price) -> Decimal:
    """Return what requests would have cost at `price`, in whole nano-dollars.

    It is their cost, changed as the cost of their tokens changes from the price that they were
    booked with: so the same price gives the same cost, also where a bill has more in it than the
    tokens that the ledger knows. Where that says nothing, it is the cost of their tokens; what has
    no tokens stays as it was booked.
    """
    tokens = Usage(
        prompt_tokens=used.input_tokens,
        completion_tokens=used.output_tokens,
        cached_tokens=used.cached_tokens,
        image_tokens=used.image_tokens,
    )
    new = estimate_cost(tokens, price)
    old = None if used.price is None else estimate_cost(tokens, used.price)
    with localcontext() as context:
        context.prec = 40
        if old:
            cost = used.cost * new / old
        elif used.input_tokens or used.output_tokens:
            cost = new
        else:
            cost = used.cost
        return cost.quantize(NANO_DOLLAR)
