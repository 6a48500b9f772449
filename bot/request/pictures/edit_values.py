"""Builds the operations of a picture from their values, or says why they cannot be. Pure."""

from __future__ import annotations

import re

from bot.domain.messages import Message
from bot.domain.pictures.operations import Operation, OperationKind
from bot.domain.pictures.sizes import MAX_RATIO, PictureSize
from bot.request.flag_values import SIZE_REASON
from bot.request.pictures import edit_names
from bot.request.pictures.sizes.named import ImpossibleSizeError, parse_size

_MAX_PERCENT = 1_000
# “4 by 3” as well: no picture has so few pixels.
_RATIO_PATTERN = re.compile(
    r"(\d{1,4}) ?[:/] ?(\d{1,4})|([1-9]) ?[x×] ?([1-9]\d?)|([1-9]\d) ?[x×] ?([1-9])"
)
_NUMBERS_PATTERN = re.compile(
    r"-?\d[\d.,]*(?:k|e\d+)?(?: ?[x×*] ?-?\d[\d.,]*(?:k|e\d+)?(?: ?[a-z]{2,8})?)?(?:@\d+)?|.+@\d+"
)
# “A4 at 300 dpi”, as it is written after `--size`: a4@300.
_DPI_PATTERN = re.compile(r"(?: (?:at|mit|a|con|in|with))? ?(\d{1,4}) ?(?:dpi|ppi|ppp)$")
IMPOSSIBLE_SIZE = Message("I cannot make that of a picture: {reason}.", reason=SIZE_REASON)
_IMPOSSIBLE_SHAPE = Message(
    "I cannot make that of a picture: give a shape such as 16:9, with one number at most {ratio}"
    " times the other.",
    ratio=MAX_RATIO,
)
_IMPOSSIBLE_PERCENT = Message(
    "I cannot make that of a picture: give 1 to {limit:,} percent.", limit=_MAX_PERCENT
)
_IMPOSSIBLE_DEGREES = Message("I cannot turn a picture so far: give -360 to 360 degrees.")
_UNKNOWN_COLOUR = "I do not know the colour {colour}. Please give one as #rrggbb, or `transparent`."


class ImpossibleEditError(ValueError):
    """What is wanted of a picture cannot be done; `user_message` says why."""

    def __init__(self, user_message: Message) -> None:
        super().__init__(user_message)
        self.user_message = user_message


def build_rotation(degrees: str, turn: int) -> Operation:
    if not degrees:
        return Operation(OperationKind.ROTATE, degrees=turn)
    value = float(degrees.replace(",", "."))
    if abs(value) > 360:
        raise ImpossibleEditError(_IMPOSSIBLE_DEGREES)
    value *= -1 if turn < 0 else 1
    return Operation(OperationKind.ROTATE, degrees=int(value) if value.is_integer() else value)


def build_scaling(percent: float) -> Operation:
    """Return a resize to whole percent. Raises `ImpossibleEditError`."""
    # “1e999” is infinite: it cannot be rounded.
    if not 0.5 < percent <= _MAX_PERCENT + 0.5:
        raise ImpossibleEditError(_IMPOSSIBLE_PERCENT)
    return Operation(OperationKind.RESIZE, percent=round(percent))


def read_colour_count(text: str) -> int:
    """Return how many colours of a picture to show; `text` are digits, or "" for the usual."""
    count = int(text or edit_names.DEFAULT_COLOURS)
    return max(1, min(count, edit_names.MAX_COLOURS))


def build_resize(side: int, *, is_height: bool = False) -> Operation:
    """Return a resize to a width in pixels, or a height. Raises `ImpossibleEditError`."""
    _check_side(side)
    return Operation(OperationKind.RESIZE, shape=(0, side) if is_height else (side, 0))


def _check_side(side: int) -> None:
    try:
        parse_size(f"{side}x{side}")
    except ImpossibleSizeError as error:
        raise ImpossibleEditError(IMPOSSIBLE_SIZE) from error


def build_shaping(kind: OperationKind, shape: str, colour: str) -> Operation | None:
    """Return what gives a picture a shape or a size; None for other words.

    Raises `ImpossibleEditError`.
    """
    words = re.sub(r" (?:format|shape|size|pixels?|px|ratio)$", "", shape.strip())
    words = re.sub(r"(?<=\d) (?:by|mal|sur|por|zu) (?=\d)", "x", words)
    words = _DPI_PATTERN.sub(r"@\1", words)
    if kind is OperationKind.RESIZE and re.fullmatch(r"\d{2,9}", words):
        return build_resize(int(words))
    found = edit_names.SHAPES.get(words) or _read_ratio(words)
    size = None if found else _read_size(words)
    if found is None and size is None:
        return None
    if kind is OperationKind.RESIZE and size is None:
        return None
    margin = parse_colour(colour) if colour else ""
    return Operation(kind, size=size, shape=found, colour=margin)


def _read_ratio(words: str) -> tuple[int, int] | None:
    found = _RATIO_PATTERN.fullmatch(words)
    if found is None:
        return None
    one, other = (int(number) for number in found.groups() if number)
    if not min(one, other) or max(one, other) > MAX_RATIO * min(one, other):
        raise ImpossibleEditError(_IMPOSSIBLE_SHAPE)
    return one, other


def _read_size(words: str) -> PictureSize | None:
    """Return the size that `words` are; None for other words. Numbers that cannot be are told."""
    try:
        return parse_size(words)
    except ImpossibleSizeError as error:
        if _NUMBERS_PATTERN.fullmatch(words):
            raise ImpossibleEditError(IMPOSSIBLE_SIZE) from error
        return None


def parse_colour(word: str) -> str:
    """Return a colour by its name as #rrggbb. Raises `ImpossibleEditError` for an unknown one."""
    word = word.replace(" ", "")
    if re.fullmatch(r"#[0-9a-f]{3}(?:[0-9a-f]{3})?", word):
        return word if len(word) > 4 else "#" + "".join(2 * digit for digit in word[1:])
    if word not in edit_names.COLOURS:
        raise ImpossibleEditError(Message(_UNKNOWN_COLOUR, colour=word))
    return edit_names.COLOURS[word]
