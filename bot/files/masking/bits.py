"""Sets of pixels as arrays of bool: grown, shrunk, filled and taken apart. Knows no pictures.

Runs in a sandbox process, which alone loads numpy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.bool_]
Ints = NDArray[np.int64]

# A set in more pieces than that is noise, and not worth the time.
MAX_RUNS = 120_000
# The sides of what counts as a hull.
_DIRECTIONS = 24


@dataclass(frozen=True, slots=True)
class Pieces:
    """The connected pieces of a set: each pixel's piece from 1, 0 for none, and their sizes.

    `sizes[0]` is that of no piece.
    """

    labels: Ints
    sizes: Ints

    def select(self, numbers: NDArray[np.bool_]) -> Bits:
        """Return the pixels of the pieces for which `numbers` is true."""
        chosen: Bits = numbers[self.labels]
        return chosen


def label(bits: Bits, *, diagonal: bool = True) -> Pieces:
    """Take a set apart into its pieces; with `diagonal`, corners connect. None of pure noise."""
    width = bits.shape[1] + 1
    flat = np.zeros((bits.shape[0], width), np.int8)
    flat[:, :-1] = bits
    edges = np.diff(flat.ravel(), prepend=np.int8(0))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    if not len(starts) or len(starts) > MAX_RUNS:
        return Pieces(np.zeros(bits.shape, np.int64), np.zeros(1, np.int64))
    reach = 1 if diagonal else 0
    # The runs of the next row that touch each run are neighbours in the order of all runs.
    first = np.searchsorted(ends, starts + width - reach, side="right")
    last = np.searchsorted(starts, ends + width + reach, side="left")
    counts = np.maximum(last - first, 0)
    one = np.repeat(np.arange(len(starts)), counts)
    other = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - first, counts)
    roots, numbers = np.unique(_join(len(starts), one, other), return_inverse=True)
    lengths = ends - starts
    labels = np.zeros(bits.shape, np.int64)
    labels[bits] = np.repeat(numbers + 1, lengths)
    sizes = np.zeros(len(roots) + 1, np.int64)
    np.add.at(sizes, numbers + 1, lengths)
    return Pieces(labels, sizes)


def _join(count: int, one: Ints, other: Ints) -> Ints:
    """Return the smallest member of the group of each of `count` things, given which belong
    together."""
    parents = np.arange(count)
    while True:
        first, second = parents[one], parents[other]
        if np.array_equal(first, second):
            return parents
        np.minimum.at(parents, np.maximum(first, second), np.minimum(first, second))
        while not np.array_equal(parents, grand := parents[parents]):
            parents = grand


def grow(bits: Bits, radius: int) -> Bits:
    """Return all pixels at most `radius` from a set, in about a circle."""
    grown = bits
    for step in range(radius):
        before, grown = grown, grown.copy()
        grown[1:] |= before[:-1]
        grown[:-1] |= before[1:]
        if step % 2:
            before = grown.copy()
        grown[:, 1:] |= before[:, :-1]
        grown[:, :-1] |= before[:, 1:]
    return grown


def shrink(bits: Bits, radius: int) -> Bits:
    """Return the pixels of a set that are more than `radius` from its outside."""
    return ~grow(~bits, radius)


def close_gaps(bits: Bits, radius: int) -> Bits:
    """Return a set with what is narrower than twice `radius` between its parts."""
    inner = slice(2 * radius, -2 * radius or None)
    return shrink(grow(pad(bits, 2 * radius), radius), radius)[inner, inner] | bits


def pad(bits: Bits, margin: int) -> Bits:
    """Return a set with an empty margin around it."""
    return np.pad(bits, margin)


def find_holes(bits: Bits) -> Pieces:
    """Return what a set encloses, piece by piece."""
    outside = label(~bits, diagonal=False)
    numbers = np.ones(len(outside.sizes), np.bool_)
    numbers[0] = False
    labels = outside.labels
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        numbers[edge] = False
    holes = outside.select(numbers)
    return label(holes, diagonal=False)


def fill(bits: Bits) -> Bits:
    """Return a set with what it encloses."""
    return bits | (find_holes(bits).labels > 0)


def find_box(bits: Bits) -> tuple[int, int, int, int]:
    """Return the box around a set that is not empty: left, top, right and bottom."""
    rows, columns = np.flatnonzero(bits.any(axis=1)), np.flatnonzero(bits.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def crop(bits: Bits) -> Bits:
    """Return the part of a set, which is not empty, that lies in the box around it."""
    left, top, right, bottom = find_box(bits)
    return bits[top:bottom, left:right]


def fill_hull(bits: Bits) -> tuple[Bits, float]:
    """Return the convex hull of a set that is not empty, and its breadth against its length."""
    rows, columns = np.nonzero(bits)
    ys, xs = np.ogrid[: bits.shape[0], : bits.shape[1]]
    hull, widths = np.ones_like(bits), list[float]()
    for step in range(_DIRECTIONS):
        angle = 2 * math.pi * step / _DIRECTIONS
        x, y = math.cos(angle), math.sin(angle)
        reached = columns * x + rows * y
        hull &= xs * x + ys * y <= reached.max() + 0.5
        widths.append(float(np.ptp(reached)))
    return hull, min(widths) / max(1e-6, *widths)


def measure_thickness(bits: Bits) -> float:
    """Return about how thick the strokes of a set are, in pixels."""
    total, left, steps = int(bits.sum()), bits, 0
    if not total:
        return 0.0
    left = pad(left, 1)
    while steps < 64:
        left = shrink(left, 1)
        steps += 1
        if left.sum() < 0.1 * total:
            break
    return 2.0 * steps - 0.5
