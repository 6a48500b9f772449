"""Decides whether it is clear which areas of a picture are meant, or whether to ask back. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.pictures.areas import AreaChoice
from bot.domain.pictures.marks import MarkedArea
from bot.files.masking.maker import FoundAreas

# What is found by colour alone is taken without asking from this weight on.
_CLEAR_WEIGHT, _POINTED_WEIGHT = 0.75, 0.85
# More than that on one picture are letters.
_MAX_MARKS = 8
# More blots of one colour than that are things of the picture.
_MAX_BRUSHED = 3


def is_drawn(areas: Sequence[MarkedArea]) -> bool:
    """Whether what differs from an original looks like marks, and not like words or windows."""
    return len(areas) <= _MAX_MARKS and all(one.weight >= _CLEAR_WEIGHT for one in areas)


def choose_numbers(area: AreaChoice, found: FoundAreas) -> tuple[int, ...] | None:
    """Return the numbers of the areas that are chosen, () for all; None where none is left."""
    if not area.is_others:
        return area.numbers or found.picked
    others = (number for number in range(1, len(found.areas) + 1) if number not in area.numbers)
    return tuple(others) or None


def is_clear(area: AreaChoice, areas: Sequence[MarkedArea], picked: int) -> bool:
    """Whether no doubt is left that these areas, which were found by colour, are meant.

    `picked`: how many of them are so because the words tell their look.
    """
    if not areas or (area.looks and not (picked or area.marks or area.points)):
        return False
    weights = [one.weight for one in areas]
    is_picked = (
        0 < picked <= max((1 + look.is_both for look in area.looks), default=0) * len(area.looks)
    )
    if not area.marks:
        return (is_picked or len(areas) == 1) and min(weights) >= _POINTED_WEIGHT
    # Strokes of a brush belong together; outlines do if the words say that there are several.
    is_brushed = all(one.kind == "brush" for one in areas) and len(areas) <= _MAX_BRUSHED
    is_known = len(areas) == 1 or is_picked or is_brushed or area.is_plural
    return is_known and min(weights) >= _CLEAR_WEIGHT
