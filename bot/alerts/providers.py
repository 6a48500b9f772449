"""Remembers how the model providers treat Easel: what became of requests, and of the key's credit.

Only since the start: of what was not asked yet, nothing is known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.alerts.decide import Reading
from bot.domain.stores.alerts import AlertKind

# The provider refuses what is large and takes what is small, so one answer says little of credit.
_CREDIT_SECONDS = 600.0
# Of a key's limit: little is left below the one share, and enough from the other on.
_LOW_SHARE, _ENOUGH_SHARE = Decimal("0.10"), Decimal("0.15")
# Requests about the key itself, which belong to no model.
ACCOUNT = ""


@dataclass(frozen=True, slots=True)
class KeyLimit:
    """What the key may spend and has left, in US dollars; None where it has no limit."""

    limit: Decimal | None = None
    left: Decimal | None = None


@dataclass(slots=True)
class _Outcome:
    """The last one of a model; `kind` and `failed_at` are of the last that failed."""

    is_failing: bool = False
    kind: AlertKind | None = None
    failed_at: float = 0.0


class ProviderOutcomes:
    """What was seen of `models` (provider and model). `changed` is set when it says something new.

    `clock` gives seconds since 1970.
    """

    def __init__(self, models: Sequence[tuple[str, str]], clock: Callable[[], float]) -> None:
        self._models = tuple(models)
        self._clock = clock
        self._outcomes = dict[tuple[str, str], _Outcome]()
        self._limits = dict[str, KeyLimit]()
        self.changed = asyncio.Event()

    def note(self, provider: str, model: str, kind: AlertKind | None) -> None:
        """Note what became of a request: see `bot.domain.stores.alerts.NoteOutcome`."""
        outcome = self._outcomes.setdefault((provider, model), _Outcome())
        if kind is None:
            if outcome.is_failing:
                self.changed.set()
            outcome.is_failing = False
            return
        if not outcome.is_failing or outcome.kind is not kind:
            self.changed.set()
        outcome.is_failing, outcome.kind, outcome.failed_at = True, kind, self._clock()

    def note_limit(self, provider: str, limit: KeyLimit) -> None:
        """Note what the provider told of the key, which it has accepted."""
        self._limits[provider] = limit
        self.note(provider, ACCOUNT, None)

    def is_failing(self, provider: str) -> bool:
        """Whether the last request to any model of `provider`, or about its key, has failed."""
        return any(of == provider and seen.is_failing for (of, _), seen in self._outcomes.items())

    def read(self) -> list[Reading]:
        """Return what is wrong, and what is not known, with providers and models in use."""
        readings = [
            reading
            for provider in dict.fromkeys(provider for provider, _ in self._models)
            for reading in (*self._read_account(provider), self._read_limit(provider))
            if reading is not None
        ]
        for provider, model in self._models:
            outcome, details = self._outcomes.get((provider, model)), {"model": model}
            if outcome is None or outcome.is_failing:
                # Where the key is refused, or has no credit, this cannot be told.
                kind = AlertKind.MODEL_MISSING
                is_known = outcome is not None and outcome.kind is kind
                readings.append(Reading(kind, model, details, is_known=is_known))
        return readings

    def _read_account(self, provider: str) -> Iterator[Reading]:
        seen = [outcome for (of, _), outcome in self._outcomes.items() if of == provider]
        failing = {outcome.kind for outcome in seen if outcome.is_failing}
        for kind in (AlertKind.KEY_REJECTED, AlertKind.NO_CREDIT):
            details = {"provider": provider}
            if kind in failing or (kind is AlertKind.NO_CREDIT and self._has_lacked_credit(seen)):
                yield Reading(kind, provider, details)
            elif not seen or AlertKind.KEY_REJECTED in failing:
                yield Reading(kind, provider, details, is_known=False)

    def _has_lacked_credit(self, seen: Sequence[_Outcome]) -> bool:
        """Whether credit was lacking lately, whatever was answered since."""
        recent = self._clock() - _CREDIT_SECONDS
        return any(o.kind is AlertKind.NO_CREDIT and o.failed_at > recent for o in seen)

    def _read_limit(self, provider: str) -> Reading | None:
        kind, details = AlertKind.CREDIT_LOW, {"provider": provider}
        told = self._limits.get(provider)
        if told is None:
            return Reading(kind, provider, details, is_known=False)
        if told.limit is None or told.left is None:
            return None
        details |= {"limit": f"{told.limit:f}", "left": f"{max(told.left, Decimal(0)):f}"}
        if told.left <= told.limit * _LOW_SHARE:
            return Reading(kind, provider, details)
        is_enough = told.left >= told.limit * _ENOUGH_SHARE
        return None if is_enough else Reading(kind, provider, details, is_known=False)
