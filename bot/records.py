"""Smaller values around a question: what marks its messages, what is counted, what is owed.

Pure data, as `bot.types`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Mark:
    """What a message of a reply carries besides its text: whose it is, and a Retry button."""

    question: int
    retry: bool = False


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """A message of Easel's in a thread. `question` is that of its mark, None without one."""

    ts: str
    question: int | None = None


@dataclass(frozen=True, slots=True)
class OpenBill:
    """A generation whose cost is not known. `tries` counts how often it was asked for."""

    generation_id: str
    tries: int


@dataclass(frozen=True, slots=True)
class Census:
    """Questions by state (and settled ones that are not wholly shown), and the oldest one's age.

    Ages are seconds.
    """

    states: dict[str, int]
    oldest: float


@dataclass(frozen=True, slots=True)
class UsageRow:
    """What one person, channel, day or model took. `cost` is US dollars, of the requests whose cost
    is known; `unknown` counts the others."""

    key: str
    requests: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int
    image_tokens: int
    cost: Decimal
    unknown: int
