"""Turns strokes into what they mark: what an outline encloses, a brush covers, an arrow points at.

Works on sets of pixels only. Runs in a sandbox process.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.files.masking.bits import (
    Bits,
    Pieces,
    fill,
    find_box,
    find_holes,
    grow,
    label,
    measure_thickness,
    pad,
    shrink,
)

OUTLINE, BRUSH, ARROW = "outline", "brush", "arrow"
# Gaps are looked for on a small copy, where a step is a visible part of a drawing.
_SMALL_SIDE = 320
_REACHES = (0, 1, 2, 3, 4, 6, 8, 11, 14, 18, 23)
# A gap may be so wide, against the side of a square as large as what is enclosed.
_MAX_GAP = 0.5
# Shares of the picture: a speck, what an outline encloses at least, an arrow's target.
_SPECK, _MIN_HOLE, _MIN_TARGET, _MAX_TARGET = 0.00005, 0.0007, 0.035, 0.12
_MIN_PIECE_OF_LARGEST = 0.01
_PROFILE_BINS = 24
_MIN_HEAD, _MAX_TAIL, _MIN_SLENDER = 2.0, 1.6, 3.0
# A line that ends so near to the picture's edge goes on beyond it, around at most that share.
_EDGE_REACH, _MAX_AT_EDGE = 2, 0.4
# A line as thin as that, which is no solid blot and as broad as that, crosses something out.
_MAX_THIN, _MAX_FULL, _MIN_BREADTH, _DIRECTIONS = 0.02, 0.6, 0.3, 24
MAX_SHAPES = 24
# What takes time is bounded: pages of circles are no marks.
_MAX_TRIES, _MAX_HOLES = 40, 40


@dataclass(frozen=True, slots=True)
class Shape:
    """One marked area: its pixels, the strokes that mark it, how, and how wide its gaps are.

    `gap` is a share of the side of a square as large.
    """

    area: Bits
    strokes: Bits
    kind: str
    gap: float = 0.0


def trace_shapes(strokes: Bits) -> list[Shape]:
    """Return what `strokes` mark, the largest first, at most `MAX_SHAPES`."""
    pieces = label(strokes)
    if len(pieces.sizes) < 2:
        return []
    large = max(10, _SPECK * strokes.size, _MIN_PIECE_OF_LARGEST * pieces.sizes[1:].max())
    is_kept = pieces.sizes >= large
    is_kept[0] = False
    kept = pieces.select(is_kept)
    pieces = label(kept)
    shapes, used = _trace_outlines(kept, pieces)
    rest = np.arange(len(pieces.sizes))
    for number in rest[1:][~used[1:]]:
        if len(shapes) >= MAX_SHAPES:
            break
        piece = pieces.labels == number
        shapes.append(_trace_at_edge(piece, pieces) or _trace_open(piece))
    return sorted(shapes, key=lambda shape: -int(shape.area.sum()))[:MAX_SHAPES]


def _trace_outlines(strokes: Bits, pieces: Pieces) -> tuple[list[Shape], Bits]:
    """Return the areas that strokes enclose, and which pieces enclose any."""
    factor = max(1, math.ceil(max(strokes.shape) / _SMALL_SIDE))
    small = _reduce(strokes, factor)
    shapes, used = list[Shape](), np.zeros(len(pieces.sizes), np.bool_)
    found, tries = np.zeros_like(strokes), 0
    for reach in _REACHES:
        for hole in _list_holes(small, reach):
            whole = _enlarge(hole, factor, strokes.shape)
            if (whole & found).sum() > 0.2 * whole.sum():
                continue
            tries += 1
            if tries > _MAX_TRIES or len(shapes) >= MAX_SHAPES:
                return shapes, used
            gap = 2 * reach / math.sqrt(hole.sum())
            shape = _build_outline(whole, factor * (reach + 2), pieces, gap)
            if shape is not None:
                shapes.append(shape)
                found |= shape.area
                used[np.unique(pieces.labels[shape.strokes])] = True
                used |= _find_inside(pieces, shape.area)
    return shapes, used


def _list_holes(strokes: Bits, reach: int) -> Iterator[Bits]:
    """Yield what strokes enclose whose gaps are at most twice `reach` wide, the largest first."""
    margin = reach + 1
    holes = find_holes(pad(grow(pad(strokes, margin), reach), 1))
    sides = np.sqrt(holes.sizes) + 2 * reach
    sides[0] = 0
    likely = (sides**2 >= _MIN_HOLE * strokes.size) & (2 * reach <= _MAX_GAP * sides)
    for number in np.argsort(-sides)[: min(int(likely.sum()), _MAX_HOLES)]:
        grown = grow(holes.labels == number, reach)
        hole = grown[margin + 1 : -margin - 1, margin + 1 : -margin - 1]
        side = math.sqrt(hole.sum())
        if side**2 >= _MIN_HOLE * strokes.size and 2 * reach <= _MAX_GAP * side:
            yield hole


def _build_outline(hole: Bits, reach: int, pieces: Pieces, gap: float) -> Shape | None:
    """Return the area around a hole with the strokes around it; None for a hole in a blot."""
    near = grow(hole, reach) & (pieces.labels > 0)
    numbers = np.zeros(len(pieces.sizes), np.bool_)
    numbers[np.unique(pieces.labels[near])] = True
    numbers[0] = False
    strokes = pieces.select(numbers)
    thickness = measure_thickness(_crop(strokes))
    if hole.sum() < (1.2 * thickness) ** 2:
        return None
    # An overshoot of the pen, or an arrow that leads to the outline, is no part of the area.
    radius = math.ceil(0.6 * thickness) + 1
    whole = fill(strokes | hole)
    left, top, right, bottom = find_box(whole)
    part = pad(whole[top:bottom, left:right], radius + 2)
    opened = grow(shrink(part, radius), radius + 1) & part
    edge = radius + 2
    area = np.zeros_like(whole)
    area[top:bottom, left:right] = opened[edge:-edge, edge:-edge]
    if not area.any():
        return None
    area |= hole
    return Shape(area, strokes & grow(area, 2), OUTLINE, gap)


def _find_inside(pieces: Pieces, area: Bits) -> Bits:
    """Return which pieces lie in an area for the most part: dirt, or a hatching of it."""
    inside = np.bincount(pieces.labels[area], minlength=len(pieces.sizes))
    return np.asarray(inside > 0.6 * pieces.sizes) & (pieces.sizes > 0)


def _trace_at_edge(strokes: Bits, pieces: Pieces) -> Shape | None:
    """Return what a line and the picture's own edge enclose: the smaller side of the line."""
    factor = max(1, math.ceil(max(strokes.shape) / _SMALL_SIDE))
    small = grow(_reduce(strokes, factor), _EDGE_REACH)
    sides = [bool(line.any()) for line in (small[0], small[-1], small[:, 0], small[:, -1])]
    # From one edge to the opposite one goes a line that underlines or divides.
    if not any(sides) or (sides[0] and sides[1]) or (sides[2] and sides[3]):
        return None
    free = label(~small, diagonal=False)
    numbers = np.argsort(-free.sizes[1:]) + 1
    if len(numbers) < 2 or not _MIN_HOLE <= free.sizes[numbers[1]] / small.size <= _MAX_AT_EDGE:
        return None
    hole = grow(free.labels == numbers[1], _EDGE_REACH)
    whole = _enlarge(hole, factor, strokes.shape)
    return _build_outline(whole, factor * (_EDGE_REACH + 2), pieces, 0.0)


