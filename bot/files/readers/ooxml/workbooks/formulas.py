"""Moves the references of a formula that several cells share. Pure."""

from __future__ import annotations

import re
from functools import cache

# Text and the names of other sheets stay as they are; so does what `$` holds.
_TOKEN = re.compile(r'"[^"]*"|\'[^\']*\'|(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})(?![\w(.])')
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MAX_CHARS = 2_000


def move_formula(text: str, start: str, place: str) -> str:
    """Return the formula of the cell `start` as it is at `place`."""
    first, second = _PLACE.fullmatch(start), _PLACE.fullmatch(place)
    if first is None or second is None or len(text) > _MAX_CHARS:
        return text
    across = parse_letters(second[1]) - parse_letters(first[1])
    down = int(second[2]) - int(first[2])

    def move(match: re.Match[str]) -> str:
        if match[2] is None:
            return match[0]
        column = match[2] if match[1] else name_column(parse_letters(match[2]) + across)
        row = match[4] if match[3] else str(max(1, int(match[4]) + down))
        return f"{match[1]}{column}{match[3]}{row}"

    return _TOKEN.sub(move, text)


@cache
def parse_letters(letters: str) -> int:
    """Return the number of a column, from 1, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def name_column(number: int) -> str:
    """Return the letters of a column by its number, from 1."""
    name, number = "", max(1, number)
    while number > 0:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
