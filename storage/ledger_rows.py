"""Convert requests and amounts of money to columns of the ledger and back. Decides nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bot.domain.costs import CostBasis, ModelRequest
from bot.domain.llm import Usage
from storage import bills

_NANO_PER_DOLLAR = Decimal(1_000_000_000)
# A million dollars. The sum of nine thousand such rows still fits SQLite's integers.
_MAX_NANO = 1_000_000 * 1_000_000_000
# Until the bill comes, these count with the most the request can cost.
_PENDING_BASES = {CostBasis.CAPPED, CostBasis.ESTIMATED, CostBasis.WORST_CASE}
# These are as good as known where no bill will come.
_KNOWN_BASES = {CostBasis.COMPUTED, CostBasis.ESTIMATED, CostBasis.FREE}


def convert_to_nano(cost: Decimal) -> int:
    """Convert the cost of a request in US dollars to the stored integer, in units of 1e-9 dollars.

    A cost is at least 0 and at most a million dollars.
    """
    return max(0, min(convert_difference_to_nano(cost), _MAX_NANO))


def convert_difference_to_nano(difference: Decimal) -> int:
    """Convert US dollars, which may be less than 0 or any number, to units of 1e-9 dollars."""
    return int((difference * _NANO_PER_DOLLAR).to_integral_value())


def convert_to_dollars(nano_dollars: int) -> Decimal:
    """Convert a stored integer to US dollars."""
    return Decimal(nano_dollars) / _NANO_PER_DOLLAR


def build_request_values(request: ModelRequest, now: float) -> dict[str, Any]:
    """Return the columns that the end of a request fills."""
    usage = request.usage or Usage()
    return {
        "generation_id": request.generation_id,
        "provider": request.provider,
        "model": request.model,
        "purpose": request.purpose.value,
        "outcome": request.outcome,
        "reason": request.reason,
        "first_ms": _convert_to_milliseconds(request.first_output_seconds),
        "took_ms": _convert_to_milliseconds(request.total_seconds),
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cached_tokens": usage.cached_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "image_tokens": usage.image_tokens,
        "price": request.price,
        "odd_claim": request.odd_claim,
        **_build_cost_values(request, now),
    }


def _build_cost_values(request: ModelRequest, now: float) -> dict[str, Any]:
    """Return what the request counts as now, and where its real cost will be known from.

    While a bill is awaited, what was neither reported nor computed counts with the most it can be.
    """
    cost = None if request.cost is None else convert_to_nano(request.cost)
    is_reported = cost is not None and not request.is_estimated
    is_awaited = not is_reported and bills.has_bill(request.provider, request.generation_id)
    is_pending = is_awaited and request.basis in _PENDING_BASES
    worst = max(request.max_cost or Decimal(0), request.cost or Decimal(0))
    # Without a price there is no most that could be booked, and no bill that could be missed.
    is_known = is_reported or request.basis in _KNOWN_BASES or not worst
    return {
        "cost_nano": None if is_pending else cost,
        "assumed_nano": cost if is_pending else None,
        "worst_nano": convert_to_nano(worst),
        "basis": request.basis.value,
        "estimated": request.is_estimated,
        "bill": "open" if is_awaited else "" if is_known else "given_up",
        "bill_due": now + bills.FIRST_BILL_DELAY_SECONDS if is_awaited else None,
    }


def _convert_to_milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
