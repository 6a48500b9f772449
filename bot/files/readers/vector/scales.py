"""Finds how large the parts of a drawing are shown: units, transforms and lines in pixels. Pure.

Places do not matter here, so that of a transform only its four linear numbers are kept.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TypeAlias
from xml.etree.ElementTree import Element

from bot.files.readers.vector.bounds import MIN_SIDE, NUMBER
from bot.files.readers.vector.sizes import find_size, find_units

# a, b, c and d of x' = ax + cy and y' = bx + dy.
Linear: TypeAlias = tuple[float, float, float, float]

_FUNCTION = re.compile(r"[\s,]*+(\w++)\s*+\(([^()]*+)\)[\s,]*+")
_WIDTH = re.compile(r"\s*(\d*\.?\d+(?:[eE][+-]?\d{1,3})?)\s*(?:px)?\s*")
_UNEVEN = "none"
_UNSCALED = "non-scaling-stroke"
# What moves or scales in ways that are not followed here.
_UNKNOWN = ("transform-box", "transform-origin")


@dataclass(frozen=True, slots=True)
class Brush:
    """How lines and what they enclose are painted, and how broad lines are."""

    fill: str = "black"
    paint: str = "none"
    width: str = "1"
    effect: str = ""

    def find_width(self, linear: Linear) -> float | None:
        """Return the least pixels that a line is broad, 0 without one; None if unknown."""
        if self.paint == "none":
            return 0.0
        width = _WIDTH.fullmatch(self.width[:40])
        least = _find_least_scale(linear)
        if width is None or not least:
            return None
        return float(width[1]) * (min(1.0, least) if _UNSCALED in self.effect else least)


def find_linear(root: Element, max_side: int) -> Linear:
    """Return how many pixels a unit of a drawing has where it is shown with `max_side` at most."""
    size, units = find_size(root), find_units(root)
    longest = min(max(*size, MIN_SIDE), max_side)
    across, down = (
        side / max(size) * longest / unit for side, unit in zip(size, units, strict=True)
    )
    if _UNEVEN not in root.get("preserveAspectRatio", ""):
        across = down = max(across, down)
    return across, 0.0, 0.0, down


def combine_linear(above: Linear, element: Element) -> Linear | None:
    """Return how an element is shown in one that is shown as `above`; None if not known."""
    style = element.get("style", "")
    if "transform" in style or any(key in element.attrib for key in _UNKNOWN):
        return None
    text, place, found = element.get("transform", "").strip(), 0, above
    while place < len(text):
        function = _FUNCTION.match(text, place)
        own = function and _read_function(function[1], function[2])
        if function is None or own is None:
            return None
        found, place = _combine(found, own), function.end()
    return found if all(map(math.isfinite, found)) else None


def read_brush(element: Element, outer: Brush) -> Brush:
    """Return how the lines of an element are drawn, in one with the brush `outer`."""
    said = dict(element.attrib)
    for declaration in element.get("style", "").split(";"):
        name, _, value = declaration.partition(":")
        said[name.strip()] = value.strip()
    return Brush(
        said.get("fill", outer.fill),
        said.get("stroke", outer.paint),
        said.get("stroke-width", outer.width),
        said.get("vector-effect", outer.effect),
    )


def _read_function(name: str, text: str) -> Linear | None:
    numbers = [float(number) for number in NUMBER.findall(text)]
    turn = math.radians(numbers[0]) if numbers else 0.0
    found: Linear | None = None
    match name, numbers:
        case "matrix", [a, b, c, d, _, _]:
            found = a, b, c, d
        case "translate", [_] | [_, _]:
            found = 1.0, 0.0, 0.0, 1.0
        case "scale", [x] | [x, _]:
            found = x, 0.0, 0.0, numbers[-1]
        case "rotate", [_] | [_, _, _]:
            found = math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn)
        case "skewX", [_]:
            found = 1.0, 0.0, math.tan(turn), 1.0
        case "skewY", [_]:
            found = 1.0, math.tan(turn), 0.0, 1.0
        case _:
            pass
    return found


def _combine(outer: Linear, inner: Linear) -> Linear:
    a, b, c, d = outer
    e, f, g, h = inner
    return a * e + c * f, b * e + d * f, a * g + c * h, b * g + d * h


def _find_least_scale(linear: Linear) -> float:
    """Return what a unit has at least in pixels, in the direction in which it is shown smallest."""
    a, b, c, d = linear
    largest = (math.hypot(a + d, b - c) + math.hypot(a - d, b + c)) / 2
    return abs(a * d - b * c) / largest if largest else 0.0
