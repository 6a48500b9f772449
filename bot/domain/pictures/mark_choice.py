"""Decides which of several marks words mean, by its colour, form, place and size. Pure.

Where words do not tell one from the others, all of these are returned: the caller asks back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from bot.domain.pictures.marks import MarkedArea, Pick, Place, is_of_colour
from bot.domain.pictures.sight import Shares

_SIZES = (Place.LARGEST, Place.SMALLEST)
_OPPOSITES = {
    Place.LEFT: Place.RIGHT,
    Place.RIGHT: Place.LEFT,
    Place.TOP: Place.BOTTOM,
    Place.BOTTOM: Place.TOP,
    Place.LARGEST: Place.SMALLEST,
    Place.SMALLEST: Place.LARGEST,
}
# Marks nearer to each other than that, in shares of a side, are at the same place.
_SAME_PLACE = 0.05
# Marks of sizes that differ by less than a sixth are alike: this is the logarithm.
_SAME_SIZE = 0.15
# Half the width of what is called the middle of a picture, in shares.
_MIDDLE = 0.25


def choose_areas(picks: Sequence[Pick], areas: Sequence[MarkedArea]) -> tuple[int, ...]:
    """Return the numbers, from 1, of the areas that words mean; () where none is told by them."""
    numbers = [number for pick in picks for number in list_picked(pick, areas)]
    return tuple(dict.fromkeys(numbers))


def is_told(pick: Pick, areas: Sequence[MarkedArea]) -> bool:
    """Whether words leave no doubt: they tell one area, or several and speak of several."""
    count = len(list_picked(pick, areas))
    return count == 1 or (count > 1 and (pick.is_both or pick.is_plural))


def list_picked(pick: Pick, areas: Sequence[MarkedArea]) -> list[int]:
    """Return the numbers, from 1, of the areas that look as words say."""
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
        alike = [number for number in numbers if areas[number - 1].form is pick.form]
        # What a hand draws may be either: then the colour and the place tell, if they are said.
        numbers = alike or (numbers if pick.colour or pick.places else [])
    return _list_at(pick.places, numbers, areas) if pick.places and numbers else numbers


def _list_at(places: Sequence[Place], numbers: list[int], areas: Sequence[MarkedArea]) -> list[int]:
    """Return which of some areas is at all of the places: several where none is so clearly."""
    boxes = [area.box for area in areas]
    sides = [place for place in places if place not in _SIZES]
    sizes = [place for place in places if place in _SIZES]
    if sizes:
        # The larger one on the left is the larger of those that lie there, the leftmost or not.
        measure, same = _measure_size(sizes[0]), _SAME_SIZE
        numbers = _keep_at_sides(sides, numbers, boxes) if sides else numbers
    else:
        measure, same = (
            _measure_sides(sides, [boxes[number - 1] for number in numbers]),
            _SAME_PLACE,
        )
    values = {number: measure(boxes[number - 1]) for number in numbers}
    least = min(values.values(), default=0.0)
    found = [number for number in numbers if values[number] <= least + same]
    is_opposite = len(found) == 1 and _is_opposite(places, boxes[found[0] - 1], boxes)
    return [] if is_opposite else found


def _measure_size(place: Place) -> Callable[[Shares], float]:
    """Return what tells how far a box is from being the largest, or the smallest."""
    sign = -1 if place is Place.LARGEST else 1
    return lambda box: sign * math.log((box[2] - box[0]) * (box[3] - box[1]))


def _measure_sides(sides: Sequence[Place], boxes: Sequence[Shares]) -> Callable[[Shares], float]:
    """Return what tells how far a box is from being the one at some sides, in shares."""
    middles = [_find_middle(box) for box in boxes]
    mean_x, mean_y = (sum(axis) / len(boxes) for axis in zip(*middles, strict=True))
    is_across = any(side in (Place.LEFT, Place.RIGHT) for side in sides)
    is_along = any(side in (Place.TOP, Place.BOTTOM) for side in sides)

    def measure(box: Shares) -> float:
        x, y = _find_middle(box)
        # The middle of the left side is in the middle from top to bottom only.
        aside = (0.0 if is_across else x - mean_x, 0.0 if is_along else y - mean_y)
        return sum(
            math.hypot(*aside) if side is Place.MIDDLE else _measure_from(side, box)
            for side in sides
        )

    return measure


def _measure_from(side: Place, box: Shares) -> float:
    """Return how far the middle of a box is from a side of the picture, in shares."""
    x, y = _find_middle(box)
    return {Place.LEFT: x, Place.RIGHT: 1 - x, Place.TOP: y, Place.BOTTOM: 1 - y}[side]


def _keep_at_sides(
    sides: Sequence[Place], numbers: Sequence[int], boxes: Sequence[Shares]
) -> list[int]:
    """Return those whose middle lies in the half of the picture, or of the marks, at each side."""
    for side in sides:
        there = [number for number in numbers if _is_at(side, boxes[number - 1])]
        if not there and side is not Place.MIDDLE:
            values = [_measure_from(side, boxes[number - 1]) for number in numbers]
            half = (min(values) + max(values)) / 2
            there = [n for n, value in zip(numbers, values, strict=True) if value < half]
        numbers = there
    return list(numbers)


def _is_at(side: Place, box: Shares) -> bool:
    if side is Place.MIDDLE:
        return all(abs(at - 0.5) <= _MIDDLE for at in _find_middle(box))
    return _measure_from(side, box) < 0.5


def _is_opposite(places: Sequence[Place], box: Shares, boxes: Sequence[Shares]) -> bool:
    """Whether a box is the one that the opposite of a place would tell: no word means that one.

    Another at the same side is no matter: the left one of two at the right is the left one.
    """
    for place in places:
        if place in _SIZES:
            measure = _measure_size(_OPPOSITES[place])
            others = [measure(one) for one in boxes if one != box]
            if others and measure(box) + _SAME_SIZE < min(others):
                return True
        elif place is not Place.MIDDLE and not _is_at(place, box):
            opposite = _OPPOSITES[place]
            if _measure_from(opposite, box) <= min(_measure_from(opposite, one) for one in boxes):
                return True
    return False


def _find_middle(box: Shares) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
