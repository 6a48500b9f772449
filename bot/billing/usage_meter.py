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
from bot.domain.costs import Attempt, Price, Purpose
from bot.domain.llm import (
    Began,
    Finished,
    ImageMade,
    ReasoningDelta,
    Refused,
    ReplyEvent,
    TextDelta,
    Usage,
)
from bot.domain.tokens import estimate

# The price of a provider's model, None where nobody knows it.
PriceOf: TypeAlias = Callable[[str, str], Price | None]


@dataclass(frozen=True, slots=True)
class Clocks:
    """Unix time in seconds, and seconds that only ever grow."""

    now: Callable[[], float]
    elapsed: Callable[[], float]


class Booking:
    """Takes the events of requests; `attempts` is what they came to."""

    def __init__(self, price_of: PriceOf, clocks: Clocks) -> None:
        self._price_of = price_of
        self._clocks = clocks
        self._done: list[Attempt] = []
        self._current: Attempt | None = None
        self._purpose = Purpose.ANSWER
        self._began_at = 0.0
        self._guessed = 0
        self._words: list[str] = []
        self._pictures = 0

    def asking(self, guessed: int, purpose: Purpose = Purpose.ANSWER) -> None:
        """The next request is made, with about `guessed` tokens."""
        self._guessed, self._purpose = guessed, purpose
        self._began_at = self._clocks.elapsed()

    def take(self, event: ReplyEvent) -> None:
        match event:
            case Refused(provider, model, code):
                self._done.append(self._fresh(provider, model, code, cost=Decimal(0)))
            case Began(generation_id, model, provider):
                # Another request takes over only where nothing was produced.
                self.end("broken")
                begun = self._fresh(provider, model, "begun")
                self._current = replace(begun, generation_id=generation_id)
            case TextDelta(text) | ReasoningDelta(text):
                self._first()
                self._words.append(text)
            case ImageMade():
                self._first()
                self._pictures += 1
            case Finished(_, usage) if self._current is not None:
                self._current = replace(self._current, usage=usage)
            case _:
                pass

    def end(self, outcome: str) -> None:
        """The request that runs, if one does, has ended."""
        current = self._current
        if current is None:
            return
        took = self._clocks.elapsed() - self._began_at
        price = self._price_of(current.provider, current.model)
        usage = current.usage or self._guess()
        reported = usage.cost if current.usage is not None else None
        computed = None if price is None or reported is not None else prices.cost_of(usage, price)
        self._done.append(
            replace(
                current,
                outcome=outcome,
                usage=usage,
                cost=computed if reported is None else reported,
                estimated=reported is None,
                price="" if price is None else price.as_json(),
                took_s=took,
                # A guess of ours must not be corrected by another.
                guessed=current.guessed if current.usage is not None else 0,
            )
        )
        self._current, self._words, self._pictures = None, [], 0

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        return tuple(self._done)

    def _fresh(
        self, provider: str, model: str, outcome: str, cost: Decimal | None = None
    ) -> Attempt:
        return Attempt(
            provider=provider,
            model=model,
            purpose=self._purpose,
            outcome=outcome,
            cost=cost,
            asked_at=self._clocks.now(),
            guessed=self._guessed,
        )

    def _first(self) -> None:
        if self._current is not None and self._current.first_s is None:
            first = self._clocks.elapsed() - self._began_at
            self._current = replace(self._current, first_s=first)

    def _guess(self) -> Usage:
        """What a request took that was cut short, as far as we have seen."""
        if not self._words and not self._pictures:
            return Usage()
        drawn = self._pictures * PICTURE_TOKENS["medium"]
        return Usage(
            prompt_tokens=self._guessed,
            completion_tokens=estimate("".join(self._words)) + drawn,
            image_tokens=drawn,
        )


def known_cost(attempts: Iterable[Attempt]) -> Decimal:
    """What is known or computed so far, in US dollars."""
    return sum((item.cost for item in attempts if item.cost is not None), Decimal(0))
