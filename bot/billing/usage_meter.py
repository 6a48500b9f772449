"""Keeps the books of one question's requests while they run: what each took, when, at which price.

Pure but for the clocks it is given. Where the provider tells no cost it is computed, and marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

from bot.billing import pricing as prices
from bot.billing.pricing import PICTURE_TOKENS
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

# The price of a provider's model, None where nobody knows it.
PriceLookup: TypeAlias = Callable[[str, str], Price | None]


@dataclass(frozen=True, slots=True)
class Clocks:
    """Unix time in seconds, and seconds that only ever grow."""

    now: Callable[[], float]
    monotonic: Callable[[], float]


class UsageMeter:
    """Takes the events of requests; `attempts` is what they came to."""

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
        """The next request is made, with about `guessed` tokens."""
        self._estimated_tokens, self._purpose = estimated_tokens, purpose
        self._started_at = self._clocks.monotonic()

    def record_event(self, event: StreamEvent) -> None:
        match event:
            case RequestRejected(provider, model, code):
                self._finished_requests.append(
                    self._build_request(provider, model, code, cost=Decimal(0))
                )
            case ResponseStarted(generation_id, model, provider):
                # Another request takes over only where nothing was produced.
                self.end_request("broken")
                begun = self._build_request(provider, model, "begun")
                self._current_request = replace(begun, generation_id=generation_id)
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
        """The request that runs, if one does, has ended."""
        current = self._current_request
        if current is None:
            return
        took = self._clocks.monotonic() - self._started_at
        price = self._find_price(current.provider, current.model)
        usage = current.usage or self._estimate_usage()
        reported = usage.cost if current.usage is not None else None
        computed = (
            None if price is None or reported is not None else prices.estimate_cost(usage, price)
        )
        self._finished_requests.append(
            replace(
                current,
                outcome=outcome,
                usage=usage,
                cost=computed if reported is None else reported,
                is_estimated=reported is None,
                price="" if price is None else price.serialize(),
                total_seconds=took,
                # A guess of ours must not be corrected by another.
                estimated_tokens=current.estimated_tokens if current.usage is not None else 0,
            )
        )
        self._current_request, self._texts, self._picture_count = None, [], 0

    @property
    def requests(self) -> tuple[ModelRequest, ...]:
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
            first = self._clocks.monotonic() - self._started_at
            self._current_request = replace(self._current_request, first_output_seconds=first)

    def _estimate_usage(self) -> Usage:
        """What a request took that was cut short, as far as we have seen."""
        if not self._texts and not self._picture_count:
            return Usage()
        drawn = self._picture_count * PICTURE_TOKENS["medium"]
        return Usage(
            prompt_tokens=self._estimated_tokens,
            completion_tokens=estimate_tokens("".join(self._texts)) + drawn,
            image_tokens=drawn,
        )


def sum_known_costs(requests: Iterable[ModelRequest]) -> Decimal:
    """What is known or computed so far, in US dollars."""
    return sum((item.cost for item in requests if item.cost is not None), Decimal(0))
