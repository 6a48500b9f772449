"""Values of costs: prices, requests to a model, and who pays for them. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.llm import Usage


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens, as known on the day `as_of` (YYYY-MM-DD).

    `drawing_text` and `drawing_image` are for what the model that draws reads, where the provider
    bills it separately.
    """

    input: Decimal
    cached: Decimal
    output: Decimal
    picture: Decimal
    drawing_text: Decimal = Decimal(0)
    drawing_image: Decimal = Decimal(0)
    as_of: str = ""

    def serialize(self) -> str:
        """Return JSON to store with a cost, which then stays verifiable when prices change."""
        values = {name: str(value) for name, value in asdict(self).items()}
        return json.dumps(values, separators=(",", ":"))

    @classmethod
    def deserialize(cls, text: str) -> Price | None:
        """Return what `serialize` wrote, None for anything else."""
        try:
            values = dict(json.loads(text))
            day = str(values.pop("as_of", ""))
            price = cls(**{name: Decimal(value) for name, value in values.items()}, as_of=day)
        except (ValueError, TypeError, ArithmeticError, RecursionError):
            return None
        amounts = [value for value in asdict(price).values() if isinstance(value, Decimal)]
        return price if all(amount.is_finite() for amount in amounts) else None


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What a model costs from the Unix time `at` on; None where the provider has no price of it."""

    provider: str
    model: str
    at: float
    price: Price | None


@dataclass(frozen=True, slots=True)
class CostCeiling:
    """The most that one request can use, from which its highest cost follows.

    `picture_count` pictures of `quality` are drawn; `input_picture_count` are part of the
    prompt. `picture_tokens` are the most that one takes, by quality; empty for the usual ones.
    """

    input_tokens: int
    output_tokens: int
    picture_count: int = 0
    quality: str = "high"
    input_picture_count: int = 0
    picture_tokens: tuple[tuple[str, int], ...] = ()


class RequestPurpose(StrEnum):
    """Why a request to a model is made."""

    ANSWER = "answer"
    REPAIR = "repair"
    SUMMARY = "summary"


class CostBasis(StrEnum):
    """How the cost of a request is known."""

    TOLD = "told"  # as the provider reported it with the answer
    BILLED = "billed"  # as the provider's bill has it
    COMPUTED = "computed"  # the reported tokens at their price
    ESTIMATED = "estimated"  # from what was sent and what came, at its price
    CAPPED = "capped"  # the most it can cost: the provider reported more
    WORST_CASE = "worst_case"  # the most it can cost: the provider reported nothing
    FREE = "free"  # the provider does not charge for such a failure
    UNKNOWN = "unknown"  # the model has no known price


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """A request before it is sent. `key` names its row of the ledger.

    `max_cost` is the most it can cost in US dollars, None where no price is known. `replaced` is
    the request of which it takes the place, because that one was free. `parameters` are its options
    as flags, without people's words.
    """

    key: str
    purpose: RequestPurpose = RequestPurpose.ANSWER
    max_cost: Decimal | None = None
    replaced: ModelRequest | None = None
    parameters: str = ""


@dataclass(frozen=True, slots=True)
class CostOwner:
    """Who pays for a request: the person who asked, and the place where they asked."""

    team: str
    channel: str
    user: str
    question_id: int | None = None


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One request to a model, successful or not, as the ledger keeps it.

    `outcome` is one word: `answered`, `stopped`, `broken`, or the code of a failure. `reason` is
    what the provider said of a failure, bounded and without people's words. `cost` is what
    it counts as, in US dollars, None while that is unknown; `basis` says where it is from, `price`
    is JSON. `max_cost` is the most it can cost, None where no price is known. `odd_claim` is a cost
    that the provider reported and that is not believed. `key` names a row that was recorded before
    the request was sent; it may be empty. `first_output_seconds` pass until the first text or
    picture, `total_seconds` until the end. `estimated_tokens` is our estimate of the input.
    """

    provider: str = ""
    model: str = ""
    generation_id: str = ""
    purpose: RequestPurpose = RequestPurpose.ANSWER
    outcome: str = "answered"
    reason: str = ""
    usage: Usage | None = None
    cost: Decimal | None = None
    basis: CostBasis = CostBasis.TOLD
    max_cost: Decimal | None = None
    odd_claim: str = ""
    price: str = ""
    started_at: float = 0.0
    first_output_seconds: float | None = None
    total_seconds: float | None = None
    estimated_tokens: int = 0
    key: str = ""

    @property
    def is_estimated(self) -> bool:
        """Whether `cost` is not the provider's own word."""
        return self.basis not in (CostBasis.TOLD, CostBasis.BILLED)


@dataclass(frozen=True, slots=True)
class UnbilledRequest:
    """A generation whose cost is unknown. `lookups` counts how often the provider said so.

    Its request was sent `age_seconds` ago.
    """

    generation_id: str
    lookups: int
    age_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class BillCounts:
    """How many requests have no known cost: `open` while the bill is awaited, else `given_up`."""

    open: int = 0
    given_up: int = 0


@dataclass(frozen=True, slots=True)
class BudgetEvent:
    """An entry in the record of budgets. `kind` is `changed`, `refused` or `warned`.

    `at` is a Unix time. What was refused would have cost from `least` to `most` US dollars; None
    where that is not recorded.
    """

    at: float
    kind: str
    user: str
    channel: str
    text: str
    least: Decimal | None = None
    most: Decimal | None = None
