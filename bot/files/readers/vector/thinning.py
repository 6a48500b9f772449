"""Thins lines of very many points, as plots of measurements have them, and keeps their shape.

Of the points that follow each other within a fraction of a shown pixel, the first, the lowest, the
highest and the last stay: the line goes through the same pixels. Time and place of the work are
bounded by the length of the text. Curves, dashes, markers and what is drawn a second time
elsewhere, which points decide, stay as they are. See `scales.py` for how large a line is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeAlias
from xml.etree.ElementTree import Element

from bot.files.readers.vector.bounds import HREF_ATTRIBUTES, NUMBER, get_local_name
from bot.files.readers.vector.scales import Brush, Linear, combine_linear, read_brush

Point: TypeAlias = tuple[float, float]

# Fewer are drawn in no time.
MIN_POINTS = 4_000
# Pixels within which points count as one above the other, and as share of what a line is broad.
_COLUMN = 0.25
# Where places are so large that the renderer knows them no better, it rounds what was there.
_MIN_PRECISION = 2.0**22
# The corners of a broader line, in pixels, reach beyond its points.
_MAX_BROAD = 8.0
_STRAIGHT_PATH = re.compile(r"[\sMmLlHhVvZz0-9.,eE+-]*+")
_COMMAND = re.compile(r"([MmLlHhVvZz])([^MmLlHhVvZz]*+)")
_KEPT_BY = ("marker", "stroke-dash")
_GROUPS = ("g", "a")


def thin_lines(root: Element, linear: Linear) -> int:
    """Thin the lines of a drawing that is shown with `linear` pixels to its units.

    Return how many points are left out.
    """
    used = {element.get(key, "")[1:] for element in root.iter() for key in HREF_ATTRIBUTES}
    count = 0
    waiting = [(root, linear, Brush())]
    while waiting:
        element, above, outer = waiting.pop()
        scale, brush = combine_linear(above, element), read_brush(element, outer)
        is_used = element.get("id", "") in used - {""}
        if scale is None or is_used or _is_drawn_by_points(element):
            continue
        name = get_local_name(element)
        if element is root or name in _GROUPS:
            waiting += [(child, scale, brush) for child in element]
        elif name in ("path", "polyline", "polygon"):
            thin_element = _thin_path if name == "path" else _thin_points
            count += thin_element(element, scale, brush)
    return count


def thin(points: Sequence[Point], linear: Linear, brush: Brush) -> list[Point]:
    """Return the points of one line that are enough to draw it, in their order.

    It is drawn with `brush`, and shown with `linear` pixels to its units.
    """
    column = _find_column(brush.find_width(linear))
    if column is None:
        return list(points)
    a, b, c, d = linear
    shown = [(a * x + c * y, b * x + d * y) for x, y in points]
    is_precise = all(abs(place) < _MIN_PRECISION * column for point in shown for place in point)
    if not is_precise:
        return list(points)
    # An area shows how many of its points are below, so that they have to lie side by side, too.
    ways = [(0, 1)] if brush.fill != "none" else [(0,), (1,)]
    kept = min((_list_kept(shown, axes, column) for axes in ways), key=len)
    return [points[number] for number in kept]


def _is_drawn_by_points(element: Element) -> bool:
    """Whether an element, and what is in it, has marks that depend on where its points are."""
    return any(
        key.startswith(_KEPT_BY) or (key == "style" and any(one in value for one in _KEPT_BY))
        for key, value in element.attrib.items()
        if value != "none"
    )


def _find_column(width: float | None) -> float | None:
    """Return how many pixels count as one column; None for a line that has to stay."""
    if width is None or not width <= _MAX_BROAD:
        return None
    return _COLUMN * min(1.0, width) if width else _COLUMN


def _list_kept(shown: Sequence[Point], axes: Sequence[int], column: float) -> list[int]:
    """Return the numbers of the points that stay, of those that are alike in these axes."""
    other, kept = 1 - axes[0], list[int]()

    def find_column(number: int) -> list[float]:
        return [shown[number][axis] // column for axis in axes]

    for _, group in groupby(range(len(shown)), key=find_column):
        members = list(group)
        if len(members) <= 4:
            kept += members
            continue
        lowest = min(members, key=lambda number: shown[number][other])
        highest = max(members, key=lambda number: shown[number][other])
        kept += sorted({members[0], lowest, highest, members[-1]})
    return kept


def _thin_points(element: Element, linear: Linear, brush: Brush) -> int:
    numbers = [float(one) for one in NUMBER.findall(element.get("points", ""))]
    points = list(zip(numbers[::2], numbers[1::2], strict=False))
    if len(points) < MIN_POINTS:
        return 0
    thinned = thin(points, linear, brush)
    if len(thinned) < len(points):
        element.set("points", _write(thinned))
    return len(points) - len(thinned)


def _thin_path(element: Element, linear: Linear, brush: Brush) -> int:
    data = element.get("d", "")
    if len(data) < 2 * MIN_POINTS or not _STRAIGHT_PATH.fullmatch(data):
        return 0
    count, parts = 0, list[str]()
    for points, is_closed in _list_lines(data):
        is_long = len(points) >= MIN_POINTS
        thinned = thin(points, linear, brush) if is_long else points
        count += len(points) - len(thinned)
        parts.append(f"M{_write(thinned)}{'Z' if is_closed else ''}")
    if count:
        element.set("d", "".join(parts))
    return count


def _list_lines(data: str) -> Iterator[tuple[list[Point], bool]]:
    """Yield the points of each line of a path, and whether it is closed. What is written wrongly
    ends the path, as the renderer has it."""
    points = list[Point]()
    x = y = 0.0
    for command, text in _COMMAND.findall(data):
        numbers = [float(one) for one in NUMBER.findall(text)]
        if command in "Zz":
            if points:
                yield points, True
                x, y = points[0]
                points = [(x, y)]
            continue
        is_relative = command.islower()
        for number, (dx, dy) in enumerate(_list_steps(command, numbers, (x, y))):
            x, y = (x + dx, y + dy) if is_relative else (dx, dy)
            if command in "Mm" and number == 0:
                if len(points) > 1:
                    yield points, False
                points = []
            points.append((x, y))
    if len(points) > 1:
        yield points, False


def _list_steps(command: str, numbers: list[float], place: Point) -> Iterable[Point]:
    """Return where a command goes, each as far as `place` where it is not said."""
    x, y = (0.0, 0.0) if command.islower() else place
    if command in "Hh":
        return [(number, y) for number in numbers]
    if command in "Vv":
        return [(x, number) for number in numbers]
    return zip(numbers[::2], numbers[1::2], strict=False)


def _write(points: list[Point]) -> str:
    # In full: times and places on maps are large numbers, and rounded twice they are others.
    return " ".join(f"{x!r},{y!r}" for x, y in points)
