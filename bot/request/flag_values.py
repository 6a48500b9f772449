"""Finds and parses the values of flags. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.domain.messages import Message
from bot.domain.pictures.sizes import MAX_RATIO, MAX_SIDE, MIN_SIDE, PictureSize
from bot.request.pictures.sizes.named import ImpossibleSizeError, parse_size

# The same whether a size is a flag's or in words.
SIZE_REASON = Message(
    "give a width and a height from {minimum} to {maximum:,} pixels, of which one is at most"
    " {ratio} times the other, as in 2048x1152, or a name such as 4k, a4, instagram-story",
    minimum=MIN_SIDE,
    maximum=MAX_SIDE,
    ratio=MAX_RATIO,
)
_WORD_PATTERN = re.compile(r"[ =]+([^\s\"“”'—–-][^\s]*)")
_VALUE_PATTERN = re.compile(r"[\s=]+(\"[^\"]*\"|“[^”]*”|'[^']*'|\S+)")
_SIGNS = ",.;:!?"
# These words may go on with what is drawn: “--size a4 landscape with trees”, “4x6 in the snow”.
_OPEN_WORDS = frozenset(
    ("in", "landscape", "portrait", "quer", "paysage", "horizontal", "vertical", "inch")
)
_END_PATTERN = re.compile(r"\s*(?:$|[,.;:!?]|--|—|–)")
_SHAPE_REASON = "that is a shape; write `--aspect {shape}`, or a size such as 2048x1152"


class InvalidValueError(ValueError):
    """The value is not allowed; `reason` says what is."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


def build_choice_parser(*allowed: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.lower() not in allowed:
            raise InvalidValueError(Message("choose one of {values}", values=", ".join(allowed)))
        return value.lower()

    return parse


def build_integer_parser(minimum: int, maximum: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        number = int(value) if re.fullmatch(r"[+-]?\d{1,19}", value) else None
        if number is None or not minimum <= number <= maximum:
            raise InvalidValueError(
                Message(
                    "give a whole number from {minimum} to {maximum}",
                    minimum=minimum,
                    maximum=maximum,
                )
            )
        return number

    return parse


def parse_penalty(value: str) -> float:
    number = float(value) if re.fullmatch(r"[+-]?\d{1,2}(\.\d{1,6})?", value) else None
    if number is None or not -2 <= number <= 2:
        raise InvalidValueError(Message("give a number from -2 to 2"))
    return number


def parse_stop(value: str) -> tuple[str, ...]:
    if not value or len(value) > 200:
        raise InvalidValueError(
            Message("give up to 200 characters, in quotes where there are spaces")
        )
    return (value,)


def parse_logit_bias(value: str) -> tuple[tuple[int, int], ...]:
    pairs = []
    for part in value.split(","):
        found = re.fullmatch(r"(\d{1,7}):([+-]?\d{1,3})", part.strip())
        if found is None or abs(int(found[2])) > 100:
            raise InvalidValueError(
                Message("give token numbers with a bias from -100 to 100, as in 1734:-100")
            )
        pairs.append((int(found[1]), int(found[2])))
    return tuple(pairs)


def parse_picture_size(value: str) -> PictureSize:
    if re.fullmatch(r"\d{1,4}:\d{1,4}", value):
        raise InvalidValueError(Message(_SHAPE_REASON, shape=value))
    try:
        return parse_size(value)
    except ImpossibleSizeError as error:
        raise InvalidValueError(SIZE_REASON) from error


def find_value(
    text: str, start: int, parse: Callable[[str], Any], most_words: int
) -> tuple[str, int]:
    """Return the value of a flag that ends at `start`, "" for none, and where the value ends.

    Of several words it is the longest that `parse` takes; a comma or full stop ends it.
    """
    several = _find_words(text, start, parse, most_words) if most_words > 1 else None
    if several is not None:
        return several
    found = _VALUE_PATTERN.match(text, start)
    return (found[1].strip("\"'“”"), found.end()) if found else ("", start)


def _find_words(
    text: str, start: int, parse: Callable[[str], Any], most: int
) -> tuple[str, int] | None:
    best: tuple[str, int] | None = None
    value, end = "", start
    for _ in range(most):
        found = _WORD_PATTERN.match(text, end)
        if found is None:
            break
        word = found[1].rstrip(_SIGNS)
        value = f"{value} {word}".strip()
        end = found.end() - (len(found[1]) - len(word))
        if _is_whole(text, word, end) and _is_taken(parse, value):
            best = value, end
        if word != found[1]:
            break
    return best


def _is_whole(text: str, word: str, end: int) -> bool:
    return word.lower() not in _OPEN_WORDS or _END_PATTERN.match(text, end) is not None


def _is_taken(parse: Callable[[str], Any], value: str) -> bool:
    try:
        parse(value)
    except InvalidValueError:
        return False
    return True