def _trace_open(strokes: Bits) -> Shape:
    """Return what one piece marks that encloses nothing: an arrow's target, or itself."""
    target = _find_target(strokes)
    if target is not None:
        return Shape(target, strokes, ARROW)
    left, top, right, bottom = find_box(strokes)
    part = pad(strokes[top:bottom, left:right], 4)
    area = np.zeros_like(strokes)
    closed = shrink(grow(part, 2), 2) | part
    if measure_thickness(part) <= _MAX_THIN * max(strokes.shape):
        closed = _find_scribbled(part, closed)
    area[top:bottom, left:right] = fill(closed)[4:-4, 4:-4]
    return Shape(area, strokes, BRUSH)


def _find_scribbled(line: Bits, closed: Bits) -> Bits:
    """Return what a thin line crosses out: all between its ends, unless it is about straight."""
    rows, columns = np.nonzero(line)
    ys, xs = np.ogrid[: line.shape[0], : line.shape[1]]
    hull, widths = np.ones_like(line), list[float]()
    for step in range(_DIRECTIONS):
        angle = 2 * math.pi * step / _DIRECTIONS
        x, y = math.cos(angle), math.sin(angle)
        reached = columns * x + rows * y
        hull &= xs * x + ys * y <= reached.max() + 0.5
        widths.append(float(np.ptp(reached)))
    is_line = min(widths) < _MIN_BREADTH * max(widths)
    return closed if is_line or line.sum() > _MAX_FULL * hull.sum() else hull


