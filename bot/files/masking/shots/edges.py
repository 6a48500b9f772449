"""Small grey copies of pictures, the directions of their edges, and how far two of them are off.

Directions of edges are alike where brightness and colours are not, and marks and bars have none in
common with what is under or next to them. Runs in a sandbox process.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.float32]
Edges = NDArray[np.complex64]
Values = NDArray[np.floating]

# What counts as an edge, of 255.
_MIN_EDGE = 5.0
# How many of the edges have to agree on a shift, of a block that is not smaller.
_MIN_AGREE, _MIN_COUNT, _MIN_BLOCK = 0.12, 12, 12
# How near to a line a shift is that lies on it, and how steep a line may be.
_ON_LINE, _MAX_SLOPE = 1.0, 0.1


def shrink_to_grey(picture: Image.Image, side: float) -> Grey:
    """Return the grey values of a copy whose longer side is about that long."""
    share = side / max(picture.size)
    width, height = (max(1, round(share * one)) for one in picture.size)
    small = picture.resize((width, height), Image.Resampling.BOX, reducing_gap=2.0)
    return np.asarray(small.convert("L"), np.float32)


def find_edges(grey: Grey) -> Edges:
    """Return the direction of each edge as a complex number of length 1, 0 where there is none."""
    across, down = np.zeros_like(grey), np.zeros_like(grey)
    across[:, 1:-1] = grey[:, 2:] - grey[:, :-2]
    down[1:-1] = grey[2:] - grey[:-2]
    both = across + 1j * down
    size = np.abs(both)
    return np.where(size >= _MIN_EDGE, both / np.maximum(size, 1e-6), 0).astype(np.complex64)


def soften(grey: Grey) -> Grey:
    """Return the means of three by three pixels: the finest grain is lost where one scales."""
    edged = np.pad(grey, 1, mode="edge")
    rows = (edged[:-2] + edged[1:-1] + edged[2:]) / 3
    return np.asarray((rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 3, np.float32)


def sum_agreements(one: Edges, other: Edges) -> Values:
    """Return for each shift of `one` over `other` how many of their edges agree.

    Shifts to the left and upwards are at the end of the rows and columns.
    """
    rows, columns = (first + second for first, second in zip(one.shape, other.shape, strict=True))
    size = (rows, columns)
    sums: Values = np.fft.ifft2(np.fft.fft2(other, size) * np.conj(np.fft.fft2(one, size))).real
    return sums


def find_greatest_at(sums: Values) -> tuple[int, int]:
    """Return the row and column of the greatest of some sums."""
    row, column = np.unravel_index(int(sums.argmax()), sums.shape)
    return int(row), int(column)


def measure_shift(one: Edges, other: Edges) -> tuple[float, float] | None:
    """Return how far `other` lies to the right of `one` and below; None where that is unsure."""
    if min(one.shape) < _MIN_BLOCK or not one.any() or not other.any():
        return None
    reach = [max(2, side // 3) for side in one.shape]
    sums = np.roll(sum_agreements(one, other), reach, (0, 1))
    sums = sums[: 2 * reach[0] + 1, : 2 * reach[1] + 1]
    row, column = find_greatest_at(sums)
    count = min(int((one != 0).sum()), int((other != 0).sum()))
    if sums[row, column] < _MIN_AGREE * max(_MIN_COUNT, count):
        return None
    return (
        column - reach[1] + _find_top(sums[row], column),
        row - reach[0] + _find_top(sums[:, column], row),
    )


def _find_top(values: Values, at: int) -> float:
    """Return how far from `at` the top of a parabola through three values is."""
    if not 0 < at < len(values) - 1:
        return 0.0
    before, here, after = (float(values[at + step]) for step in (-1, 0, 1))
    bend = before - 2 * here + after
    return 0.0 if bend >= 0 else 0.5 * (before - after) / bend


def fit_line(places: Values, shifts: Values) -> tuple[float, float]:
    """Return the slope and the start of the line on which most shifts lie."""
    best, most = (0.0, float(np.median(shifts))), 2
    span = float(np.ptp(places))
    for first in range(len(places)):
        for second in range(first):
            way = float(places[first] - places[second])
            if abs(way) < span / 3 or not way:
                continue
            slope = float(shifts[first] - shifts[second]) / way
            start = float(shifts[first]) - slope * float(places[first])
            near = np.abs(slope * places + start - shifts) <= _ON_LINE
            if abs(slope) < _MAX_SLOPE and near.sum() > most:
                most, best = int(near.sum()), _fit_near(places[near], shifts[near])
    return best


def _fit_near(places: Values, shifts: Values) -> tuple[float, float]:
    centred = places - places.mean()
    spread = math.fsum(centred**2)
    slope = math.fsum(centred * shifts) / spread if spread else 0.0
    return slope, float(shifts.mean()) - slope * float(places.mean())
