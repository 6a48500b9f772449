"""Finds page numbers in a message and in pictures, and writes them as people do. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.files import Image

MAX_PAGE_NUMBERS = 500

_PAGE_OR_RANGE = r"\d{1,5}(?:\s*(?:-|–|—|〜|～|to|bis|through|until|à|a|から)\s*\d{1,5})?"
_PAGES_PATTERN = re.compile(
    r"(?<!landing )(?<!web )(?<!home )(?<!cover )(?<!front )(?<!title )(?<!error )(?<!next )"
    r"(?:\b(?:pages?|pp\.|slides?|seiten?|folien?|p[aá]ginas?|diapositiv[ea]s?)\s*|ページ\s*)"
    rf"({_PAGE_OR_RANGE}(?:\s*(?:,|、|and|und|et|y|と|&|\+)\s*(?:pages?\s*)?{_PAGE_OR_RANGE})*)(?![\dA-Za-z])"
    r"(?!\s*(?:columns?|rows?|of google))",
    re.IGNORECASE,
)
# Japanese puts the number first; “in 3 pages” is a length. A list that ends without the word is
# passed over as a whole: it is not looked at again from each of its numbers.
_NUMBERED_PAGES_PATTERN = re.compile(
    rf"(?<!\d)(?:({_PAGE_OR_RANGE}(?:ページ)?(?:\s*[、,と]\s*{_PAGE_OR_RANGE})*)\s*ページ"
    r"(?:目|(?=[のをとは、。？\s]|\Z))"
    rf"|{_PAGE_OR_RANGE}(?:\s*[、,と]\s*{_PAGE_OR_RANGE})*+)"
)
_RANGE_PATTERN = re.compile(
    r"(\d{1,5})(?:\s*(?:-|–|—|〜|～|to|bis|through|until|à|a|から)\s*(\d{1,5}))?", re.IGNORECASE
)
_LAST_PAGE_PATTERN = re.compile(
    r"\b(?:last|letzte\w*|derni[eè]re|[uú]ltima)"
    r" (?:page|slide|seite|folie|p[aá]gina|diapositiv[ea])\b|最後のページ|最終ページ",
    re.IGNORECASE,
)
_NUMBERED_PART = re.compile(r"(page|frame|picture) (\d{1,9})\b")
_MAX_READ_CHARS = 2_000


def parse_page_numbers(text: str) -> tuple[int, ...]:
    """Return the page numbers that a message names, in its order.

    “pages 3-5 and 9” are 3, 4, 5 and 9; -1 is the last page. Reads the beginning of a long message
    and returns `MAX_PAGE_NUMBERS` at most.
    """
    numbers: list[int] = []
    beginning = text[:_MAX_READ_CHARS]
    for pages in (
        *_PAGES_PATTERN.finditer(beginning),
        *_NUMBERED_PAGES_PATTERN.finditer(beginning),
    ):
        for first, last in _RANGE_PATTERN.findall(pages[1] or ""):
            start, end = int(first), int(last or first)
            numbers += range(start, min(end, start + MAX_PAGE_NUMBERS) + 1)
    if _LAST_PAGE_PATTERN.search(beginning):
        numbers.append(-1)
    return tuple(number for number in dict.fromkeys(numbers) if number)[:MAX_PAGE_NUMBERS]


def select_existing_pages(page_numbers: Sequence[int], page_count: int) -> tuple[int, ...]:
    """Return those of `page_numbers` that a file of `page_count` pages has, each once."""
    numbers = (page_count if number == -1 else number for number in page_numbers)
    return tuple(dict.fromkeys(number for number in numbers if 1 <= number <= page_count))


def format_ranges(page_numbers: Sequence[int]) -> str:
    """Return page numbers as people write them: “3-5, 9”."""
    runs: list[list[int]] = []
    for number in page_numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def find_place(picture: Image) -> tuple[str, int]:
    """Return which part of its file a picture is, in a word, and its number: page 3.

    "" and 0 stand for all of it.
    """
    found = _NUMBERED_PART.match(picture.part)
    return ("", 0) if found is None else (found[1], int(found[2]))


def list_pages(pictures: Sequence[Image]) -> list[int]:
    """Return the numbers of the pages that pictures of one file show, in order; none if one of them
    is something else."""
    places = [find_place(picture) for picture in pictures]
    are_pages = all(noun == "page" for noun, _ in places)
    is_one_file = len({picture.name for picture in pictures}) == 1
    return sorted({number for _, number in places}) if are_pages and is_one_file else []
