"""The cases of the corpus: a file as someone uploads it, and its expected result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

MAX_PICTURES = 1_000
# A part of each refusal: enough to identify the sentence, without its exact wording.
DAMAGED = "it is damaged or cut off"
EMPTY = "it is empty"
PIXELS = "megapixels and I read at most"
THIN = "a strip too thin to show anything"
_MAX_RATIO = 1_000  # of a picture's sides
PAGES = "pages and I read at most"
TOO_LARGE = "unpacked it would be larger than I can hold"
PASSWORD = "it is protected by a password"
MEDIA = "I cannot listen to audio or watch video"
ARCHIVE = "of archives I read ZIP, 7z"
OLD_OFFICE = "it is in an old Office format"
ENTITIES = "it declares XML entities"
TOO_LONG = "reading it took too long"
TOO_HEAVY = "reading it took more memory than I have"
OTHER_DOCUMENT = "of OpenDocument files I read texts"
UNSUPPORTED = "I read pictures (PNG"
NO_PICTURE = "its name is that of a picture, but its content is none"
NO_DOCUMENT = "its name is that of a PDF, an Office file or a ZIP archive"
NO_WORDS = "I found no text in it, and text is all that I read"
CRASHED = "my reader broke down over it"
# A file that costs too much may reach any of these bounds first.
COSTLY = (TOO_LONG, TOO_HEAVY, TOO_LARGE)

Colour = tuple[int, ...]
Position = tuple[float, float]


@dataclass(frozen=True)
class Spot:
    """A place in a picture, relative to its size, and the colour a person sees there."""

    at: Position
    colour: Colour


@dataclass(frozen=True)
class ExpectedFile:
    """What a correctly parsed file has. None and () check nothing.

    `pictures` are the minimum and maximum; `spots` belong to the picture with index `which`.
    `left_out` is a part of what is said to be missing.
    """

    kind: str = ""
    pictures: tuple[int, int] = (0, MAX_PICTURES)
    size: tuple[int, int] | None = None
    spots: tuple[Spot, ...] = ()
    which: int = 0
    tolerance: int = 12
    transparent: bool | None = None
    fragments: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    count: int | None = None
    scanned: bool | None = None
    incomplete: bool | None = False
    left_out: str = ""


@dataclass(frozen=True)
class Expectation:
    """The parsed file or the refusals that are acceptable for a file."""

    file: ExpectedFile | None = None
    refusals: tuple[str, ...] = ()

    @classmethod
    def expect_file(cls, kind: str = "", **claims: Any) -> Expectation:
        return cls(ExpectedFile(kind, **claims))

    @classmethod
    def expect_picture(cls, kind: str, size: tuple[int, int] | None, **claims: Any) -> Expectation:
        """Expect exactly one picture."""
        return cls(ExpectedFile(kind, pictures=(1, 1), size=size, **claims))

    @classmethod
    def expect_shape(cls, kind: str, width: int, height: int) -> Expectation:
        """Expect one picture of at most 2048 pixels a side, or the refusal of a strip."""
        if max(width, height) > _MAX_RATIO * min(width, height):
            return cls.expect_refusal(THIN)
        scale = min(1.0, 2048 / max(width, height))
        shown = (max(1, round(width * scale)), max(1, round(height * scale)))
        return cls.expect_picture(kind, shown)

    @classmethod
    def expect_refusal(cls, *sentences: str) -> Expectation:
        return cls(None, sentences)

    @classmethod
    def expect_either(cls, expectation: Expectation, *sentences: str) -> Expectation:
        """Expect a parsed file or a refusal, if both are acceptable."""
        return replace(expectation, refusals=expectation.refusals + sentences)


@dataclass(frozen=True)
class Case:
    """A file: its name as uploaded, its bytes, and the expected result."""

    name: str
    make: Callable[[], bytes]
    expects: Expectation
