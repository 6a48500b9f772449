"""Marks that people draw on pictures, and the words that tell one from another. Pure.

See `mark_choice.py` for which of several the words mean.
"""

from __future__ import annotations

import colorsys
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.pictures.sight import Shares

Rgb = tuple[int, int, int]
# As many marks on a picture as people can tell apart by their numbers.
MAX_AREAS = 24


class Place(enum.Enum):
    """Where among several areas the one lies that is meant, or how large it is."""

    LEFT, RIGHT, TOP, BOTTOM = "left", "right", "top", "bottom"
    MIDDLE, LARGEST, SMALLEST = "middle", "largest", "smallest"


class Colour(enum.Enum):
    """The colour of a mark, as people name it."""

    RED, ORANGE, YELLOW, GREEN, TURQUOISE = "red", "orange", "yellow", "green", "turquoise"
    BLUE, PURPLE, PINK, BROWN = "blue", "purple", "pink", "brown"
    BLACK, WHITE, GREY = "black", "white", "grey"


class Form(enum.Enum):
    """What kind of mark people name."""

    ROUND, BOX, ARROW, STROKE = "round", "box", "arrow", "stroke"


@dataclass(frozen=True, slots=True)
class Pick:
    """How words tell which of several marks is meant: of all that is said, the mark has each.

    `is_both`: there are two, and both are meant. `is_plural`: several may be (“the red ones”).
    `is_inside`: what is inside of the mark is meant (“the text in the red box”).
    """

    places: tuple[Place, ...] = ()
    colour: Colour | None = None
    form: Form | None = None
    is_both: bool = False
    is_plural: bool = False
    is_inside: bool = False


@dataclass(frozen=True, slots=True)
class MarkedArea:
    """An area that was found on a picture, where it lies, and how sure it is, from 0 to 1.

    `colour` is that of its strokes, None where it has none.
    """

    box: Shares
    kind: str = ""
    weight: float = 1.0
    colour: Rgb | None = None
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of several marks are meant: by their numbers from 1, or by their looks; else all."""

    numbers: tuple[int, ...] = ()
    picks: tuple[Pick, ...] = ()


ALL_MARKS = Selection()


def list_pick(pick: Pick) -> list[object]:
    """Return what a pick tells of the look, as values that can be sent to another process."""
    colour, form = pick.colour and pick.colour.value, pick.form and pick.form.value
    return [[place.value for place in pick.places], colour, form, pick.is_both]


def parse_picks(rows: Sequence[Sequence[Any]]) -> tuple[Pick, ...]:
    """Return what `list_pick` was given, of several."""
    return tuple(
        Pick(tuple(map(Place, places)), colour and Colour(colour), form and Form(form), is_both)
        for places, colour, form, is_both in rows
    )


# The hues of a name, in degrees. They overlap, as the names that people use do.
_HUES: dict[Colour, tuple[tuple[float, float], ...]] = {
    Colour.RED: ((0, 20), (336, 360)),
    Colour.ORANGE: ((12, 45),),
    Colour.YELLOW: ((42, 72),),
    Colour.GREEN: ((68, 170),),
    Colour.TURQUOISE: ((158, 200),),
    Colour.BLUE: ((185, 258),),
    Colour.PURPLE: ((248, 305),),
    Colour.PINK: ((290, 350),),
    Colour.BROWN: ((0, 45),),
}
_MIN_VIVID, _MAX_BROWN, _MIN_WHITE, _MAX_BLACK = 60, 0.75, 190, 80
_GREYS = (50, 225)


def is_of_colour(mark: Rgb, colour: Colour) -> bool:
    """Whether people may call a mark of that red, green and blue so."""
    if colour not in _HUES:
        if max(mark) - min(mark) >= _MIN_VIVID:
            return False
        level = sum(mark) / 3
        if colour is Colour.GREY:
            return _GREYS[0] <= level <= _GREYS[1]
        return level <= _MAX_BLACK if colour is Colour.BLACK else level >= _MIN_WHITE
    if max(mark) - min(mark) < _MIN_VIVID / 2:
        return False
    hue, _, value = colorsys.rgb_to_hsv(*(channel / 255 for channel in mark))
    if colour is Colour.BROWN and value > _MAX_BROWN:
        return False
    return any(low <= 360 * hue <= high for low, high in _HUES[colour])
