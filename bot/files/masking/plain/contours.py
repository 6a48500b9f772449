"""Follows a line around what it encloses: how thick it is there, and what lies on its two sides.

Runs in a sandbox process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.files.masking.bits import Bits, find_box, shrink
from bot.files.masking.strokes import Pixels

# How far from a line one looks at what is next to it, and how thick it may be, in pixels.
_NEXT_TO, _WITHIN, _MAX_THICKNESS = (3, 4, 5, 6), (-0.5, 0.5, 1.5), 64
_SMOOTH, _MAX_POINTS = 4, 1_500

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contour:
    """Points along the outer edge of a closed line, in no order.

    `normals` lead inwards, rows and columns. `thickness` is 0 where the line has a gap. `ink` is
    its colour, `inside` and `outside` are those next to it, at each point at several depths.
    """

    normals: Values
    thickness: Values
    ink: Values
    inside: Values
    outside: Values

    @property
    def usual_thickness(self) -> float:
        there = self.thickness[self.thickness > 0]
        return float(np.median(there)) if len(there) else 0.0


def follow(pixels: Pixels, strokes: Bits, area: Bits) -> Contour:
    """Return what is along the edge of `area`, which `strokes` enclose."""
    left, top, right, bottom = find_box(area)
    margin = _SMOOTH + max(_NEXT_TO) + 2
    rows = slice(max(0, top - margin), bottom + margin)
    columns = slice(max(0, left - margin), right + margin)
    part, line, whole = pixels[rows, columns], strokes[rows, columns], area[rows, columns]
    points, normals = _find_edge(whole)
    depths = np.arange(1, _MAX_THICKNESS)
    along = _sample(line, points, normals, depths).astype(np.bool_)
    # The edge of what is enclosed may lie a pixel outside of the line.
    starts = np.where(along[0], 0, np.where(along[1], 1, np.where(along[2], 2, -1)))
    is_there = starts >= 0
    runs = np.cumprod(along | (depths[:, None] - 1 < starts), axis=0).sum(axis=0)
    thickness = np.where(is_there, runs - np.maximum(starts, 0) + 1.0, 0.0)
    usual = float(np.median(thickness[is_there])) if is_there.any() else 0.0
    middle, near = usual / 2, np.array(_NEXT_TO)
    ink, inside, outside = (
        _sample(part, points, normals, depth).astype(np.float64)
        for depth in (middle + np.array(_WITHIN), usual + near, -near)
    )
    return Contour(normals, thickness, ink, inside, outside)


def _find_edge(area: Bits) -> tuple[Values, Values]:
    """Return the points at the edge of an area, and the way inwards from each."""
    edge = area & ~shrink(area, 1)
    # What the picture's own edge cuts off has no outside.
    edge[[0, 1, -2, -1]] = False
    edge[:, [0, 1, -2, -1]] = False
    y, x = np.nonzero(edge)
    step = max(1, len(y) // _MAX_POINTS)
    points = np.stack([y[::step], x[::step]], axis=1).astype(np.float64)
    size = 2 * _SMOOTH + 1
    padded = np.pad(area.astype(np.float64), _SMOOTH, mode="edge")
    sums = np.pad(padded, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    smooth = sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]
    down, across = np.gradient(smooth)
    rows, columns = points.astype(int).T
    ways = np.stack([down[rows, columns], across[rows, columns]], axis=1)
    lengths = np.linalg.norm(ways, axis=1)
    is_told = lengths > 0
    return points[is_told], ways[is_told] / lengths[is_told][:, None]


def _sample(
    picture: Bits | Pixels, points: Values, normals: Values, depths: Values | NDArray[np.int64]
) -> NDArray[Any]:
    """Return the nearest pixels at some depths below the points, depth by depth."""
    places = points[None] + np.asarray(depths, np.float64)[:, None, None] * normals[None]
    rows = np.clip(np.rint(places[..., 0]).astype(int), 0, picture.shape[0] - 1)
    columns = np.clip(np.rint(places[..., 1]).astype(int), 0, picture.shape[1] - 1)
    pixels: NDArray[Any] = picture[rows, columns]
    return pixels
