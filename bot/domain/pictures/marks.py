"""Marks that people draw on pictures, and how words tell one from another. Pure."""

from __future__ import annotations

import colorsys
import enum
import math
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

    `is_both`: there are two, and both are meant.
    """

    places: tuple[Place, ...] = ()
    colour: Colour | None = None
    form: Form | None = None
    is_both: bool = False


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
    """Return a pick as values that can be sent to another process."""
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


def choose_areas(picks: Sequence[Pick], areas: Sequence[MarkedArea]) -> tuple[int, ...]:
    """Return the numbers, from 1, of the areas that words mean; () where none is told by them."""
    numbers = [number for pick in picks for number in _list_picked(pick, areas)]
    return tuple(dict.fromkeys(numbers))


def _list_picked(pick: Pick, areas: Sequence[MarkedArea]) -> list[int]:
    numbers = list(range(1, len(areas) + 1))
    if pick.is_both:
        return numbers if len(areas) == 2 else []
    if pick.colour is not None:
        colour = pick.colour
        numbers = [
            number
            for number in numbers
            if (mark := areas[number - 1].colour) is not None and is_of_colour(mark, colour)
        ]
    if pick.form is not None:
        # What a hand draws may be either: then the colour and the place tell.
        numbers = [one for one in numbers if areas[one - 1].form is pick.form] or numbers
    if pick.places and numbers:
        numbers = [_find_at(pick.places, numbers, areas)]
    return numbers


def _find_at(places: Sequence[Place], numbers: Sequence[int], areas: Sequence[MarkedArea]) -> int:
    """Return which of some areas is the farthest at all of the places."""
    boxes = [areas[number - 1].box for number in numbers]
    orders = [_measure_order(place, boxes) for place in places]
    ranks = [sum(order[index] for order in orders) for index in range(len(numbers))]
    return numbers[ranks.index(min(ranks))]


def _measure_order(place: Place, boxes: Sequence[Shares]) -> list[float]:
    """Return for each box how far it is from being the one at a place: the least is at it."""
    middles = [((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for box in boxes]
    sizes = [(box[2] - box[0]) * (box[3] - box[1]) for box in boxes]
    mean = [sum(axis) / len(boxes) for axis in zip(*middles, strict=True)]
    orders: dict[Place, list[float]] = {
        Place.LEFT: [x for x, _ in middles],
        Place.RIGHT: [-x for x, _ in middles],
        Place.TOP: [y for _, y in middles],
        Place.BOTTOM: [-y for _, y in middles],
        Place.MIDDLE: [math.dist(middle, mean) for middle in middles],
        Place.LARGEST: [-size for size in sizes],
        Place.SMALLEST: sizes,
    }
    return orders[place]
