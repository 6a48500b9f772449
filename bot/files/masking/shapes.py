"""Turns strokes into what they mark: what an outline encloses, a brush covers, an arrow points at.

See `open_strokes.py` for what encloses nothing. Works on sets of pixels only.
Runs in a sandbox process.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.files.masking.bits import (
    Bits,
    Pieces,
    close_gaps,
    crop,
    fill,
    find_box,
    find_holes,
    grow,
    label,
    measure_thickness,
    pad,
    shrink,
)
from bot.files.masking.open_strokes import find_covered, find_target

OUTLINE, BRUSH, ARROW = "outline", "brush", "arrow"
# Gaps are looked for on a small copy, where a step is a visible part of a drawing.
_SMALL_SIDE = 320
_REACHES = (0, 1, 2, 3, 4, 6, 8, 11, 14, 18, 23)
# A gap may be so wide, against the side of a square as large as what is enclosed.
_MAX_GAP = 0.5
# Shares of the picture: a speck, what an outline encloses at least.
_SPECK, _MIN_HOLE = 0.00005, 0.0007
_MIN_PIECE_OF_LARGEST = 0.01
# A line that ends so near to the picture's edge goes on beyond it, around at most that share.
_EDGE_REACH, _MAX_AT_EDGE = 2, 0.4
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


def trace_outlines(strokes: Bits) -> list[Shape]:
    """Return what `strokes` enclose, at most `MAX_SHAPES`."""
    shapes, _ = _trace_outlines(strokes, label(strokes))
    return shapes


def trace_shapes(strokes: Bits, *, most: int | None = None) -> list[Shape]:
    """Return what `strokes` mark, the largest first, at most `MAX_SHAPES`.

    Only the `most` largest pieces are looked at.
    """
    pieces = label(strokes)
    if len(pieces.sizes) < 2:
        return []
    large = max(10, _SPECK * strokes.size, _MIN_PIECE_OF_LARGEST * pieces.sizes[1:].max())
    is_kept = pieces.sizes >= large
    is_kept[0] = False
    if most is not None and is_kept.sum() > most:
        is_kept &= pieces.sizes >= np.partition(pieces.sizes[1:], -most)[-most]
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
    thickness = measure_thickness(crop(strokes))
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
    if not _is_near_edge(strokes, factor * (_EDGE_REACH + 1)):
        return None
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
    # What is enlarged ends a step before the line.
    whole = close_gaps(_enlarge(hole, factor, strokes.shape) | strokes, factor)
    return _build_outline(whole, factor * (_EDGE_REACH + 2), pieces, 0.0)


def _is_near_edge(strokes: Bits, reach: int) -> bool:
    left, top, right, bottom = find_box(strokes)
    height, width = strokes.shape
    return bool(min(left, top, width - right, height - bottom) <= reach)


def _trace_open(strokes: Bits) -> Shape:
    """Return what one piece marks that encloses nothing: an arrow's target, or itself."""
    target = find_target(strokes)
    if target is not None:
        return Shape(target, strokes, ARROW)
    return Shape(find_covered(strokes), strokes, BRUSH)


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
