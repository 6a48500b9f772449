"""Tells what an app shows over a picture from what was drawn on it: bars, and round corners.

Runs in a sandbox process.
"""

from __future__ import annotations

import numpy as np

from bot.files.masking.bits import Bits
from bot.files.masking.strokes import Pixels, measure_away

# Against the shorter side: how round an app's corners are, and what is cut off at the edge.
_CORNER, _RIM = 0.07, 2
# A bar lies over the picture where so much of a row is unlike it, and over at most that share.
_MIN_COVERED, _MAX_BAR, _UNLIKE = 0.6, 0.25, 40


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
    """Return which rows have a bar of an app over the picture, or are beyond one."""
    covered = (measure_away(before, after) >= _UNLIKE).mean(axis=1) >= _MIN_COVERED
    most = round(_MAX_BAR * len(covered))
    above, below = np.flatnonzero(covered[:most]), np.flatnonzero(covered[::-1][:most])
    hidden = np.zeros(len(covered), np.bool_)
    hidden[: above[-1] + 1 if len(above) else 0] = True
    hidden[len(covered) - (int(below[-1]) + 1 if len(below) else 0) :] = True
    return hidden
