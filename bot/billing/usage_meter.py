"""Meter the requests of one question while they run: usage, times, price and cost of each.

Pure except for the clocks passed in. See `booking.py` for what a request counts as.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeAlias

import structlog

from bot.billing.booking import BookedCost, compute_reported_cost, compute_unreported_cost
from bot.billing.pricing import PICTURE_TOKENS
from bot.domain.costs import CostBasis, ModelRequest, PlannedRequest, Price, RequestPurpose
from bot.domain.llm import (
    GenerationIdentified,
    ImageOutput,
    ReasoningDelta,
    RequestLost,
    RequestRejected,
    RequestSent,
    ResponseFailed,
    ResponseFinished,
    ResponseStarted,
    StreamEvent,
    TextDelta,
    Usage,
    UsageReported,
)
from bot.domain.tokens import estimate_tokens

log = structlog.get_logger(__name__)

# Takes some hundredths of a second.
_MAX_COUNTED_CHARS = 200_000
# The price of a model at a provider, None where it is unknown.
PriceLookup: TypeAlias = Callable[[str, str], Price | None]


@dataclass(frozen=True, slots=True)
class Clocks:
    """Unix time in seconds, and seconds of a clock that never goes back."""

    now: Callable[[], float]
    monotonic: Callable[[], float]


class UsageMeter:
    """Turns the events of successive requests into one `ModelRequest` each; see `requests`."""

    def __init__(self, find_price: PriceLookup, clocks: Clocks) -> None:
        self._find_price = find_price
        self._clocks = clocks
        self._finished_requests: list[ModelRequest] = []
        self._current_request: ModelRequest | None = None
        self._is_unbilled = False
        self._planned = PlannedRequest("")
        self._started_at = 0.0
        self._estimated_tokens = 0
        self._picture_tokens = PICTURE_TOKENS["medium"]
        self._texts: list[str] = []
        self._picture_count = 0

    def start_request(
        self,
        estimated_tokens: int,
        purpose: RequestPurpose = RequestPurpose.ANSWER,
        max_cost: Decimal | None = None,
        picture_tokens: int = PICTURE_TOKENS["medium"],
    ) -> None:
        """Note that a request is about to be made, with about `estimated_tokens`.

        `max_cost` is the most it can cost, None where no price is known. `picture_tokens` are those
        of one picture that is asked for.
        """
        self._planned = PlannedRequest("", purpose, max_cost)
        self._estimated_tokens = estimated_tokens
        self._picture_tokens = picture_tokens
        self._started_at = self._clocks.monotonic()

    @property
    def planned(self) -> PlannedRequest:
        """The request that is being sent or runs."""
        return self._planned

    def record_event(self, event: StreamEvent) -> None:
        """Note an event of the request that runs."""
        match event:
            case RequestSent(provider, model):
                self._begin_request(provider, model)
            case RequestRejected() | RequestLost():
                self._record_failure(event)
            case ResponseStarted(generation_id, model, provider):
                self._ensure_request(provider, model)
                self._update(generation_id=generation_id, outcome="begun")
            case GenerationIdentified(generation_id, _):
                self._update(generation_id=generation_id)
            case UsageReported(usage):
                self._update(usage=usage)
            case ResponseFinished(_, usage) if usage is not None:
                self._update(usage=usage)
            case ResponseFailed(is_unbilled, reason):
                self._is_unbilled = is_unbilled
                self._update(reason=reason)
            case _:
                self._record_output(event)

    def end_request(self, outcome: str) -> None:
        """Note that the request that runs, if any, has ended with `outcome`."""
        current = self._current_request
        if current is None:
            return
        price = self._find_price(current.provider, current.model)
        usage = current.usage or self._estimate_usage()
        booked = self._compute_cost(current, usage, price, outcome)
        if booked.odd_claim:
            log.warning("claim_not_believed", code=current.provider, reason=booked.odd_claim)
        self._finished_requests.append(
            replace(
                current,
                outcome=outcome,
                usage=usage,
                cost=booked.cost,
                basis=booked.basis,
                odd_claim=booked.odd_claim,
                price="" if price is None else price.serialize(),
                total_seconds=self._clocks.monotonic() - self._started_at,
                # An estimate must not be corrected by an estimated usage, nor by an absurd one.
                estimated_tokens=current.estimated_tokens if _is_trusted(current, booked) else 0,
            )
        )
        self._current_request, self._texts, self._picture_count = None, [], 0

    @property
    def requests(self) -> tuple[ModelRequest, ...]:
        """The requests that have ended, in order, including rejected ones."""
        return tuple(self._finished_requests)

    def _ensure_request(self, provider: str, model: str) -> None:
        """Go on with the request that was sent; begin one if that was not noted."""
        if self._current_request is None or self._current_request.outcome != "sent":
            self._begin_request(provider, model)

    def _begin_request(self, provider: str, model: str) -> None:
        self.end_request("broken")
        # Another request takes over only from one that was free.
        replaced = self._finished_requests[-1] if self._planned.key else None
        self._planned = replace(self._planned, key=secrets.token_hex(8), replaced=replaced)
        self._is_unbilled = False
        self._current_request = ModelRequest(
            provider=provider,
            model=model,
            purpose=self._planned.purpose,
            outcome="sent",
            max_cost=self._planned.max_cost,
            started_at=self._clocks.now(),
            estimated_tokens=self._estimated_tokens,
            key=self._planned.key,
        )

    def _record_failure(self, event: RequestRejected | RequestLost) -> None:
        self._ensure_request(event.provider, event.model)
        if isinstance(event, RequestRejected):
            self._is_unbilled = True
        else:
            self._update(generation_id=event.generation_id, usage=event.usage)
        self._update(reason=event.reason)
        self.end_request(event.code)

    def _update(self, **changes: Any) -> None:
        if self._current_request is not None:
            self._current_request = replace(self._current_request, **changes)

    def _compute_cost(
        self, current: ModelRequest, usage: Usage, price: Price | None, outcome: str
    ) -> BookedCost:
        max_cost = current.max_cost
        reported = None if current.usage is None else compute_reported_cost(usage, price, max_cost)
        if reported is not None:
            return reported
        if self._is_unbilled:
            return BookedCost(Decimal(0), CostBasis.FREE)
        estimated = usage if current.usage is None else self._estimate_usage()
        return compute_unreported_cost(estimated, price, max_cost, outcome=outcome)

    def _record_output(self, event: StreamEvent) -> None:
        match event:
            case TextDelta(text) | ReasoningDelta(text):
                self._texts.append(text)
            case ImageOutput():
                self._picture_count += 1
            case _:
                return
        self._mark_first_output()

    def _mark_first_output(self) -> None:
        if self._current_request is not None and self._current_request.first_output_seconds is None:
            self._update(first_output_seconds=self._clocks.monotonic() - self._started_at)

    def _estimate_usage(self) -> Usage:
        """Return the usage of a request that was cut short, estimated from what it produced."""
        if not self._texts and not self._picture_count:
            return Usage()
        image_tokens = self._picture_count * self._picture_tokens
        return Usage(
            prompt_tokens=self._estimated_tokens,
            completion_tokens=_estimate_text_tokens("".join(self._texts)) + image_tokens,
            image_tokens=image_tokens,
        )


def _estimate_text_tokens(text: str) -> int:
    """Estimate a text by its beginning, if it is longer than answers are: that takes time."""
    counted = estimate_tokens(text[:_MAX_COUNTED_CHARS])
    return counted * max(len(text), _MAX_COUNTED_CHARS) // _MAX_COUNTED_CHARS


def _is_trusted(request: ModelRequest, booked: BookedCost) -> bool:
    """Whether the provider reported a usage that can be true."""
    is_reported = request.usage is not None and request.usage.is_counted
    return is_reported and booked.basis is not CostBasis.CAPPED


def sum_known_costs(requests: Iterable[ModelRequest]) -> Decimal:
    """Return the sum of the reported and computed costs, in US dollars."""
    return sum((request.cost for request in requests if request.cost is not None), Decimal(0))
