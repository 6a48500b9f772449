"""Tells what an app shows over a picture from what was drawn on it: bars, and round corners.

Runs in a sandbox process.
"""

from __future__ import annotations

import numpy as np

from bot.files.masking.bits import Bits
from bot.files.masking.strokes import Pixels, measure_away

# Against the shorter side: how round an app's corners are, and what is cut off at the edge.
_CORNER, _RIM = 0.07, 2
# A bar lies over the picture where so much of a row is unlike it, and over at most that share. It
# is grey, begins at the edge, reaches from side to side, and is no line.
_MIN_COVERED, _MAX_BAR, _MIN_BAR, _UNLIKE = 0.6, 0.25, 0.03, 40
_MAX_VIVID, _MIN_REACH = 60, 0.97


def clear_corners(before: Pixels, after: Pixels) -> Pixels:
    """Return `after` as `before` at the very edge, and where an app's round corners may be."""
    height, width = before.shape[:2]
    radius = _CORNER * min(height, width)
    y, x = np.ogrid[:height, :width]
    down, across = np.minimum(y, height - 1 - y), np.minimum(x, width - 1 - x)
    hidden = np.maximum(0, radius - down) ** 2 + np.maximum(0, radius - across) ** 2 > radius**2
    hidden |= np.minimum(down, across) < _RIM
    return np.where(hidden[:, :, None], before, after)


def find_bars(before: Pixels, after: Pixels) -> Bits:
    """Return which rows have a bar of an app over the picture: at its top, and at its bottom."""
    unlike = measure_away(before, after) >= _UNLIKE
    hidden = np.zeros(len(unlike), np.bool_)
    above = _measure_bar(unlike, after)
    below = _measure_bar(unlike[::-1], after[::-1])
    hidden[:above] = True
    hidden[len(hidden) - below :] = True
    return hidden


def _measure_bar(unlike: Bits, after: Pixels) -> int:
    """Return how many rows from the top on are of a bar; 0 for none."""
    covered = unlike.mean(axis=1) >= _MIN_COVERED
    covered[:_RIM] = True
    rows = len(covered) if covered.all() else int(covered.argmin())
    if not _MIN_BAR * len(covered) <= rows <= _MAX_BAR * len(covered):
        return 0
    bar = unlike[:rows]
    columns = np.flatnonzero(bar.any(axis=0))
    if not len(columns) or columns[-1] - columns[0] < _MIN_REACH * bar.shape[1]:
        return 0
    return rows if np.ptp(np.median(after[:rows][bar], axis=0)) <= _MAX_VIVID else 0