def _find_target(strokes: Bits) -> Bits | None:
    """Return a circle around the tip of an arrow; None for what is no arrow."""
    rows, columns = np.nonzero(strokes)
    points = np.stack([columns, rows], axis=1).astype(float)
    centre = points.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov((points - centre).T) + 1e-6 * np.eye(2))
    along, across = (points - centre) @ axes[:, 1], (points - centre) @ axes[:, 0]
    length = float(np.ptp(along))
    bins = np.minimum(
        ((along - along.min()) / max(length, 1e-6) * _PROFILE_BINS).astype(int), _PROFILE_BINS - 1
    )
    low, high = np.full(_PROFILE_BINS, np.inf), np.full(_PROFILE_BINS, -np.inf)
    np.minimum.at(low, bins, across)
    np.maximum.at(high, bins, across)
    widths = np.where(np.isfinite(low), high - low + 1, 0.0)
    usual, quarter = float(np.median(widths)), _PROFILE_BINS // 3
    if usual <= 0 or length < _MIN_SLENDER * widths.max():
        return None
    ends = float(widths[:quarter].max()), float(widths[-quarter:].max())
    if max(ends) < _MIN_HEAD * usual or min(ends) > _MAX_TAIL * usual:
        return None
    tip = along.argmax() if ends[1] > ends[0] else along.argmin()
    direction = axes[:, 1] if ends[1] > ends[0] else -axes[:, 1]
    side = max(strokes.shape)
    radius = min(max(*ends, 0.25 * length, _MIN_TARGET * side), _MAX_TARGET * side)
    x, y = points[tip] + 0.5 * radius * direction
    ys, xs = np.ogrid[: strokes.shape[0], : strokes.shape[1]]
    circle: Bits = (xs - x) ** 2 + (ys - y) ** 2 <= radius**2
    return circle if circle.any() else None


def _crop(bits: Bits) -> Bits:
    left, top, right, bottom = find_box(bits)
    return bits[top:bottom, left:right]


def _reduce(bits: Bits, factor: int) -> Bits:
    """Return a set at a fraction of its size: a pixel is in it if any of those was."""
    height, width = bits.shape
    whole = np.pad(bits, ((0, -height % factor), (0, -width % factor)))
    rows, columns = whole.shape[0] // factor, whole.shape[1] // factor
    blocks = whole.reshape(rows, factor, columns, factor)
    return np.asarray(blocks.any(axis=(1, 3)), np.bool_)


def _enlarge(bits: Bits, factor: int, shape: tuple[int, ...]) -> Bits:
    large: Bits = bits.repeat(factor, axis=0).repeat(factor, axis=1)
    return large[: shape[0], : shape[1]]
