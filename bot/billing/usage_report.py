"""Values of the reports on usage: what was used by whom, in which time. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal

from bot.domain.costs import Price

# What reports can be grouped by.
TIMES = ("hour", "day", "week", "month")
DIMENSIONS = (
    "user", "channel", "thread", "workspace", "provider", "model", "kind", "outcome", "basis",
    *TIMES,
)  # fmt: skip
REFUSAL_DIMENSIONS = ("budget", "user", "channel", *TIMES)


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A time from `since` up to `until`, which is not part of it (Unix times).

    `offsets` say from which time on the clocks of its place are how many seconds before UTC, in
    order; the first holds from the beginning. `zone` is the place's name.
    """

    since: float
    until: float
    zone: str = "UTC"
    offsets: tuple[tuple[float, int], ...] = ((0.0, 0),)


@dataclass(frozen=True, slots=True)
class UsageRow:
    """The use of what `keys` name: people, channels, days, …, one for each dimension of a report.

    `questions` are those that a request was made for, `pictures` those that were made. `cost` is
    the US dollars that are booked. Of these `estimated` is not the provider's own word, and of that
    in turn `worst_case` is the most that a request can have cost, and for `awaited` a bill may
    still come. `unknown` counts the requests of which nothing is booked yet, and `open_usd` is the
    most that these can cost. The field names are the columns that are exported.
    """

    keys: tuple[str, ...]
    questions: int = 0
    requests: int = 0
    pictures: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    image_tokens: int = 0
    cost: Decimal = Decimal(0)
    estimated: Decimal = Decimal(0)
    worst_case: Decimal = Decimal(0)
    awaited: Decimal = Decimal(0)
    unknown: int = 0
    open_usd: Decimal = Decimal(0)


FIGURES = tuple(field.name for field in fields(UsageRow) if field.name != "keys")


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request of the ledger. `cost` is None while nothing is booked: then it is at most
    `max_cost`. `root` is the ts of the question's thread, "" where there is none."""

    at: float
    question_id: int | None
    user: str
    channel: str
    root: str
    provider: str
    model: str
    kind: str
    outcome: str
    pictures: int
    tokens: tuple[int, int, int, int, int]
    cost: Decimal | None
    basis: str
    bill: str
    max_cost: Decimal
    generation_id: str


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """What one person has last said of one answer: `version` counts the answers to a question.

    `ts` is the question's message, `root` its thread.
    """

    at: float
    user: str
    channel: str
    question_id: int
    version: int
    verdict: str
    fault: str
    words: str
    ts: str
    root: str


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One picture that was made: its request's share of the cost, and where it is.

    `cost` is None while nothing is booked: then it is at most `max_cost`. `is_estimated`: it is
    not the provider's own word. `ts` is the question's message, `root` its thread. `mode` is what
    is left of the file.
    """

    at: float
    question_id: int
    user: str
    channel: str
    ts: str
    root: str
    provider: str
    model: str
    parameters: str
    version: int
    mimetype: str
    size: int
    mode: str
    cost: Decimal | None
    max_cost: Decimal
    is_estimated: bool


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """The questions that budgets refused: they would have cost from `least` to `most` US dollars.

    Of `unknown` of them that is not recorded.
    """

    keys: tuple[str, ...]
    questions: int
    refusals: int
    least: Decimal
    most: Decimal
    unknown: int


@dataclass(frozen=True, slots=True)
class PricedUsage:
    """The requests to a model that were booked with one price, None where it was not known.

    `cost` is the US dollars that are booked; of `unknown` of the requests nothing is, and these are
    not in the tokens either.
    """

    provider: str
    model: str
    price: Price | None
    requests: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    image_tokens: int
    cost: Decimal
    unknown: int
