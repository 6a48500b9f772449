"""Decides what a request counts as: told, computed, estimated, or the most it can cost. Pure.

| what is known | counts as |
|---|---|
| the provider reported a cost | that cost |
| it reported tokens only | the tokens at their price |
| either of them above the most the request can cost | the most it can cost |
| a failure that is certain to cost nothing | 0 |
| nothing, and Easel saw the whole answer or ended it itself | an estimate from what came |
| nothing, and the answer broke off or never began | the most it can cost |

The claim is kept as it was made; until the provider's bill says it, no claim takes more of a budget
than was reserved. A cost that cannot be an amount of money (negative, NaN, a word) counts as not
reported, and so do zeros.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from bot.billing.pricing import estimate_cost
from bot.domain.costs import CostBasis, Price
from bot.domain.llm import Usage

# More than any request of a known model costs: a context of 272,000 tokens and the longest answer.
# Only a provider whose bills can be looked up has models without a price.
_MAX_UNPRICED_USD = Decimal(5)
_MAX_CLAIM_CHARS = 100
# The request has ended as it should, or at the person's wish.
_ORDERLY_OUTCOMES = {"answered", "stopped"}


@dataclass(frozen=True, slots=True)
class BookedCost:
    """What a request counts as; `odd_claim` is a reported cost that is not believed."""

    cost: Decimal | None
    basis: CostBasis
    odd_claim: str = ""


def compute_reported_cost(
    usage: Usage, price: Price | None, max_cost: Decimal | None
) -> BookedCost | None:
    """Return what a request with a reported `usage` counts as; None if it says too little."""
    claim, basis = usage.cost, CostBasis.TOLD
    if claim is None and _is_enormous(usage.odd_cost):
        return BookedCost(_find_limit(max_cost), CostBasis.CAPPED, usage.odd_cost)
    if usage.is_counted and not (usage.prompt_tokens or usage.completion_tokens or claim):
        return None  # Proxies that do not count send zeros, and no request has no tokens at all.
    if claim is None:
        if not usage.is_counted:
            return None
        if price is None:
            return BookedCost(None, CostBasis.UNKNOWN, usage.odd_cost)
        claim, basis = estimate_cost(usage, price), CostBasis.COMPUTED
    limit = _find_limit(max_cost)
    if claim > limit:
        return BookedCost(limit, CostBasis.CAPPED, f"{claim:f}"[:_MAX_CLAIM_CHARS])
    return BookedCost(claim, basis, usage.odd_cost)


def compute_unreported_cost(
    estimated: Usage, price: Price | None, max_cost: Decimal | None, *, outcome: str
) -> BookedCost:
    """Return what a request without a usage counts as; `estimated` is the usage that was seen."""
    estimate = None if price is None else estimate_cost(estimated, price)
    if outcome in _ORDERLY_OUTCOMES and estimated.completion_tokens and estimate is not None:
        return BookedCost(min(estimate, _find_limit(max_cost)), CostBasis.ESTIMATED)
    if max_cost == 0:
        return BookedCost(max_cost, CostBasis.FREE)  # a server of one's own
    if max_cost is not None:
        return BookedCost(max_cost, CostBasis.WORST_CASE)
    return BookedCost(estimate, CostBasis.UNKNOWN if estimate is None else CostBasis.ESTIMATED)


def _find_limit(max_cost: Decimal | None) -> Decimal:
    """Return the most that a claim may count as. A model without a price has no worst case; what
    is free, as at a server of one's own, has one: nothing."""
    return _MAX_UNPRICED_USD if max_cost is None else max_cost


def _is_enormous(claim: str) -> bool:
    try:
        return Decimal(claim) > 0
    except InvalidOperation:
        return False
