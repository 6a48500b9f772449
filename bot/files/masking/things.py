"""Tells closed lines that are a picture's own from those of a pen: rims, fields, stamps, rosettes.

Only what is sure: such lines are asked about. Runs in a sandbox process.
"""

from __future__ import annotations

import numpy as np

from bot.files.masking.bits import Bits, find_box, grow, label, shrink
from bot.files.masking.shapes import Shape
from bot.files.masking.strokes import Pixels, find_greatest

# A rim: next to it all is alike within, and nothing outside is like that.
_ALIKE, _MIN_FLAT, _MAX_SHARED, _MIN_STEP = 24, 0.8, 0.25, 40
# A field of a form: so much longer than high, with a line as thin as that, and empty.
_MIN_LONG, _MAX_LINE, _EMPTY, _MIN_EMPTY, _MIN_FILL = 4.0, 4.5, 12, 0.99, 0.93
# Words of a stamp: at least that many letters, and how high they are against what they are in.
_MIN_LETTERS, _MIN_HIGH, _MAX_HIGH = 4, 0.15, 0.8
# A rosette: so much of the line lies deeper within than a share of the shorter side.
_DEEP, _MAX_DEEP = 0.12, 0.45
# Dashes of a line: at least that many, as long as each other to that factor.
_MIN_DASHES, _MAX_UNLIKE, _MIN_DASHED, _MIN_OF_LONGEST = 8, 2.5, 0.35, 0.2
# A chart's line: its width, the share of columns with one piece, and how often it turns, how high.
_MIN_WIDE, _MIN_SINGLE, _MIN_TURNS, _MIN_CLIMB = 0.2, 0.85, 4, 0.12


def is_own(pixels: Pixels, ink: Bits, shape: Shape, scale: float) -> bool:
    """Whether a closed line, found in all of one ink, is more likely the picture's than a pen's.

    `scale` is how many pixels of the picture one of its small copy is.
    """
    return (
        _is_rim(pixels, shape)
        or _is_field(pixels, shape, scale)
        or _is_stamp(ink, shape)
        or _is_rosette(shape)
    )


def is_dashed(strokes: Bits, rim: Bits) -> bool:
    """Whether strokes go along the rim of what they enclose in dashes of about one length."""
    near = strokes & grow(rim, 3)
    if (rim & grow(near, 3)).sum() < _MIN_DASHED * rim.sum():
        return False
    sizes = np.sort(label(near).sizes[1:])
    sizes = sizes[sizes >= _MIN_OF_LONGEST * sizes.max(initial=0)]
    if len(sizes) < _MIN_DASHES:
        return False
    return bool(sizes[3 * len(sizes) // 4] <= _MAX_UNLIKE * sizes[len(sizes) // 4])


def is_graph(strokes: Bits) -> bool:
    """Whether an open line goes up and down from left to right, as that of a chart."""
    left, top, right, bottom = find_box(strokes)
    part = strokes[top:bottom, left:right]
    if right - left < _MIN_WIDE * strokes.shape[1] or right - left < bottom - top:
        return False
    starts = np.diff(part.astype(np.int8), axis=0, prepend=np.int8(0)) == 1
    if (starts.sum(axis=0) == 1).mean() < _MIN_SINGLE:
        return False
    middles = np.arange(bottom - top) @ part / np.maximum(1, part.sum(axis=0))
    turns, way, last = 0, 0, middles[0]
    for middle in middles:
        if abs(middle - last) >= _MIN_CLIMB * (bottom - top):
            turns += way != 0 and np.sign(middle - last) != way
            way, last = np.sign(middle - last), middle
    return turns >= _MIN_TURNS


def _is_rim(pixels: Pixels, shape: Shape) -> bool:
    """Whether it is where a thing of one colour ends: a sign, a plate, a face in a drawing."""
    beside = grow(shape.strokes, 4) & ~grow(shape.strokes, 2)
    within, outside = pixels[beside & shape.area], pixels[beside & ~shape.area]
    if not len(within) or not len(outside):
        return False
    ground = np.median(within, axis=0)
    flat, shared = (
        float((np.abs(side - ground).max(axis=1) <= _ALIKE).mean()) for side in (within, outside)
    )
    step = float(np.abs(ground - np.median(outside, axis=0)).max())
    return flat >= _MIN_FLAT and shared <= _MAX_SHARED and step >= _MIN_STEP


def _is_field(pixels: Pixels, shape: Shape, scale: float) -> bool:
    """Whether it is a long box with a thin line and nothing in it, as one to write into."""
    left, top, right, bottom = find_box(shape.area)
    width, height = right - left, bottom - top
    line = scale * float(shape.strokes.sum()) / (2 * (width + height))
    is_box = float(shape.area.sum()) >= _MIN_FILL * width * height
    if width < _MIN_LONG * height or line > _MAX_LINE or not is_box:
        return False
    within = shrink(shape.area, 2) & ~grow(shape.strokes, 2)
    away = np.abs(pixels[within] - np.median(pixels[within], axis=0))
    return bool(within.any() and (find_greatest(away) <= _EMPTY).mean() >= _MIN_EMPTY)


def _is_stamp(ink: Bits, shape: Shape) -> bool:
    """Whether large letters of the same ink are in it."""
    pieces = label(ink & shape.area)
    at_rim = np.unique(pieces.labels[shape.area & ~shrink(shape.area, 3)])
    within = np.ones(len(pieces.sizes), np.bool_)
    within[at_rim] = within[0] = False
    pieces = label(pieces.select(within))
    left, top, right, bottom = find_box(shape.area)
    high, letters = min(right - left, bottom - top), 0
    for number in np.argsort(-pieces.sizes[1:])[: 4 * _MIN_LETTERS] + 1:
        box = find_box(pieces.labels == number)
        letters += _MIN_HIGH * high <= box[3] - box[1] <= _MAX_HIGH * high
    return letters >= _MIN_LETTERS


def _is_rosette(shape: Shape) -> bool:
    """Whether most of the line is not around what it encloses, but in it."""
    left, top, right, bottom = find_box(shape.area)
    depth = max(2, round(_DEEP * min(right - left, bottom - top)))
    inner = shape.strokes & shrink(shape.area, depth)
    return float(inner.sum()) > _MAX_DEEP * float(shape.strokes.sum())
