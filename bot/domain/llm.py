"""Values of one exchange with a model: the prompt, and the events of the response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from bot.domain.files import Document, Image
from bot.domain.options import RequestOptions


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """A JSON Schema that an answer has to fit. `strict`: the provider may enforce it."""

    name: str
    schema: Mapping[str, Any] = field(repr=False)
    strict: bool = False
    is_uploaded: bool = False  # by the person, as a file


@dataclass(frozen=True, slots=True)
class PromptTurn:
    """One earlier turn as the model reads it: text only, whoever spoke."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything one model request says. `user` and `session` are hashes, never Slack ids.

    `max_tokens` bounds the answer, whatever `parameters` wish for. `wants_picture`: an answer
    without one would be none.
    """

    system: str
    history: tuple[PromptTurn, ...]
    question: str
    pictures: tuple[Image, ...]
    max_tokens: int
    user: str
    session: str
    documents: tuple[Document, ...] = ()
    options: RequestOptions = field(default_factory=RequestOptions)
    schema: JsonSchema | None = None
    wants_picture: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """What the provider says one answer took. `cost` is US dollars; None where it said nothing.

    `prompt_tokens` and `completion_tokens` are the whole input and output. Of the output,
    `reasoning_tokens` are thoughts and `image_tokens` pictures; of the input, `cached_tokens` came
    from the provider's cache, and `drawing_text_tokens` and `drawing_image_tokens` were read by the
    model that draws, where that is another one with prices of its own.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    image_tokens: int = 0
    cost: Decimal | None = None
    drawing_text_tokens: int = 0
    drawing_image_tokens: int = 0


@dataclass(frozen=True, slots=True)
class RequestRejected:
    """A request that the provider did not take: it cost nothing. `code` is one word."""

    provider: str
    model: str
    code: str


@dataclass(frozen=True, slots=True)
class ResponseStarted:
    """The provider took the request; `generation_id` finds its bill later. May be empty.

    `instead_of` is the model that was asked first, where this is another.
    """

    generation_id: str
    model: str = ""
    provider: str = ""
    replaced_model: str = ""


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    text: str


@dataclass(frozen=True, slots=True)
class PartialImage:
    """An unfinished picture, to look at while the model draws. May be superseded at any time."""

    data: bytes = field(repr=False)
    mimetype: str


@dataclass(frozen=True, slots=True)
class ImageOutput:
    """A whole picture, never the same one twice: original bytes, type by content; `sha256` may
    be empty, where nobody has computed it yet."""

    data: bytes = field(repr=False)
    mimetype: str
    sha256: str


@dataclass(frozen=True, slots=True)
class LogProbs:
    """How likely each token was, as the provider's own objects (`token`, `logprob`, …)."""

    tokens: tuple[Mapping[str, Any], ...] = field(repr=False)


class FinishReason(StrEnum):
    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"


@dataclass(frozen=True, slots=True)
class ResponseFinished:
    """The end of a complete answer. `usage` is None where the provider sent none."""

    reason: FinishReason
    usage: Usage | None


StreamEvent: TypeAlias = (
    RequestRejected
    | ResponseStarted
    | TextDelta
    | ReasoningDelta
    | PartialImage
    | ImageOutput
    | LogProbs
    | ResponseFinished
)
