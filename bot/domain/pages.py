"""Finds page numbers in a message and in pictures, and writes them as people do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

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
# “The second page”, “die 2. Seite”, “les trois premières pages”, in small letters.
_NOUN = r"(?:pages?|slides?|seiten?|folien?|p[aá]ginas?|diapositiv[ea]s?)"
_ORDINALS = {
    1: "first|1st|erste[nrs]?|premi[eè]re|primera",
    2: "second|2nd|zweite[nrs]?|deuxi[eè]me|seconde|segunda",
    3: "third|3rd|dritte[nrs]?|troisi[eè]me|tercera",
    4: "fourth|vierte[nrs]?|quatri[eè]me|cuarta",
    5: "fifth|f[uü]nfte[nrs]?|cinqui[eè]me|quinta",
    6: "sixth|sechste[nrs]?|sixi[eè]me|sexta",
    7: "seventh|siebte[nrs]?|septi[eè]me|s[eé]ptima",
    8: "eighth|achte[nrs]?|huiti[eè]me|octava",
    9: "ninth|neunte[nrs]?|neuvi[eè]me|novena",
    10: "tenth|zehnte[nrs]?|dixi[eè]me|d[eé]cima",
}
_ORDINAL_PATTERNS = {
    number: re.compile(rf"\b(?:{words}) {_NOUN}\b(?!-| of google)", re.IGNORECASE)
    for number, words in _ORDINALS.items()
}
_NUMBERED_ORDINAL_PATTERN = re.compile(
    rf"(?<![\d.,])(\d{{1,5}})(?:st|nd|rd|th|\.|e|[eè]me|[aª]) ?{_NOUN}\b", re.IGNORECASE
)
_KANJI_PATTERN = re.compile(r"([一二三四五六七八九十])ページ|(最初)のページ")
_KANJI = "一二三四五六七八九十"
_COUNTS = {
    2: "2|two|zwei|deux|dos", 3: "3|three|drei|trois|tres", 4: "4|four|vier|quatre|cuatro",
    5: "5|five|f[uü]nf|cinq|cinco",
}  # fmt: skip
_FIRST_PAGES_PATTERNS = {
    count: re.compile(
        rf"\b(?:(?:first|ersten|primeras) (?:{words})|(?:{words}) (?:ersten|premi[eè]res|primeras))"
        rf" {_NOUN}\b",
        re.IGNORECASE,
    )
    for count, words in _COUNTS.items()
}
_LAST_PAGE_PATTERN = re.compile(
    r"\b(?:last|letzte\w*|derni[eè]re|[uú]ltima)"
    r" (?:page|slide|seite|folie|p[aá]gina|diapositiv[ea])\b|最後のページ|最終ページ",
    re.IGNORECASE,
)
_NUMBERED_PART = re.compile(r"(page|frame|picture) (\d{1,9})\b(?: of (\d{1,9})\b)?")
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
    numbers += _list_ordinals(beginning)
    if _LAST_PAGE_PATTERN.search(beginning):
        numbers.append(-1)
    return tuple(number for number in dict.fromkeys(numbers) if number)[:MAX_PAGE_NUMBERS]


def _list_ordinals(text: str) -> Iterator[int]:
    """Yield the pages that are named by their order."""
    for count, pattern in _FIRST_PAGES_PATTERNS.items():
        if pattern.search(text):
            yield from range(1, count + 1)
    found = [
        (match.start(), number)
        for number, pattern in _ORDINAL_PATTERNS.items()
        for match in pattern.finditer(text)
    ]
    found += [(one.start(), int(one[1])) for one in _NUMBERED_ORDINAL_PATTERN.finditer(text)]
    found += [
        (one.start(), _KANJI.index(one[1]) + 1 if one[1] else 1)
        for one in _KANJI_PATTERN.finditer(text)
    ]
    yield from (number for _, number in sorted(found))


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
    is_one_file = len({(picture.name, picture.origin.sha256) for picture in pictures}) == 1
    return sorted({number for _, number in places}) if are_pages and is_one_file else []


def select_pages(pictures: Sequence[Image], page_numbers: Sequence[int]) -> list[Image]:
    """Return those of the pictures that show one of the pages `page_numbers` of their file."""
    return [one for one in pictures if _is_one_of(one, page_numbers)]


def _is_one_of(picture: Image, page_numbers: Sequence[int]) -> bool:
    found = _NUMBERED_PART.match(picture.part)
    if found is None or found[1] != "page":
        return False
    number = int(found[2])
    return number in select_existing_pages(page_numbers, int(found[3] or number))
