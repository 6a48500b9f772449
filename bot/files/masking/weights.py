"""Weighs how much what was found by its colour alone looks like a mark, from 0 to 1.

A pen's line is of one vivid colour and thin; through a brush one sees what is under it. Things of
the picture are neither: a button is flat, a flower is uneven. Runs in a sandbox process.
"""

from __future__ import annotations

import numpy as np

from bot.files.masking.bits import (
    Bits,
    close_gaps,
    crop,
    fill,
    find_box,
    grow,
    measure_thickness,
    shrink,
)
from bot.files.masking.brushes import fit_veil, look_at_edge, measure_turn
from bot.files.masking.highlights import is_highlight
from bot.files.masking.open_strokes import MAX_THIN
from bot.files.masking.shapes import BRUSH, OUTLINE, Shape
from bot.files.masking.strokes import Ink, Pixels, compute_hues, is_thick, measure_strength
from bot.files.masking.things import is_dashed, is_graph, is_own

# What weighs less is no mark.
MIN_WEIGHT = 0.5
_MIN_AREA, _MAX_COVER = 0.001, 0.75
# From where on a line's colour is too uneven, or too weak, for a pen's.
_EVEN, _UNEVEN, _STRONG, _MIN_VIVID = 12, 70, 150, 70
_MIN_AROUND, _MAX_DASHED, _GAP_COST, _SAME_COLOUR = 0.7, 0.9, 0.6, 40
# A program's own boxes have lines as thin as that, in pixels of the picture, and fill theirs.
_MAX_RULED, _MIN_RULED_FILL, _RULED_WEIGHT = 2.6, 0.975, 0.74
# A stroke of a pen that encloses nothing; one that is level to a pixel may be a page's own, and
# a thick one a thing's form.
_PEN_WEIGHT, _LEVEL_WEIGHT, _MIN_PEN_LENGTH, _MAX_LEVEL = 0.8, 0.72, 0.05, 0.5
_ALIKE, _LETTER = 75, 3
# A blot: one that is proven to be seen through, one that only may be, one that is flat.
_VEIL_WEIGHT, _TINTED_WEIGHT, _FLAT_WEIGHT = 0.85, 0.62, 0.66
_MIN_BOX_FILL = 0.93
_MAX_FLAT, _MIN_TINTED, _MIN_STEP, _MIN_UNITY, _MAX_TURN = 6.0, 0.97, 30, 0.93, 16.0


def weigh(pixels: Pixels, ink: Ink, shape: Shape, scale: float) -> float:
    """Return how much a shape looks like a mark; 0 if it does not.

    `scale` is how many pixels of the picture one of its small copy is.
    """
    share = float(shape.area.mean())
    if not _MIN_AREA <= share <= _MAX_COVER:
        return 0.0
    if shape.kind == OUTLINE:
        weight = _weigh_outline(pixels, ink, shape, scale)
    elif shape.kind == BRUSH and not _is_thin(shape.strokes):
        weight = _weigh_blot(pixels, ink, shape)
    else:
        weight = 0.0 if ink.is_pale else _weigh_pen(pixels, shape)
    return weight if weight >= MIN_WEIGHT else 0.0


def _weigh_outline(pixels: Pixels, ink: Ink, shape: Shape, scale: float) -> float:
    """Weigh a closed line: of one colour, thin against what it encloses, all the way around."""
    if is_thick(shape.strokes):
        return 0.0
    inside = shrink(shape.area, 2) & ~grow(shape.strokes, 1)
    if inside.sum() < 0.25 * shape.area.sum():
        return 0.0
    rim = shape.area & ~shrink(shape.area, 3)
    around = float((rim & grow(shape.strokes, 3)).sum() / max(1, rim.sum()))
    colour = np.median(pixels[shape.strokes], axis=0)
    # What has gaps all along is a program's line more often than a pen's.
    has_dashes = around < _MAX_DASHED and is_dashed(shape.strokes, rim)
    if (around < _MIN_AROUND and not has_dashes) or np.ptp(colour) < _MIN_VIVID:
        return 0.0
    # The edge of a button is no line: what it encloses has its colour.
    alike = np.abs(pixels[inside] - colour).max(axis=1) <= _SAME_COLOUR
    flaws = _measure_flaws(pixels, shape.strokes)
    if alike.mean() > 0.5 or (ink.is_pale and flaws > 0.25):
        return 0.0
    weight = 1 - (0.0 if has_dashes else _GAP_COST * (1 - around)) - flaws
    weight -= _measure_likeness(pixels, shape.strokes, _SAME_COLOUR)
    if has_dashes or _is_ruled(shape, scale) or is_own(pixels, ink.bits, shape, scale):
        return min(weight, _RULED_WEIGHT)
    return weight


