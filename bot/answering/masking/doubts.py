"""Decides whether it is clear which areas of a picture are meant, or whether to ask back. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.pictures.areas import AreaChoice, MarkedArea, find_at

# What is found by colour alone is taken without asking from this weight on.
_CLEAR_WEIGHT, _POINTED_WEIGHT = 0.75, 0.85
# More than that on one picture are letters.
_MAX_MARKS = 8
# More blots of one colour than that are things of the picture.
_MAX_BRUSHED = 3


def is_drawn(areas: Sequence[MarkedArea]) -> bool:
    """Whether what differs from an original looks like marks, and not like words or windows."""
    return len(areas) <= _MAX_MARKS and all(one.weight >= _CLEAR_WEIGHT for one in areas)


def choose_numbers(area: AreaChoice, areas: Sequence[MarkedArea]) -> tuple[int, ...] | None:
    """Return the numbers of the areas that are chosen, () for all; None where none is left."""
    if area.places and areas:
        return tuple(dict.fromkeys(find_at(place, areas) for place in area.places))
    if not area.is_others:
        return area.numbers
    others = (number for number in range(1, len(areas) + 1) if number not in area.numbers)
    return tuple(others) or None


def is_clear(area: AreaChoice, areas: Sequence[MarkedArea]) -> bool:
    """Whether no doubt is left which of the areas that were found by colour are meant."""
    if not areas:
        return False
    weights = [one.weight for one in areas]
    if area.points:
        return len(areas) == 1 and weights[0] >= _POINTED_WEIGHT
    # Strokes of a brush belong together; outlines do if the words say that there are several.
    is_brushed = all(one.kind == "brush" for one in areas) and len(areas) <= _MAX_BRUSHED
    is_one = len(areas) == 1 or is_brushed
    return (is_one or area.is_plural) and min(weights) >= _CLEAR_WEIGHT
