"""Extends a line under words, or through them, to the words. Runs in a sandbox process."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bot.files.masking.bits import Bits, close_gaps, find_box, grow, measure_thickness
from bot.files.masking.shapes import BRUSH, Shape
from bot.files.masking.strokes import Pixels, find_greatest

# A line is at least so long for its height, and against the picture.
_MIN_SLENDER, _MIN_LENGTH, _MAX_THICKNESS = 4.0, 0.025, 0.012
# From one pixel to the next: the edge of a letter. A row of words has at least that share of them.
_EDGE, _MIN_EDGES, _LETTER = 36, 0.012, 3
# How far above a line words may stand, in thicknesses, and how high they may be, of its length.
_MAX_AWAY, _MIN_AWAY, _MAX_HEIGHT, _STRUCK = 2.0, 5, 0.12, 3
# What hangs below a line under words is less than that of what stands above it.
_MAX_BELOW = 0.4


def extend_to_words(pixels: Pixels, shape: Shape) -> Shape:
    """Return a shape with the words that it underlines or strikes out; any other as it is."""
    if shape.kind != BRUSH:
        return shape
    left, top, right, bottom = find_box(shape.strokes)
    width, height = right - left, bottom - top
    side = max(shape.strokes.shape)
    if width < _MIN_SLENDER * height or width < _MIN_LENGTH * side:
        return shape
    thickness = measure_thickness(close_gaps(shape.strokes[top:bottom, left:right], _LETTER))
    if thickness > _MAX_THICKNESS * side:
        return shape
    rows = _find_rows_of_words(pixels, shape.strokes, (left, right))
    reach = max(_MIN_AWAY, round(_MAX_AWAY * thickness))
    most = round(_MAX_HEIGHT * side)
    above = _measure_run(rows[:top][::-1], reach, most)
    below = _measure_run(rows[bottom:], _STRUCK, most)
    if not above:
        return shape
    area = shape.area.copy()
    end = bottom + below if below > _MAX_BELOW * above else bottom
    area[max(0, top - above - 1) : end, left:right] = True
    return replace(shape, area=area)


def _find_rows_of_words(pixels: Pixels, strokes: Bits, columns: tuple[int, int]) -> Bits:
    """Return which rows of the picture hold letters between two columns."""
    part = pixels[:, slice(*columns)]
    edges = find_greatest(np.abs(np.diff(part, axis=1))) >= _EDGE
    edges &= ~grow(strokes, 2)[:, slice(*columns)][:, 1:]
    share: Bits = edges.mean(axis=1) >= _MIN_EDGES
    return share


def _measure_run(rows: Bits, reach: int, most: int) -> int:
    """Return how far the rows of words reach that begin within `reach`; 0 for too many, or none."""
    starts = np.flatnonzero(rows[:reach])
    if not len(starts):
        return 0
    quiet = np.flatnonzero(~rows[starts[0] :])
    length = int(starts[0] + (quiet[0] if len(quiet) else len(rows)))
    return length if length <= most else 0
