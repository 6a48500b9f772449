"""Draws a thing from a few lines of text, each a stroke of the pen. Pure Pillow.

A stroke is a letter, numbers and a colour: `d x y r [tall]` a disc, `e x0 y0 x1 y1` an ellipse,
`b x0 y0 x1 y1 [round]` a box, `p x y x y …` a polygon, `l x0 y0 x1 y1 width` a line,
`a x0 y0 x1 y1 start end width` an arc, `h x0 y0 x1 y1 start end` a part of a disc. The colour is
`c`, the thing's own, `c-` and `c--` darker, `c+` and `c++` lighter, a letter or a `#rrggbb`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from PIL import ImageColor

from bot.playground.drawing.colours import RGB
from bot.playground.drawing.pen import BLACK, BROWN, WHITE, Pen, darken, lighten

Shape = Callable[[Pen, RGB], None]
Stroke = tuple[str, tuple[float, ...], str]

_FIXED_COLOURS: dict[str, RGB] = {
    "k": BLACK, "w": WHITE, "n": BROWN, "y": (250, 204, 70), "r": (214, 60, 60),
    "g": (76, 158, 84), "o": (240, 160, 60), "s": (200, 226, 240), "m": (160, 166, 174),
    "i": (240, 160, 170),
}  # fmt: skip


def build_shape(sketch: str) -> Shape:
    """Build what draws a thing from its `sketch`."""

    def draw(pen: Pen, colour: RGB) -> None:
        for kind, numbers, name in _read_strokes(sketch):
            _draw_stroke(pen, kind, numbers, _choose_colour(name, colour))

    return draw


@cache
def _read_strokes(sketch: str) -> tuple[Stroke, ...]:
    strokes = []
    for text in sketch.replace("\n", ";").split(";"):
        if words := text.split():
            strokes.append((words[0], tuple(map(float, words[1:-1])), words[-1]))
    return tuple(strokes)


def _choose_colour(name: str, own: RGB) -> RGB:
    if name.startswith("#"):
        red, green, blue = ImageColor.getrgb(name)[:3]
        return red, green, blue
    tints = {
        "c": own,
        "c-": darken(own, 0.2),
        "c--": darken(own, 0.45),
        "c+": lighten(own),
        "c++": lighten(own, 0.65),
    }
    return tints[name] if name in tints else _FIXED_COLOURS[name]


def _draw_stroke(pen: Pen, kind: str, numbers: tuple[float, ...], colour: RGB) -> None:
    if kind == "d":
        x, y, r, *tall = numbers
        pen.draw_disc(x, y, r, colour, tall=tall[0] if tall else 1.0)
        return
    if kind == "p":
        pen.draw_polygon([*zip(numbers[::2], numbers[1::2], strict=True)], colour)
        return
    x0, y0, x1, y1, *more = numbers
    box = (x0, y0, x1, y1)
    if kind == "e":
        pen.draw_ellipse(box, colour)
    elif kind == "b":
        pen.draw_box(box, *more, fill=colour)
    elif kind == "l":
        pen.draw_line(box, colour, more[0])
    elif kind == "a":
        pen.draw_arc(box, more[0], more[1], fill=colour, width=more[2])
    else:
        pen.draw_chord(box, more[0], more[1], fill=colour)
