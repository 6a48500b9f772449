"""Meter the requests of one question while they run: usage, times, price and cost of each.

Pure except for the clocks passed in. A cost that the provider does not report is computed, and
marked as an estimate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

from bot.billing.pricing import PICTURE_TOKENS, estimate_cost
from bot.domain.costs import ModelRequest, Price, RequestPurpose
from bot.domain.llm import (
    ImageOutput,
    ReasoningDelta,
    RequestRejected,
    ResponseFinished,
    ResponseStarted,
    StreamEvent,
    TextDelta,
    Usage,
)
from bot.domain.tokens import estimate_tokens

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
        self._purpose = RequestPurpose.ANSWER
        self._started_at = 0.0
        self._estimated_tokens = 0
        self._texts: list[str] = []
        self._picture_count = 0

    def start_request(
        self, estimated_tokens: int, purpose: RequestPurpose = RequestPurpose.ANSWER
    ) -> None:
        """Note that the next request is being made, with about `estimated_tokens`."""
        self._estimated_tokens, self._purpose = estimated_tokens, purpose
        self._started_at = self._clocks.monotonic()

    def record_event(self, event: StreamEvent) -> None:
        """Note an event of the request that runs."""
        match event:
            case RequestRejected(provider, model, code):
                self._finished_requests.append(
                    self._build_request(provider, model, code, cost=Decimal(0))
                )
            case ResponseStarted(generation_id, model, provider):
                # A fallback takes over only from a request that produced nothing.
                self.end_request("broken")
                request = self._build_request(provider, model, "begun")
                self._current_request = replace(request, generation_id=generation_id)
            case TextDelta(text) | ReasoningDelta(text):
                self._mark_first_output()
                self._texts.append(text)
            case ImageOutput():
                self._mark_first_output()
                self._picture_count += 1
            case ResponseFinished(_, usage) if self._current_request is not None:
                self._current_request = replace(self._current_request, usage=usage)
            case _:
                pass

    def end_request(self, outcome: str) -> None:
        """Note that the request that runs, if any, has ended with `outcome`."""
        current = self._current_request
        if current is None:
            return
        total_seconds = self._clocks.monotonic() - self._started_at
        price = self._find_price(current.provider, current.model)
        usage = current.usage or self._estimate_usage()
        reported = usage.cost if current.usage is not None else None
        computed = None if price is None or reported is not None else estimate_cost(usage, price)
        self._finished_requests.append(
            replace(
                current,
                outcome=outcome,
                usage=usage,
                cost=computed if reported is None else reported,
                is_estimated=reported is None,
                price="" if price is None else price.serialize(),
                total_seconds=total_seconds,
                # An estimate must not be corrected by an estimated usage.
                estimated_tokens=current.estimated_tokens if current.usage is not None else 0,
            )
        )
        self._current_request, self._texts, self._picture_count = None, [], 0

    @property
    def requests(self) -> tuple[ModelRequest, ...]:
        """The requests that have ended, in order, including rejected ones."""
        return tuple(self._finished_requests)

    def _build_request(
        self, provider: str, model: str, outcome: str, cost: Decimal | None = None
    ) -> ModelRequest:
        return ModelRequest(
            provider=provider,
            model=model,
            purpose=self._purpose,
            outcome=outcome,
            cost=cost,
            started_at=self._clocks.now(),
            estimated_tokens=self._estimated_tokens,
        )

    def _mark_first_output(self) -> None:
        if self._current_request is not None and self._current_request.first_output_seconds is None:
            seconds = self._clocks.monotonic() - self._started_at
            self._current_request = replace(self._current_request, first_output_seconds=seconds)

    def _estimate_usage(self) -> Usage:
        """Return the usage of a request that was cut short, estimated from what it produced."""
        if not self._texts and not self._picture_count:
            return Usage()
        image_tokens = self._picture_count * PICTURE_TOKENS["medium"]
        return Usage(
            prompt_tokens=self._estimated_tokens,
            completion_tokens=estimate_tokens("".join(self._texts)) + image_tokens,
            image_tokens=image_tokens,
        )


def sum_known_costs(requests: Iterable[ModelRequest]) -> Decimal:
    """Return the sum of the reported and computed costs, in US dollars."""
    return sum((request.cost for request in requests if request.cost is not None), Decimal(0))
