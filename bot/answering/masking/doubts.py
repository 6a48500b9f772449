"""Decides whether it is clear which areas of a picture are meant, or whether to ask back. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.pictures.areas import AreaChoice
from bot.domain.pictures.mark_choice import is_told, list_picked
from bot.domain.pictures.marks import MarkedArea, Pick
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
    """Return the numbers of the areas that answer which one is meant, () for all; None for doubt.

    All of them have to be told: one that is not meant would be changed.
    """
    chosen = area.numbers
    if area.looks and not (chosen or area.is_all):
        if _is_of_only_one(area, found):
            return ()
        # Within a wish a second mark may be what the first shall look like.
        if not is_each_told(area.looks, found.areas) or (not area.picks and len(area.hints) > 1):
            return None
        chosen = found.picked
    if not area.is_others:
        return chosen
    every = range(1, len(found.areas) + 1)
    others = tuple(number for number in every if number not in chosen)
    # “Not the red one” leaves open which of two others.
    is_sure = len(others) == 1 or area.is_plural or not area.picks
    return others if others and is_sure else None


def _is_of_only_one(area: AreaChoice, found: FoundAreas) -> bool:
    """Whether there is one area, and a choice calls it by another form: that of a hand may be."""
    pick = area.picks[0] if len(area.picks) == 1 and not area.is_others else None
    is_form = pick is not None and pick.form and not (pick.colour or pick.places or pick.is_both)
    return bool(is_form) and len(found.areas) == 1


def is_each_told(looks: Sequence[Pick], areas: Sequence[MarkedArea]) -> bool:
    """Whether each look leaves no doubt which of the areas it means."""
    return bool(looks) and all(is_told(pick, areas) for pick in looks)


def is_clear(area: AreaChoice, found: FoundAreas) -> bool:
    """Whether no doubt is left that the areas, of which some may be picked, are meant.

    They were found by their colour alone.
    """
    areas = found.keep_only(found.picked).areas
    if not areas:
        return False
    weights = [one.weight for one in areas]
    if area.looks and found.picked and not _is_each_mark_told(area, found):
        return False
    if not area.marks:
        if area.looks and not (found.picked or area.points):
            return False
        # Without a word of marks, what is called a box and is none is another thing.
        is_alike = area.points or _has_form(area.looks, found)
        return (
            bool(found.picked or len(areas) == 1) and is_alike and min(weights) >= _POINTED_WEIGHT
        )
    # Strokes of a brush belong together; outlines do if the words say that there are several.
    is_brushed = all(one.kind == "brush" for one in areas) and len(areas) <= _MAX_BRUSHED
    is_known = len(areas) == 1 or bool(found.picked) or is_brushed or area.is_plural
    return is_known and min(weights) >= _CLEAR_WEIGHT


def _is_each_mark_told(area: AreaChoice, found: FoundAreas) -> bool:
    """Whether the looks that any area has leave no doubt: others are of things of the picture."""
    looks = [pick for pick in area.looks if list_picked(pick, found.areas)]
    return is_each_told(looks, found.areas)


def _has_form(looks: Sequence[Pick], found: FoundAreas) -> bool:
    return all(
        pick.form in (None, found.areas[number - 1].form)
        for pick in looks
        for number in list_picked(pick, found.areas)
    )
