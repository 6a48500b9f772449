"""Parsers of the values of flags. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.messages import Message
from bot.domain.pictures.sizes import MAX_RATIO, MAX_SIDE, MIN_SIDE, PictureSize
from bot.request.pictures.named_sizes import ImpossibleSizeError, parse_size

# The same whether a size is a flag's or in words.
SIZE_REASON = Message(
    "give a width and a height from {minimum} to {maximum:,} pixels, of which one is at most"
    " {ratio} times the other, as in 2048x1152, or a name such as 4k, a4, instagram-story",
    minimum=MIN_SIDE,
    maximum=MAX_SIDE,
    ratio=MAX_RATIO,
)


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
    try:
        return parse_size(value)
    except ImpossibleSizeError as error:
        raise InvalidValueError(SIZE_REASON) from error
