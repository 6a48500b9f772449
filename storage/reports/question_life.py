"""Values of a question's life, as the store knows it afterwards. No people's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.questions import Trouble


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request to a model as the ledger has it. `cost` is in US dollars, None while unknown.

    `reason` is what the provider said of a failure, without people's words.
    """

    at: float
    purpose: str
    provider: str
    model: str
    parameters: str
    outcome: str
    reason: str
    first_ms: int | None
    took_ms: int | None
    input_tokens: int
    output_tokens: int
    cost: Decimal | None
    basis: str
    bill: str
    bill_due: float | None


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file of a question, by Slack's id, and what the model was shown of it ("" for nothing)."""

    slack_id: str
    mimetype: str
    size: int
    kind: str = ""
    pages: str = ""
    pixels: str = ""
    tokens: int = 0
    is_incomplete: bool = False


@dataclass(frozen=True, slots=True)
class QuestionState:
    """The row of a question. Times are Unix times, None where that has not happened.

    `blocked_by` is the question of its thread that has to end before it can begin, else None.
    """

    id: int
    team: str
    channel: str
    root: str
    ts: str
    user: str
    state: str
    outcome: str
    is_shown: bool
    is_claimed: bool
    claimed_until: float
    attempt: int
    claims: int
    crashes: int
    due_at: float
    stored_at: float
    begun_at: float | None
    settled_at: float | None
    shown_at: float | None
    blocked_by: int | None = None


@dataclass(frozen=True, slots=True)
class QuestionLife:
    """Everything that the store knows of one question. `messages` are those of its reply, by ts."""

    question: QuestionState
    troubles: Sequence[Trouble] = ()
    requests: Sequence[RecordedRequest] = ()
    files: Sequence[SeenFile] = ()
    made_files: Sequence[SeenFile] = ()
    messages: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question in a list, with the newest trouble that is more than a failed call."""

    question: QuestionState
    trouble: Trouble | None
    cost: Decimal
    is_cost_known: bool