def _measure_flaws(pixels: Pixels, strokes: Bits) -> float:
    """Return how unlike a pen's the colour of strokes is: uneven, or weak."""
    core = shrink(strokes, 1)
    core = core if core.sum() > 0.2 * strokes.sum() else strokes
    colour = np.median(pixels[core], axis=0)
    spread = float(np.percentile(np.abs(pixels[core] - colour).max(axis=1), 75))
    weak = max(0.0, _STRONG - float(np.ptp(colour))) / _STRONG
    return max(0.0, spread - _EVEN) / _UNEVEN + weak


def _is_ruled(shape: Shape, scale: float) -> bool:
    """Whether it is a box with a line as thin as programs draw around their fields."""
    left, top, right, bottom = find_box(shape.area)
    width, height = right - left, bottom - top
    line = scale * float(shape.strokes.sum()) / (2 * (width + height))
    return line <= _MAX_RULED and float(shape.area.sum()) >= _MIN_RULED_FILL * width * height


def _is_thin(strokes: Bits) -> bool:
    """Whether it is a line; words that are spared out of a blot make none of it."""
    part = fill(close_gaps(crop(strokes), _LETTER))
    return bool(measure_thickness(part) <= MAX_THIN * max(strokes.shape))


def _weigh_pen(pixels: Pixels, shape: Shape) -> float:
    """Weigh an arrow, a cross, a scribble or an underline: of one colour, and long enough."""
    left, top, right, bottom = find_box(shape.strokes)
    if max(right - left, bottom - top) < _MIN_PEN_LENGTH * max(shape.strokes.shape):
        return 0.0
    is_doubtful = (
        _is_level(shape.strokes[top:bottom, left:right])
        or not _is_thin(shape.strokes)
        or is_graph(shape.strokes)
    )
    most = _LEVEL_WEIGHT if is_doubtful else _PEN_WEIGHT
    return (
        most
        - _measure_flaws(pixels, shape.strokes)
        - _measure_likeness(pixels, shape.strokes, _ALIKE)
    )


def _measure_likeness(pixels: Pixels, strokes: Bits, most: int) -> float:
    """Return how much of what is around strokes has about their colour: a vein, a fold."""
    around = grow(strokes, 4) & ~grow(strokes, 2)
    colour = np.median(pixels[strokes], axis=0)
    return float((np.abs(pixels[around] - colour).max(axis=1) <= most).mean())


def _is_level(strokes: Bits) -> bool:
    """Whether a stroke keeps its row, or its column, to half a pixel."""
    for bits in (strokes, strokes.T):
        counts = bits.sum(axis=0)
        used = counts > 0
        rows = np.arange(len(bits)) @ bits[:, used] / counts[used]
        if len(rows) > 2 * len(bits) and rows.std() <= _MAX_LEVEL:
            return True
    return False


def _weigh_blot(pixels: Pixels, ink: Ink, shape: Shape) -> float:
    """Weigh a blot of one hue: whether its edge is a brush's, or only what is within it."""
    strokes = fill(shape.strokes)
    left, top, right, bottom = find_box(strokes)
    height, width = strokes.shape
    is_cut = (left == 0) + (top == 0) + (right == width) + (bottom == height)
    if is_cut > 1 or strokes.sum() < 4 * _MIN_AREA * strokes.size:
        return 0.0
    strength = measure_strength(pixels)
    inner, outer = strokes & ~shrink(strokes, 4), grow(strokes, 6) & ~grow(strokes, 2)
    step = float(np.median(strength[inner])) - float(np.median(strength[outer]))
    hues = np.radians(compute_hues(pixels[strokes], strength[strokes]))
    x, y = float(np.cos(hues).mean()), float(np.sin(hues).mean())
    if step < _MIN_STEP or np.hypot(x, y) < _MIN_UNITY:
        return 0.0
    hue = float(np.degrees(np.arctan2(y, x)))
    if _is_veil(pixels, strokes, hue) or is_highlight(pixels, strokes):
        return _VEIL_WEIGHT
    within = shrink(strokes, 3)
    varies = bool(within.any()) and float(pixels[within].mean(axis=1).std()) > _MAX_FLAT
    if varies:
        # The words on a button are of another colour; those under a brush have taken its own.
        return _TINTED_WEIGHT if shape.strokes.sum() > _MIN_TINTED * strokes.sum() else 0.0
    is_box = strokes.sum() > _MIN_BOX_FILL * (right - left) * (bottom - top)
    return 0.0 if is_box or ink.is_pale else _FLAT_WEIGHT


def _is_veil(pixels: Pixels, strokes: Bits, hue: float) -> bool:
    """Whether all along the edge the outside goes on within, tinted with one colour."""
    outer, within = look_at_edge(pixels, strokes)
    if not len(outer):
        return False
    veil = fit_veil(outer, within)
    return veil.is_brush and measure_turn(veil.hue, hue) <= _MAX_TURN
