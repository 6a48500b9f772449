"""Smaller values around a question: what marks its messages, what is counted, what is owed.

Pure data, as `bot.types`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.exchange import Usage


class Button(StrEnum):
    """What a message of a reply offers to press."""

    NONE = ""
    RETRY = "retry"
    GO_ON = "go_on"  # answer although something has to be left out


@dataclass(frozen=True, slots=True)
class Mark:
    """What a message of a reply carries besides its text: whose it is, and a button."""

    question: int
    button: Button = Button.NONE


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """A message of Easel's in a thread. `question` is that of its mark, None without one."""

    ts: str
    question: int | None = None


class Purpose(StrEnum):
    """What a request to a model is made for."""

    ANSWER = "answer"
    REPAIR = "repair"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a request is booked on: who asked, and where."""

    team: str
    channel: str
    user: str
    question: int | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request to a model, successful or not, as the ledger keeps it.

    `outcome` is one word: `answered`, `stopped`, `broken`, or the code of a refusal. `cost` is US
    dollars; `estimated` where we computed it with `price`, which is JSON. None: nobody knows yet.
    `first_s` and `took_s` are seconds until the first text or picture, and until the end.
    `guessed` is how many tokens we thought that we sent.
    """

    provider: str = ""
    model: str = ""
    generation_id: str = ""
    purpose: Purpose = Purpose.ANSWER
    outcome: str = "answered"
    usage: Usage | None = None
    cost: Decimal | None = None
    estimated: bool = False
    price: str = ""
    asked_at: float = 0.0
    first_s: float | None = None
    took_s: float | None = None
    guessed: int = 0


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the model was shown of one file with one question, as people are told.

    `file` is its Slack id. `pages` says which pages of how many, `pixels` how large its pictures
    were, `left_out` what was not shown; each "" where it does not apply. `tokens` are about what
    it took.
    """

    file: str
    name: str
    kind: str
    pages: str = ""
    pixels: str = ""
    tokens: int = 0
    left_out: str = ""


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
    is known; `estimated` is the part of it that we computed; `unknown` counts the others."""

    key: str
    requests: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int
    image_tokens: int
    cost: Decimal
    unknown: int
    estimated: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class BudgetEvent:
    """An entry of the budgets' record: `changed`, `refused` or `warned`, at a Unix time."""

    at: float
    kind: str
    user: str
    channel: str
    told: str
