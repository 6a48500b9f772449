"""How a PDF is sent: as a file, some of its pages, pictures of pages, or text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.files import Reading
from bot.domain.pages import there

# Pages that a model looks at with one question, as pictures or as a file.
MOST_LOOKED_AT = 10

# What the model reads itself, with its pictures and layout; longer files go as their text.
_NATIVE_PAGES, _NATIVE_SCANS = 10, 30

_NATIVE_BYTES = 10 * 1024 * 1024


class Way(StrEnum):
    """How a PDF is sent."""

    WHOLE = "whole"  # the file itself
    PART = "part"  # some pages, as a file of their own
    PICTURES = "pictures"  # pages as pictures, with what text they have
    TEXT = "text"  # their text


@dataclass(frozen=True, slots=True)
class PdfPlan:
    """How, and which pages; none: all of them."""

    way: Way
    numbers: tuple[int, ...] = ()


def plan_pdf(
    reading: Reading, size: int, named: Sequence[int], *, reads_files: bool, sees: bool
) -> PdfPlan:
    """Decide for a PDF of `size` bytes of which a message names the pages `named`.

    As a file where the provider reads such; else as text, and as pictures where there is no text.
    """
    wanted = there(named, reading.count)
    if wanted:
        return _some(reading, wanted, reads_files=reads_files, sees=sees)
    most = _NATIVE_SCANS if reading.scanned else _NATIVE_PAGES
    if reads_files and reading.count <= most and size <= _NATIVE_BYTES:
        return PdfPlan(Way.WHOLE)
    if reading.scanned and sees:
        return PdfPlan(Way.PICTURES, tuple(range(1, min(reading.count, MOST_LOOKED_AT) + 1)))
    return PdfPlan(Way.TEXT)


def _some(reading: Reading, wanted: tuple[int, ...], *, reads_files: bool, sees: bool) -> PdfPlan:
    few = wanted[:MOST_LOOKED_AT]
    if reads_files and len(wanted) <= MOST_LOOKED_AT:
        return PdfPlan(Way.PART, wanted)
    if reading.scanned and sees:
        return PdfPlan(Way.PICTURES, few)
    return PdfPlan(Way.TEXT, wanted)
