"""Values of one exchange with a model: the prompt, and the events of the response. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from bot.domain.files import Document, Image
from bot.domain.messages import Message
from bot.domain.options import RequestOptions
from bot.domain.pictures.areas import EditMask


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """A JSON Schema that the answer has to match.

    `strict`: the provider may enforce it. `in_words`: the question tells of it, and the provider
    gets no schema.
    """

    name: str
    schema: Mapping[str, Any] = field(repr=False)
    strict: bool = False
    is_uploaded: bool = False  # by the person, as a file
    in_words: bool = False


@dataclass(frozen=True, slots=True)
class PromptTurn:
    """One earlier turn as the model reads it, which is text only."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """The whole content of one model request.

    `user` and `session` are hashes, never Slack ids. `max_tokens` bounds the answer, whatever
    `options` ask for. `wants_picture`: an answer without one is none. `mask`: of the first picture.
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
    mask: EditMask | None = None

    @property
    def is_text_only(self) -> bool:
        """Whether nothing may be drawn: no money is reserved for pictures then."""
        return bool(self.options.text_only) or self.schema is not None


@dataclass(frozen=True, slots=True)
class Usage:
    """The use of one request as the provider reports it.

    `cost` is in US dollars, None where the provider reports none. `prompt_tokens` and
    `completion_tokens` are the whole input and output. The output includes `reasoning_tokens` and
    `image_tokens`. The input includes `cached_tokens`, which came from the provider's cache, and
    `drawing_text_tokens` and `drawing_image_tokens`, which were read by the model that draws,
    where that is another model with its own prices.

    `is_counted` is False where the provider reports no count of input or output, or an impossible
    one. `odd_cost` is a cost that cannot be an amount of money, as the provider wrote it.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    image_tokens: int = 0
    cost: Decimal | None = None
    drawing_text_tokens: int = 0
    drawing_image_tokens: int = 0
    is_counted: bool = True
    odd_cost: str = ""

    @property
    def is_free(self) -> bool:
        """Whether the provider reports that nothing was produced and nothing is charged."""
        return self.cost == 0 and self.is_counted and not self.completion_tokens


@dataclass(frozen=True, slots=True)
class RequestSent:
    """The request is sent once this event has been handled; from then on it may cost."""

    provider: str
    model: str


@dataclass(frozen=True, slots=True)
class RequestRejected:
    """The provider did not accept the request, which cost nothing.

    `code` is one word. `reason`, here and below, is what the provider said, as a `CleanReason`.
    """

    provider: str
    model: str
    code: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RequestLost:
    """The request was sent, but no answer began. It may have been charged.

    `generation_id` may be empty. `usage` is None where the provider reports none.
    """

    provider: str
    model: str
    code: str
    generation_id: str = ""
    usage: Usage | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RequestAdapted:
    """The request was refused and is sent again in another form; `note` tells what is different."""

    note: Message


@dataclass(frozen=True, slots=True)
class ResponseStarted:
    """The provider accepted the request.

    `generation_id`, which may be empty, finds its cost. `model` may take `replaced_model`'s place.
    """

    generation_id: str
    model: str = ""
    provider: str = ""
    replaced_model: str = ""


@dataclass(frozen=True, slots=True)
class GenerationIdentified:
    """The id of the generation, where `ResponseStarted` had none."""

    generation_id: str
    provider: str


@dataclass(frozen=True, slots=True)
class UsageReported:
    """The usage of the request that runs. The last one counts, whatever the answer's end."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class ResponseFailed:
    """The answer failed, and its error follows. `is_unbilled`: it is certain to cost nothing."""

    is_unbilled: bool
    reason: str = ""


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
    """A finished picture, yielded once: its original bytes, and its type as these show it.
    `sha256` is empty where it was not computed yet. `revised_prompt` is what the provider says the
    model drew, which is no word of a person. `made_from` and `subject` are set for one of several.
    """

    data: bytes = field(repr=False)
    mimetype: str
    sha256: str
    revised_prompt: str = field(default="", repr=False)
    made_from: str = ""
    subject: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PicturesUnreadable:
    """Pictures came that are none or are cut off, or only their addresses."""

    count: int


@dataclass(frozen=True, slots=True)
class DrawingsFailed:
    """The model began to draw pictures, and none came of these."""

    count: int


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
    RequestSent | RequestRejected | RequestLost | RequestAdapted | ResponseStarted
    | GenerationIdentified | UsageReported | ResponseFailed | TextDelta | ReasoningDelta
    | PartialImage | ImageOutput | PicturesUnreadable | DrawingsFailed | LogProbs | ResponseFinished
)  # fmt: skip


# Events that tell of the request, not of its answer.
ACCOUNTING_EVENTS = (RequestSent, RequestRejected, RequestAdapted, ResponseStarted,
                     GenerationIdentified, UsageReported)  # fmt: skip


def can_be_charged(event: StreamEvent) -> bool:
    """Whether `event` shows that its request may be charged, so that it must not be repeated.

    A reported usage does not decide: `ResponseFailed` and the error after it do.
    """
    if isinstance(event, ResponseFailed):
        return not event.is_unbilled
    return not isinstance(event, ACCOUNTING_EVENTS)
