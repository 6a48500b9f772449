"""The values of one exchange with a model: what is asked, with which parameters, what comes back.

Pure data. Nothing here reads, waits or decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture we hold, ready for the model or for Slack. `sha256` is the hex digest of `data`.

    `part` says which part of its file it is (“frame 3 of 40”), `file` is that file's Slack id.
    """

    name: str
    mimetype: str
    data: bytes = field(repr=False)
    sha256: str
    width: int
    height: int
    part: str = ""
    file: str = ""

    @property
    def label(self) -> str:
        """What people and the model call it."""
        return f"{self.name}, {self.part}" if self.part else self.name


@dataclass(frozen=True, slots=True)
class Reading:
    """What the bytes of a file came to: pictures to look at, pages of text, what was left out.

    `kind` is what people call such a file: “PNG picture”, “PDF”, “Word document”. `count` is how
    many frames, pages, slides or files there are in it. `left_out` tells what of it is not here,
    in a few words (“34 of 40 frames”); "" for nothing. `scanned`: pages without text in them.
    `tokens` are about what each page takes.
    """

    name: str
    kind: str
    pictures: tuple[Attachment, ...] = ()
    pages: tuple[str, ...] = field(default=(), repr=False)
    count: int = 1
    left_out: str = ""
    scanned: bool = False
    tokens: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Pages of a file, in order. `data` is set where the model reads it itself.

    `numbers` are the pages' numbers of `count`, where these are not all of them; `tokens` are about
    what each of them takes, where that was counted before. `countable`: people count its pages as
    we do; not so where a slide or a sheet takes several.
    """

    name: str
    mimetype: str
    pages: tuple[str, ...] = field(repr=False)
    data: bytes = field(default=b"", repr=False)
    numbers: tuple[int, ...] = ()
    count: int = 0
    file: str = ""
    tokens: tuple[int, ...] = ()
    countable: bool = True

    @property
    def numbered(self) -> tuple[tuple[int, str], ...]:
        """Every page with its number in the file."""
        numbers = self.numbers or tuple(range(1, len(self.pages) + 1))
        return tuple(zip(numbers, self.pages, strict=True))

    @property
    def whole(self) -> int:
        """How many pages the file has."""
        return self.count or len(self.pages)


class Form(StrEnum):
    """The form an answer is asked for."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Parameters:
    """What may be set about an answer; None and () where nobody did."""

    effort: str | None = None
    show_reasoning: bool | None = None
    max_tokens: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    logit_bias: tuple[tuple[int, int], ...] = ()
    logprobs: int | None = None
    form: Form | None = None
    text_only: bool | None = None
    aspect: str | None = None
    quality: str | None = None
    background: str | None = None
    variations: int | None = None

    def over(self, base: Parameters) -> Parameters:
        """These, and those of `base` where these say nothing."""
        given = {
            item.name: getattr(self, item.name)
            for item in fields(Parameters)
            if getattr(self, item.name) not in (None, ())
        }
        return replace(base, **given)


@dataclass(frozen=True, slots=True)
class Schema:
    """A JSON Schema that an answer has to fit. `strict`: the provider may enforce it."""

    name: str
    schema: Mapping[str, Any] = field(repr=False)
    strict: bool = False
    given: bool = False  # by the person, as a file


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
    past: tuple[PromptTurn, ...]
    question: str
    pictures: tuple[Attachment, ...]
    max_tokens: int
    user: str
    session: str
    documents: tuple[Document, ...] = ()
    parameters: Parameters = Parameters()
    schema: Schema | None = None
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
class Refused:
    """A request that the provider did not take: it cost nothing. `code` is one word."""

    provider: str
    model: str
    code: str


@dataclass(frozen=True, slots=True)
class Began:
    """The provider took the request; `generation_id` finds its bill later. May be empty.

    `instead_of` is the model that was asked first, where this is another.
    """

    generation_id: str
    model: str = ""
    provider: str = ""
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    text: str


@dataclass(frozen=True, slots=True)
class PicturePreview:
    """An unfinished picture, to look at while the model draws. May be superseded at any time."""

    data: bytes = field(repr=False)
    mimetype: str


@dataclass(frozen=True, slots=True)
class ImageMade:
    """A whole picture, never the same one twice: original bytes, type by content; `sha256` may
    be empty, where nobody has computed it yet."""

    data: bytes = field(repr=False)
    mimetype: str
    sha256: str


@dataclass(frozen=True, slots=True)
class TokenOdds:
    """How likely each token was, as the provider's own objects (`token`, `logprob`, …)."""

    tokens: tuple[Mapping[str, Any], ...] = field(repr=False)


class Finish(StrEnum):
    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a complete answer. `usage` is None where the provider sent none."""

    reason: Finish
    usage: Usage | None


ReplyEvent: TypeAlias = (
    Refused | Began | TextDelta | ReasoningDelta | PicturePreview | ImageMade | TokenOdds | Finished
)
