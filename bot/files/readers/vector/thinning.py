"""Thins lines of very many points, as plots of measurements have them, and keeps their shape.

Of the points that follow each other within one column of pixels, the first, the lowest, the highest
and the last stay: the line goes through the same pixels. Time and place of the work are bounded by
the length of the text. Curves, dashes and markers, which points decide, stay as they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TypeAlias
from xml.etree.ElementTree import Element

from bot.files.readers.vector.bounds import MAX_SIDE, NUMBER, get_local_name

Point: TypeAlias = tuple[float, float]

# Fewer are drawn in no time.
MIN_POINTS = 4_000
_STRAIGHT_PATH = re.compile(r"[\sMmLlHhVvZz0-9.,eE+-]*+")
_COMMAND = re.compile(r"([MmLlHhVvZz])([^MmLlHhVvZz]*+)")
_KEPT_BY = ("marker", "stroke-dash")


def thin_lines(root: Element) -> int:
    """Thin the lines of a drawing; return how many points are left out."""
    count = 0
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if _is_drawn_by_points(element):
            continue
        waiting += element
        if get_local_name(element) == "path":
            count += _thin_path(element)
        elif get_local_name(element) in ("polyline", "polygon"):
            count += _thin_points(element)
    return count


def thin(points: list[Point]) -> list[Point]:
    """Return the points of one line that are enough to draw it, in their order."""
    by_column = _thin_along(points, 0)
    by_row = _thin_along(points, 1)
    return min(by_column, by_row, key=len)


def _is_drawn_by_points(element: Element) -> bool:
    """Whether an element, and what is in it, has marks that depend on where its points are."""
    return any(
        key.startswith(_KEPT_BY) or (key == "style" and any(one in value for one in _KEPT_BY))
        for key, value in element.attrib.items()
        if value != "none"
    )


def _thin_along(points: list[Point], axis: int) -> list[Point]:
    places = [point[axis] for point in points]
    start, width = min(places), (max(places) - min(places)) / MAX_SIDE
    if not 0 < width < math.inf:
        return points
    other, kept = 1 - axis, list[Point]()
    for _, column in groupby(points, key=lambda point: (point[axis] - start) // width):
        group = list(column)
        if len(group) <= 4:
            kept += group
            continue
        numbers = range(len(group))
        lowest = min(numbers, key=lambda n: group[n][other])
        highest = max(numbers, key=lambda n: group[n][other])
        kept += [group[n] for n in sorted({0, lowest, highest, len(group) - 1})]
    return kept


def _thin_points(element: Element) -> int:
    numbers = [float(one) for one in NUMBER.findall(element.get("points", ""))]
    points = list(zip(numbers[::2], numbers[1::2], strict=False))
    if len(points) < MIN_POINTS:
        return 0
    thinned = thin(points)
    element.set("points", _write(thinned))
    return len(points) - len(thinned)


def _thin_path(element: Element) -> int:
    data = element.get("d", "")
    if len(data) < 2 * MIN_POINTS or not _STRAIGHT_PATH.fullmatch(data):
        return 0
    count, parts = 0, list[str]()
    for points, is_closed in _list_lines(data):
        thinned = points if len(points) < MIN_POINTS else thin(points)
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
    return " ".join(f"{x:.7g},{y:.7g}" for x, y in points)
