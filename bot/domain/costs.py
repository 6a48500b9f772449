"""Values of money: prices, requests to a model, and who pays for them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.llm import Usage


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens, known since the day `as_of` (YYYY-MM-DD).

    `drawing_*` is what the model that draws reads, where that is billed apart.
    """

    input: Decimal
    cached: Decimal
    output: Decimal
    picture: Decimal
    drawing_text: Decimal = Decimal(0)
    drawing_image: Decimal = Decimal(0)
    as_of: str = ""

    def serialize(self) -> str:
        """To be kept beside what it was used for, so that this stays true when prices change."""
        values = {name: str(value) for name, value in asdict(self).items()}
        return json.dumps(values, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class CostCeiling:
    """The most a request can use: tokens in, tokens out, and pictures at a quality."""

    input_tokens: int
    output_tokens: int
    picture_count: int = 0
    quality: str = "high"
    sent_picture_count: int = 0


class RequestPurpose(StrEnum):
    """What a request to a model is made for."""

    ANSWER = "answer"
    REPAIR = "repair"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class CostOwner:
    """Whom a request is booked on: who asked, and where."""

    team: str
    channel: str
    user: str
    question_id: int | None = None


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One request to a model, successful or not, as the ledger keeps it.

    `outcome` is one word: `answered`, `stopped`, `broken`, or the code of a refusal. `cost` is US
    dollars; `estimated` where we computed it with `price`, which is JSON. None: nobody knows yet.
    `first_s` and `took_s` are seconds until the first text or picture, and until the end.
    `guessed` is how many tokens we thought that we sent.
    """

    provider: str = ""
    model: str = ""
    generation_id: str = ""
    purpose: RequestPurpose = RequestPurpose.ANSWER
    outcome: str = "answered"
    usage: Usage | None = None
    cost: Decimal | None = None
    is_estimated: bool = False
    price: str = ""
    started_at: float = 0.0
    first_output_seconds: float | None = None
    total_seconds: float | None = None
    estimated_tokens: int = 0


@dataclass(frozen=True, slots=True)
class UnbilledRequest:
    """A generation whose cost is not known. `tries` counts how often it was asked for."""

    generation_id: str
    lookups: int


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
    text: str
