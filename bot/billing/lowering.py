"""Lower what a request may cost until it fits an amount: its length, its pictures. Pure.

A request is lowered before it is refused, and never below what makes a useful answer. What is sent
to the provider is lowered alike, so that the amount stays the most that the request can cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_UP, Decimal

from bot.billing.budgets import NANO_DOLLAR
from bot.billing.pricing import compute_max_cost, estimate_cost
from bot.domain.budgets import Demand
from bot.domain.costs import CostCeiling, Price
from bot.domain.llm import Usage

# An answer with fewer tokens is useless.
MIN_TOKENS = 256
# A picture needs room for thoughts about it, and some words.
MIN_PICTURE_TOKENS = 1_024
# What an answer usually takes at most, before the ledger knows better.
_USUAL_TOKENS = 2_048
_MIN_USUAL_TOKENS = 512
_QUALITIES = ("high", "medium", "low")
# What a request to a model without a known price is taken to cost, until one has told its cost.
_UNPRICED_USD = Decimal("0.50")
# A cost may differ from the computed one by what is rounded.
_TOLERANCE = Decimal("1.02")


@dataclass(frozen=True, slots=True)
class CostNeed:
    """What a question asks for: `requests` equal requests of at most `ceiling`.

    `prices` are those of all `models` that may answer; the highest counts. `wants_picture`: words
    alone would miss the point. Without `can_be_lowered` it is all or nothing.
    """

    ceiling: CostCeiling
    prices: tuple[Price, ...]
    requests: int = 1
    wants_picture: bool = False
    can_be_lowered: bool = True
    models: tuple[str, ...] = ()

    def compute_cost(self, ceiling: CostCeiling) -> Decimal:
        """Return the most that one request of `ceiling` costs, in whole nano-dollars, 0 if the
        prices are unknown."""
        costs = [compute_max_cost(ceiling, price) for price in self.prices]
        return max(costs, default=Decimal(0)).quantize(NANO_DOLLAR, ROUND_UP)

    def find_max_cost(self, amount: Decimal) -> Decimal | None:
        """Return the most that a request counts as for which `amount` US dollars are set aside.

        Without a price that is what is set aside; None where nothing is.
        """
        return amount if self.prices else amount or None


def build_demand(need: CostNeed, recent: Sequence[Usage] = ()) -> Demand:
    """Return what to ask of the budgets. `recent` is what the latest such requests took.

    Without a price it is the highest of the recent costs. Before the first is known it is an
    assumed one, or what is left: an answer is not refused for a cost that no one knows.
    """
    steps = _list_steps(need, recent)
    most = need.compute_cost(need.ceiling)
    usual = min(most, need.compute_cost(_choose_usual_step(need, steps)))
    least = min(need.compute_cost(step) for step in steps)
    # What was lately charged beyond its price may be charged again.
    unexplained = _find_unexplained_cost(need, recent)
    if not need.prices and not unexplained and need.can_be_lowered:
        return Demand(_UNPRICED_USD, _UNPRICED_USD, NANO_DOLLAR, need.requests)
    return Demand(
        max(most, unexplained), max(usual, unexplained), max(least, unexplained), need.requests
    )


def fit_ceiling(
    need: CostNeed, amount: Decimal, recent: Sequence[Usage] = ()
) -> CostCeiling | None:
    """Return the most that one request can use for `amount` US dollars; None if it is too little.

    A question that wants a picture is answered more briefly, then its picture gets simpler. For any
    other the picture that it might bring gets simpler, then the answer shorter; in the end there is
    none, only words.
    """
    for step in _list_steps(need, recent):
        tokens = _count_affordable_tokens(need, step, amount)
        if tokens >= step.output_tokens:
            return replace(step, output_tokens=min(tokens, need.ceiling.output_tokens))
    return None


def _list_steps(need: CostNeed, recent: Sequence[Usage]) -> list[CostCeiling]:
    """Return ever smaller ceilings, each with the fewest tokens that it is good for."""
    ceiling = need.ceiling
    if not need.can_be_lowered:
        return [ceiling]
    most = ceiling.output_tokens
    least = replace(ceiling, output_tokens=min(most, MIN_TOKENS))
    usual = replace(ceiling, output_tokens=min(most, _estimate_usual_tokens(recent)))
    if not ceiling.picture_count:
        return [usual, least]
    if need.wants_picture:
        least = replace(ceiling, output_tokens=min(most, MIN_PICTURE_TOKENS))
        return [replace(least, quality=quality) for quality in _list_qualities(ceiling)]
    simpler = [replace(ceiling, quality=quality) for quality in _list_qualities(ceiling)]
    shorter = [replace(step, quality=simpler[-1].quality) for step in (usual, least)]
    return [*simpler, *shorter, replace(least, picture_count=0)]


def _list_qualities(ceiling: CostCeiling) -> list[str]:
    """Return the quality of `ceiling` and those below it; any other word counts as the highest."""
    known = ceiling.quality if ceiling.quality in _QUALITIES else _QUALITIES[0]
    return [ceiling.quality, *_QUALITIES[_QUALITIES.index(known) + 1 :]]


def _choose_usual_step(need: CostNeed, steps: Sequence[CostCeiling]) -> CostCeiling:
    """Return what such a question usually needs: a picture as it is wanted, or words."""
    if not need.can_be_lowered:
        return need.ceiling
    # For words it is the last step before the answer gets shorter: a picture may be simple.
    index = 0 if need.wants_picture or not need.ceiling.picture_count else -3
    return steps[index]


def _estimate_usual_tokens(recent: Sequence[Usage]) -> int:
    """Return a length that nine of ten answers do not even reach by half."""
    if not recent:
        return _USUAL_TOKENS
    lengths = sorted(usage.completion_tokens - usage.image_tokens for usage in recent)
    return max(_MIN_USUAL_TOKENS, 2 * lengths[len(lengths) * 9 // 10])


def _count_affordable_tokens(need: CostNeed, step: CostCeiling, amount: Decimal) -> int:
    """Return the output tokens that `amount` pays for at the highest price; -1 if not even 0."""
    counts = [need.ceiling.output_tokens]
    for price in need.prices:
        left = amount - compute_max_cost(replace(step, output_tokens=0), price)
        if left < 0:
            return -1
        if price.output:
            counts.append(int(left * 1_000_000 / price.output))
    return min(counts)


def _find_unexplained_cost(need: CostNeed, recent: Sequence[Usage]) -> Decimal:
    """Return the highest of the recent costs that are beyond what the prices make of their tokens.

    Then a price is wrong or missing, and no ceiling can be trusted further than this cost.
    """
    costs = [
        usage.cost
        for usage in recent
        if usage.cost is not None
        and (need.wants_picture or not usage.image_tokens)
        and usage.cost > _estimate_highest_cost(need.prices, usage) * _TOLERANCE
    ]
    return max(costs, default=Decimal(0))


def _estimate_highest_cost(prices: Sequence[Price], usage: Usage) -> Decimal:
    costs = []
    for price in prices:
        # Which part of the input was read by the model that draws is not known any more.
        drawing = (price.drawing_image, price.drawing_text) if usage.image_tokens else ()
        highest = replace(price, input=max([price.input, *drawing]))
        costs.append(estimate_cost(replace(usage, cached_tokens=0), highest))
    return max(costs, default=Decimal(0))
