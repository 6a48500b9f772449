"""What strokes mean that enclose nothing: what is covered, crossed out, or pointed at.

Works on sets of pixels only. Runs in a sandbox process.
"""

from __future__ import annotations

import numpy as np

from bot.files.masking.bits import (
    Bits,
    fill,
    fill_hull,
    find_box,
    grow,
    measure_thickness,
    pad,
    shrink,
)

# Shares of the picture: an arrow's target.
_MIN_TARGET, _MAX_TARGET = 0.035, 0.12
_PROFILE_BINS = 24
_MIN_HEAD, _MAX_TAIL, _MIN_SLENDER = 2.0, 1.6, 2.0
# A line that is so thin crosses out what is between its ends: unless it covers more than a share
# of that, as a brush, or is less broad than a share of its length, as an underline.
MAX_THIN = 0.015
_THIN_LIMITS = 0.6, 0.3
# A thick cross is about as broad as high, and leaves more free than strokes of a brush do.
_MAX_CROSS, _CROSS_LIMITS = 0.045, (0.35, 0.7)


def find_covered(strokes: Bits) -> Bits:
    """Return what strokes cover or cross out."""
    left, top, right, bottom = find_box(strokes)
    part = pad(strokes[top:bottom, left:right], 4)
    area = np.zeros_like(strokes)
    closed = shrink(grow(part, 2), 2) | part
    side, thickness = max(strokes.shape), measure_thickness(part)
    if thickness <= _MAX_CROSS * side:
        limits = _THIN_LIMITS if thickness <= MAX_THIN * side else _CROSS_LIMITS
        closed = _find_scribbled(part, closed, *limits)
    area[top:bottom, left:right] = fill(closed)[4:-4, 4:-4]
    return area


def _find_scribbled(line: Bits, closed: Bits, most: float, breadth: float) -> Bits:
    """Return what a line crosses out: all between its ends, unless it is about straight.

    A line that covers more than a share `most` of that is a brush's; one that is less broad than
    a share `breadth` of its length is about straight.
    """
    hull, broad = fill_hull(line)
    return closed if broad < breadth or line.sum() > most * hull.sum() else hull


def find_target(strokes: Bits) -> Bits | None:
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
