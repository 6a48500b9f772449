"""What a thing can wear: hats of several kinds, glasses, a scarf, a bow tie. Pure."""

from __future__ import annotations

from typing import NamedTuple

from bot.playground.drawing.colours import RGB
from bot.playground.drawing.kinds.sketch import Shape, build_shape


class Wear(NamedTuple):
    """How something worn is drawn: around the middle of its lower edge, as wide as 1."""

    draw: Shape
    colour: RGB
    place: str  # "head", "eyes" or "neck"


def _sketch(colour: RGB, place: str, sketch: str) -> Wear:
    return Wear(build_shape(sketch), colour, place)


WEARS: dict[str, Wear] = {
    "hat": _sketch(
        (52, 60, 130),
        "head",
        "e -.75 -.14 .75 .12 c-; b -.45 -.95 .45 .0 .06 c; b -.45 -.3 .45 -.12 c--",
    ),
    "sun hat": _sketch(
        (226, 184, 96),
        "head",
        "e -.9 -.16 .9 .14 c; h -.48 -.7 .48 .5 180 360 c; b -.48 -.2 .48 -.06 r",
    ),
    "cap": _sketch(
        (40, 120, 190), "head", "h -.5 -.6 .5 .5 180 360 c; e -.1 -.14 .9 .08 c-; d 0 -.58 .08 c--"
    ),
    "party hat": _sketch(
        (200, 70, 150),
        "head",
        "p -.42 .04 .42 .04 0 -1.05 c; d 0 -1.05 .13 w; d -.12 -.2 .08 y; d .12 -.4 .07 y"
        "; d -.04 -.62 .06 w; d .2 -.1 .06 w",
    ),
    "woolly hat": _sketch(
        (190, 60, 70),
        "head",
        "h -.5 -.75 .5 .5 180 360 c; b -.54 -.24 .54 .06 .08 c++; d 0 -.76 .15 c++",
    ),
    "wizard hat": _sketch(
        (86, 60, 150),
        "head",
        "e -.8 -.12 .8 .14 c-; p -.46 .0 .46 .0 .14 -1.25 c; d -.1 -.3 .08 y; d .12 -.65 .06 y",
    ),
    "crown": _sketch(
        (236, 190, 60),
        "head",
        "p -.46 .04 -.5 -.6 -.24 -.3 0 -.68 .24 -.3 .5 -.6 .46 .04 c; d -.5 -.6 .07 r"
        "; d 0 -.68 .07 r; d .5 -.6 .07 r; b -.46 -.1 .46 .06 c-",
    ),
    "glasses": _sketch(
        (40, 40, 48),
        "eyes",
        "a -.55 -.26 -.05 .26 0 360 .09 c; a .05 -.26 .55 .26 0 360 .09 c; l -.07 0 .07 0 .09 c",
    ),
    "sunglasses": _sketch(
        (30, 30, 36),
        "eyes",
        "b -.56 -.2 -.05 .24 .14 c; b .05 -.2 .56 .24 .14 c; l -.1 -.08 .1 -.08 .09 c"
        "; l -.44 -.1 -.3 -.02 .04 c++; l .18 -.1 .32 -.02 .04 c++",
    ),
    "scarf": _sketch(
        (200, 50, 60), "neck", "b -.55 -.14 .55 .14 .12 c; b .1 .0 .36 .75 .06 c-"
        "; b .1 .6 .36 .75 c++"
    ),
    "bow tie": _sketch(
        (190, 40, 60), "neck", "p 0 0 -.5 -.26 -.5 .26 c; p 0 0 .5 -.26 .5 .26 c; d 0 0 .12 c--"
    ),
}  # fmt: skip
# A hat of no named kind is another one in each variation.
HAT_KINDS = ("hat", "sun hat", "cap", "party hat")
