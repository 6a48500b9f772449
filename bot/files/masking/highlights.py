"""Tells a highlighter's stroke over words from a page's own background behind its words.

A background lies under the words, a highlighter over them: it tints these too, or multiplies, and
then a hand's uneven edge tells. Runs in a sandbox process.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bot.files.masking.bits import Bits, close_gaps, crop, fill, find_box, grow, shrink
from bot.files.masking.shapes import BRUSH, Shape
from bot.files.masking.strokes import Pixels

# How far around a stroke its paper is looked at, and which share of it is words at the least.
_AROUND, _WORDS, _MIN_PIXELS = (10, 40), 0.04, 400
# How unlike paper and words are, and how much of that the stroke keeps, alike in each channel.
_MIN_CONTRAST, _KEPT, _MAX_UNLIKE = 90.0, (0.2, 0.85), 0.13
# Words under a stroke that multiplies stay as they are.
_SAME_WORDS, _MIN_VIVID, _MAX_HEIGHT = 40.0, 85.0, 0.09
# Half a letter's height at the most, and how much of its length at each end of a stroke is round.
_MIN_THICKNESS, _MAX_LETTER, _END = 8, 10, 6

Colour = NDArray[np.float64]


def is_highlight(pixels: Pixels, stroke: Bits) -> bool:
    """Whether a filled stroke lies over the words of a page, and not behind them."""
    left, top, right, bottom = find_box(stroke)
    sides = sorted((right - left, bottom - top))
    # A stroke over words is long, and about as high as a line of them.
    if sides[0] > _MAX_HEIGHT * max(stroke.shape) or sides[1] < 2 * sides[0]:
        return False
    reach = min(max(sides[0], _AROUND[0]), _AROUND[1])
    around = grow(stroke, reach) & ~grow(stroke, 3)
    within = shrink(stroke, 3)
    if min(int(around.sum()), int(within.sum())) < _MIN_PIXELS:
        return False
    paper, ink = _find_paper_and_ink(pixels[around].astype(np.float64))
    tint, words = _find_paper_and_ink(pixels[within].astype(np.float64))
    contrast = paper - ink
    if np.abs(contrast).min() < _MIN_CONTRAST or np.ptp(tint) < _MIN_VIVID:
        return False
    kept = (tint - words) / contrast
    if np.ptp(kept) <= _MAX_UNLIKE and _KEPT[0] <= kept.mean() <= _KEPT[1]:
        return True
    is_multiplied = contrast.mean() > 0 and (words - ink).max() <= _SAME_WORDS
    return bool(is_multiplied) and _is_uneven(stroke)


def _find_paper_and_ink(colours: Colour) -> tuple[Colour, Colour]:
    """Return the usual colour of some pixels, and that of the ones that are most unlike it."""
    paper = np.median(colours, axis=0)
    away = np.abs(colours - paper).sum(axis=1)
    return paper, np.median(colours[away >= np.quantile(away, 1 - _WORDS)], axis=0)


def _is_uneven(stroke: Bits) -> bool:
    """Whether one of the long edges of a stroke is not level, as a hand leads it."""
    part = crop(stroke)
    part = part if part.shape[1] >= part.shape[0] else part.T
    cut = max(1, part.shape[1] // _END)
    middle = part[:, cut:-cut]
    edges = middle.argmax(axis=0), middle[::-1].argmax(axis=0)
    return all(float(np.percentile(edge, 90) - np.percentile(edge, 10)) >= 1 for edge in edges)


def extend_over_words(pixels: Pixels, shape: Shape) -> Shape:
    """Return a highlighter's stroke with the words that it lies over; any other shape as it is."""
    if shape.kind != BRUSH or not shape.strokes.any():
        return shape
    left, top, right, bottom = find_box(shape.strokes)
    thickness = min(right - left, bottom - top)
    if thickness < _MIN_THICKNESS or shape.strokes.sum() < _MIN_PIXELS:
        return shape
    closed = fill(close_gaps(shape.strokes, min(thickness // 4, _MAX_LETTER)))
    return replace(shape, area=closed, strokes=closed) if is_highlight(pixels, closed) else shape
