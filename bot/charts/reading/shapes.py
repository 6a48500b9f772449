"""Tells by the shape of a cell, with a 9 for each digit, what all cells of it are. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.charts.reading.columns import is_empty

_SHAPES = str.maketrans("0123456789", "9999999999")
# Numbers that cannot be years, days, times or codes.
_SIMPLE_SHAPE = re.compile(r"-?9{1,20}\.9{1,20}|-9{1,20}|9{1,3}|9{5,7}", re.ASCII)
_ISO_SHAPE = re.compile(r"9{4}-99-99(?:[T ]99:99(?::99)?)?", re.ASCII)
EMPTY, SIMPLE_NUMBER, ISO_DATE, _OTHER = "empty", "number", "date", "other"
_LONG_CHARS = 80


def find_shape(cell: str) -> str:
    """Return the shape of a cell; "" for one that is too long to have one."""
    return cell.translate(_SHAPES) if len(cell) < _LONG_CHARS else ""


def find_shapes(cells: Sequence[str]) -> list[str]:
    """Return the shape of each cell. All at once, as that is much faster."""
    shapes = "\n".join(cells).translate(_SHAPES).split("\n")
    if len(shapes) != len(cells):
        return [find_shape(cell) for cell in cells]
    return shapes


def look_at_shape(cell: str, shape: str) -> str:
    """Return what all cells of this shape are, or that each has to be looked at."""
    if is_empty(cell):
        return EMPTY
    if _SIMPLE_SHAPE.fullmatch(shape) and len(shape.partition(".")[2]) != 3:
        return SIMPLE_NUMBER
    return ISO_DATE if _ISO_SHAPE.fullmatch(shape) else _OTHER
