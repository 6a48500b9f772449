"""Values of one exchange with a model: the prompt, and the events of the response. Pure."""

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
    """A JSON Schema that the answer has to match. `strict`: the provider may enforce it."""

    name: str
    schema: Mapping[str, Any] = field(repr=False)
    strict: bool = False
    is_uploaded: bool = False  # by the person, as a file


@dataclass(frozen=True, slots=True)
class PromptTurn:
    """One earlier turn as the model reads it, which is text only."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """The whole content of one model request.

    `user` and `session` are hashes, never Slack ids. `max_tokens` bounds the answer, whatever
    `options` ask for. `wants_picture`: an answer without a picture would miss the point.
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
    """The use of one request as the provider reports it.

    `cost` is in US dollars, None where the provider reports none. `prompt_tokens` and
    `completion_tokens` are the whole input and output. The output includes `reasoning_tokens` and
    `image_tokens`. The input includes `cached_tokens`, which came from the provider's cache, and
    `drawing_text_tokens` and `drawing_image_tokens`, which were read by the model that draws,
    where that is another model with its own prices.
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
    """The provider did not accept the request, which cost nothing. `code` is one word."""

    provider: str
    model: str
    code: str


@dataclass(frozen=True, slots=True)
class ResponseStarted:
    """The provider accepted the request.

    `generation_id` finds its cost later; it may be empty. `replaced_model` is the model that was
    asked first, where `model` is a fallback.
    """

    generation_id: str
    model: str = ""
    provider: str = ""
    replaced_model: str = ""


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More text of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """More text of the model's reasoning, which is not part of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class PartialImage:
    """An unfinished picture, to show while the model draws. The next one replaces it."""

    data: bytes = field(repr=False)
    mimetype: str


@dataclass(frozen=True, slots=True)
class ImageOutput:
    """A finished picture, yielded once: its original bytes, and its type as the bytes show it.

    `sha256` is empty where it was not computed yet.
    """

    data: bytes = field(repr=False)
    mimetype: str
    sha256: str


@dataclass(frozen=True, slots=True)
class LogProbs:
    """The probabilities of tokens, as the provider's own objects (`token`, `logprob`, …)."""

    tokens: tuple[Mapping[str, Any], ...] = field(repr=False)


class FinishReason(StrEnum):
    """Why the model ended its answer."""

    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"


@dataclass(frozen=True, slots=True)
class ResponseFinished:
    """The answer is complete. `usage` is None where the provider reports none."""

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
