"""Which pages of a file a message names, and how those of a PDF are sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.exchange import Reading

MOST_NUMBERS = 500
# Pages that a model looks at with one question, as pictures or as a file.
MOST_LOOKED_AT = 10
# What the model reads itself, with its pictures and layout; longer files go as their text.
_NATIVE_PAGES, _NATIVE_SCANS = 10, 30
_NATIVE_BYTES = 10 * 1024 * 1024

_ONE = r"\d{1,5}(?:\s*(?:-|–|—|to|bis|through|until)\s*\d{1,5})?"
_PAGES = re.compile(
    r"(?<!landing )(?<!web )(?<!home )(?<!cover )(?<!front )(?<!title )(?<!error )(?<!next )"
    r"\b(?:pages?|pp\.|slides?|seiten?|folien?)\s*"
    rf"({_ONE}(?:\s*(?:,|and|und|&|\+)\s*(?:pages?\s*)?{_ONE})*)\b"
    r"(?!\s*(?:columns?|rows?|of google))",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d{1,5})(?:\s*(?:-|–|—|to|bis|through|until)\s*(\d{1,5}))?", re.IGNORECASE)
_LAST = re.compile(r"\b(?:the )?(last|letzte\w*) (?:page|slide|seite|folie)\b", re.IGNORECASE)
_MOST_READ = 2_000


def pages_named(text: str) -> tuple[int, ...]:
    """The page numbers that a message names, in its order: “pages 3-5 and 9” are 3, 4, 5 and 9.

    -1 stands for the last page. Empty where it names none.
    """
    found: list[int] = []
    for named in _PAGES.finditer(text[:_MOST_READ]):
        for first, last in _RANGE.findall(named[1]):
            start, end = int(first), int(last or first)
            found += range(start, min(end, start + MOST_NUMBERS) + 1)
    if _LAST.search(text[:_MOST_READ]):
        found.append(-1)
    return tuple(number for number in dict.fromkeys(found) if number)[:MOST_NUMBERS]


def there(numbers: Sequence[int], count: int) -> tuple[int, ...]:
    """Those of `numbers` that a file of `count` pages has."""
    known = (count if number == -1 else number for number in numbers)
    return tuple(dict.fromkeys(number for number in known if 1 <= number <= count))


def in_words(numbers: Sequence[int]) -> str:
    """Page numbers as people write them: “3-5, 9”."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in parts)


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
