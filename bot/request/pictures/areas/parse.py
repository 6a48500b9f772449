"""Reads which part of a picture a message is about: “only B3”, “area 2”, “what I circled”. Pure.

Says only what the words mean. Whether there is a picture, and whether its grid was shown, decides
`bot.answering.masking`. See `patterns.py` for the words.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.pictures.areas import (
    MAX_CELLS,
    NO_CHOICE,
    AreaChoice,
    Cell,
    list_cells_between,
    parse_cell,
)
from bot.domain.pictures.marks import Pick
from bot.domain.pictures.operations import ShowGrid
from bot.request.own_words import erase_quotes, normalize_letters
from bot.request.pictures.areas import patterns
from bot.request.pictures.areas.bare_cells import is_in_place, is_name_of_thing
from bot.request.pictures.areas.exceptions import ReadException, Sense, read_exception
from bot.request.pictures.areas.hints import find_hints, is_both
from bot.request.pictures.areas.nearby_words import list_excluding, may_go_beyond, read_excluded
from bot.request.pictures.areas.place_words import parse_places

# More is a text about something.
_MAX_CHARS = 1_000
_MAX_REMEMBERED = 16
# “Red” is a wish.
_MIN_WISH_CHARS = 3
_PUNCTUATION = " .,:;!…。：、"
_UPPER_CELL_PATTERN = re.compile(
    r"(?<![A-Za-z0-9_./#-])[A-L](?:1[0-2]|[1-9])(?![A-Za-z0-9_]|[./-]\d)"
)


# Several steps ask of one message.
@functools.lru_cache(maxsize=_MAX_REMEMBERED)
def parse_area_choice(text: str) -> AreaChoice:
    """Return how `text` says which part of a picture it is about, `NO_CHOICE` if it does not."""
    own = erase_quotes(text[:_MAX_CHARS])
    words = " ".join(normalize_letters(own).split())
    others = _find_others(words)
    if others is not None:
        return others
    exception = read_exception(words)
    if exception.sense is Sense.UNCLEAR:
        return AreaChoice(is_unclear=True)
    return _find_kept(exception) if exception.sense is Sense.STAYS else _find_choice(own, words)


def _find_kept(exception: ReadException) -> AreaChoice:
    """Return the area that stays, by its own words alone."""
    name, rest = exception.area, exception.rest
    cells = read_cells(name)
    is_bare = _may_be_of_others(name, rest)
    found = AreaChoice(cells, is_bare=is_bare) if cells else _find_numbers(f"the {name}")
    if found is not None and not (cells or _drop_polite(rest)):
        return replace(found, is_others=True)
    if found is None:
        points = patterns.SOFT_PATTERN.fullmatch(name) is not None
        is_plural = patterns.PLURAL_PATTERN.search(name) is not None
        hints = find_hints(name)
        found = AreaChoice(marks=not points, points=points, is_plural=is_plural, hints=hints)
    return replace(found, is_kept=True, rest=_drop_polite(rest))


def _may_be_of_others(name: str, rest: str) -> bool:
    """Whether “all but B3” may be about a table or a text, so that it needs the grid before."""
    names = set(patterns.CELL_PATTERN.findall(name))
    has_wish = len(_drop_polite(rest)) >= _MIN_WISH_CHARS
    is_elsewhere = patterns.IN_OTHERS.match(f" {rest}") is not None
    return not has_wish or is_elsewhere or names <= patterns.USUAL_OTHERS


def _find_choice(own: str, words: str) -> AreaChoice:
    found = _find_cells(words) or _find_numbers(words) or _find_bare_cells(own, words)
    if found is not None:
        return found
    missing = patterns.MISSING_PATTERN.search(words)
    if missing is not None:
        return AreaChoice(missing=missing["name"].upper(), is_bare=True, rest=words)
    return _find_looks(words)


def _find_looks(words: str) -> AreaChoice:
    """Return the marks that are told by how they look, or that the words speak of at all."""
    place, hints = parse_places(words), find_hints(words)
    if (place or hints) and any(
        parse_places(one) or find_hints(one) for one in list_excluding(words)
    ):
        # Changing just that one would be the opposite of what is wished.
        return AreaChoice(
            is_unclear=True, hints=hints or (place.picks if place else ()), rest=words
        )
    if place is not None and not patterns.MARKS_PATTERN.search(words):
        is_inside = _is_inside(place.picks, words)
        return replace(place, rest=_drop_polite(place.rest), is_inside=is_inside)
    marks = patterns.MARKS_PATTERN.search(words) is not None
    if marks or patterns.POINTS_PATTERN.search(words):
        is_plural = marks and patterns.PLURAL_PATTERN.search(words) is not None
        return AreaChoice(
            marks=marks, points=not marks, is_plural=is_plural, rest=words, hints=hints
        )
    is_inside = _is_inside(hints, words)
    return AreaChoice(rest=words, hints=hints, is_inside=is_inside) if hints else NO_CHOICE


def _is_inside(picks: Sequence[Pick], words: str) -> bool:
    """Whether all that is wished is of the inside of what is named, a mark or not."""
    return all(pick.is_inside for pick in picks) and not may_go_beyond(words)


def _find_others(words: str) -> AreaChoice | None:
    """Return the marks that are meant where a message only says which is not."""
    excluded = read_excluded(words)
    if excluded is None:
        return None
    name, is_all = excluded
    place = parse_places(name)
    if place is None or _drop_polite(place.rest):
        return None
    return replace(place, rest="", is_others=True, is_plural=is_all)


def _find_cells(words: str) -> AreaChoice | None:
    for group, is_clear in ((patterns.CLEAR_PATTERNS, True), (patterns.LIKELY_PATTERNS, False)):
        for pattern in group:
            for found in pattern.finditer(words):
                if _is_of_others(words, found):
                    continue
                cells = read_cells(found["cells"])
                names = set(patterns.CELL_PATTERN.findall(found["cells"]))
                is_elsewhere = patterns.IN_OTHERS.match(words, found.end("cells")) is not None
                is_bare = not is_clear and (is_elsewhere or names <= patterns.USUAL_OTHERS)
                may_be_thing = is_bare or patterns.ONLY_CELLS_PATTERN.match(found.group())
                if may_be_thing and is_name_of_thing(words, found.end("cells")):
                    continue
                if cells:
                    return AreaChoice(cells, is_bare=is_bare, rest=_cut_out(words, found))
    return None


def _is_of_others(words: str, found: re.Match[str]) -> bool:
    """Whether a letter and a number name something else: a vitamin, a size of paper."""
    start, end = found.span("cells")
    return bool(
        patterns.BEFORE_OTHERS.search(words[:start]) or patterns.AFTER_OTHERS.match(words[end:])
    )


def _find_bare_cells(text: str, words: str) -> AreaChoice | None:
    """Return cells that are only named, as a person writes them who has the grid before them."""
    if not _UPPER_CELL_PATTERN.search(text):
        return None
    for found in re.finditer(patterns.CELLS, words):
        start, end = found.span()
        is_cell = is_in_place(words, start) and not is_name_of_thing(words, end)
        if is_cell and not _is_of_others(words, found) and (cells := read_cells(found["cells"])):
            return AreaChoice(cells, is_bare=True, rest=_cut_out(words, found))
    return None


def read_cells(text: str) -> tuple[Cell, ...]:
    """Return the cells that `b3 to c4 and e1` names, each once."""
    cells = dict.fromkeys(_list_cells(text))
    return tuple(cells)[:MAX_CELLS]


def _list_cells(text: str) -> Iterator[Cell]:
    for first, last in patterns.RANGE_PATTERN.findall(text):
        corners = parse_cell(first), parse_cell(last)
        if corners[0] and corners[1]:
            yield from list_cells_between(corners[0], corners[1])
    for name in patterns.CELL_PATTERN.findall(text):
        if cell := parse_cell(name):
            yield cell


def _find_numbers(words: str) -> AreaChoice | None:
    for number, ordinal in enumerate(patterns.ORDINAL_PATTERNS, 1):
        words = ordinal.sub(rf"\g<1>{number}", words)
    for pattern in patterns.NUMBER_PATTERNS:
        found = pattern.search(words)
        text = found and next((one for one in found.groupdict().values() if one), None)
        if found and text:
            numbers = tuple(dict.fromkeys(int(number) for number in re.findall(r"\d+", text)))
            return AreaChoice(numbers=numbers, is_bare=True, rest=_cut_out(words, found))
    found = patterns.ALL_PATTERN.match(words)
    if found is None:
        return None
    rest = _cut_out(words, found)
    if is_both(found.group()):
        return AreaChoice(picks=(Pick(is_both=True),), is_bare=True, rest=rest)
    return AreaChoice(is_all=True, is_bare=True, rest=rest)


def _cut_out(words: str, found: re.Match[str]) -> str:
    rest = (words[: found.start()] + words[found.end() :]).strip(_PUNCTUATION)
    return _drop_polite(rest)


def _drop_polite(rest: str) -> str:
    return "" if patterns.POLITE_PATTERN.fullmatch(rest) else rest


def parse_grid(words: str, version: int | None) -> ShowGrid | None:
    """Return which picture's grid is to be shown; None for other messages. `words` simplified."""
    for pattern in patterns.GRID_PATTERNS:
        found = pattern.fullmatch(words.rstrip("?？"))
        if found:
            return ShowGrid(int(found["version"]) if found["version"] else version)
    return None
