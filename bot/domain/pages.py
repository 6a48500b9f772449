"""Which pages of a file a message names, and how those of a PDF are sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_NUMBERS = 500

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
