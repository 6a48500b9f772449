"""Finds where a screenshot shows a picture: scaled, cut off, with the bars of an app around it.

Searches on small copies in all sizes, corrects what is likely by blocks of larger ones, and takes
only what has most of the picture's edges. Runs in a sandbox process.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from bot.domain.pictures.sight import Shares
from bot.domain.pictures.sizes import limit_sides
from bot.files.masking.shots.edges import (
    Edges,
    Grey,
    find_edges,
    find_greatest_at,
    fit_line,
    measure_shift,
    shrink_to_grey,
    soften,
    sum_agreements,
)

# The sides of the copies on which one searches, and then measures more and more exactly.
_SEARCH_SIDE, _FINE_SIDES = 112, (256, 512, 896)
# The picture's longer side against the screenshot's, from step to step: of one that is 2.6 times
# as long, a part is shown.
_MIN_SCALE, _MAX_SCALE, _STEP = 0.28, 2.6, 1.05
# How much better than by chance a place is, and how unlike in shares two places are.
_MIN_PEAK, _MAX_CANDIDATES, _APART = 4.5, 4, 0.04
_BLOCKS, _MIN_BLOCKS = 5, 6
# How much has to be shown of the screenshot and of the picture.
_MIN_OF_SHOT, _MIN_OF_PICTURE = 0.08, 0.1
# The share of edges that are alike, from which on it is the picture, and is it beyond doubt.
_ALIKE, _MIN_ALIKE, _SURELY_ALIKE, _MIN_EDGES = 0.7, 0.62, 0.85, 300


@dataclass(frozen=True, slots=True)
class Place:
    """Where the whole of a picture lies in a screenshot, in shares of it; it may reach beyond."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def shown(self) -> Shares:
        """The part of the screenshot that shows the picture."""
        return max(0.0, self.left), max(0.0, self.top), min(1.0, self.right), min(1.0, self.bottom)

    @property
    def part(self) -> Shares:
        """The part of the picture that is shown."""
        left, top, right, bottom = self.shown
        width, height = self.right - self.left, self.bottom - self.top
        return (
            (left - self.left) / width,
            (top - self.top) / height,
            (right - self.left) / width,
            (bottom - self.top) / height,
        )

    def is_near(self, other: Place) -> bool:
        sides = (self.left - other.left, self.top - other.top)
        ends = (self.right - other.right, self.bottom - other.bottom)
        return all(abs(away) <= _APART for away in (*sides, *ends))


def find_place(picture: Image.Image, shot: Image.Image) -> Place | None:
    """Return where `shot` surely shows a picture, both without transparent parts; else None."""
    best, most = None, _MIN_ALIKE
    for candidate in _find_likely(picture, shot):
        place: Place | None = candidate
        for side in _FINE_SIDES:
            place = place and _tighten(picture, shot, place, side)
        alike = _measure_likeness(picture, shot, place) if place else 0.0
        if alike >= most:
            best, most = place, alike
        if alike >= _SURELY_ALIKE:
            break
    return best


def cut_shown(
    picture: Image.Image, shot: Image.Image, place: Place, side: int
) -> tuple[Image.Image, Image.Image] | None:
    """Return what is shown of a picture, from its own and from the screenshot, both in one size.

    The longer side is at most `side`. None where too little is shown.
    """
    shown, part = place.shown, place.part
    if _measure_area(shown) < _MIN_OF_SHOT or _measure_area(part) < _MIN_OF_PICTURE:
        return None
    width, height = (shown[2] - shown[0]) * shot.width, (shown[3] - shown[1]) * shot.height
    size = limit_sides((max(1, round(width)), max(1, round(height))), side)
    return _cut(picture, part, size), _cut(shot, shown, size)


def _measure_area(part: Shares) -> float:
    return max(0.0, part[2] - part[0]) * max(0.0, part[3] - part[1])


def _cut(picture: Image.Image, part: Shares, size: tuple[int, int]) -> Image.Image:
    box = (
        max(0.0, part[0] * picture.width),
        max(0.0, part[1] * picture.height),
        min(float(picture.width), part[2] * picture.width),
        min(float(picture.height), part[3] * picture.height),
    )
    return picture.resize(size, Image.Resampling.BOX, box, reducing_gap=2.0)


def _find_likely(picture: Image.Image, shot: Image.Image) -> Iterator[Place]:
    """Yield the likely places, the likeliest first."""
    found = list[tuple[float, Place]]()
    for step in range(math.ceil(math.log(_MAX_SCALE / _MIN_SCALE, _STEP))):
        scale = _MIN_SCALE * _STEP**step
        small = shrink_to_grey(picture, _SEARCH_SIDE * min(1.0, scale))
        frame = shrink_to_grey(shot, _SEARCH_SIDE * min(1.0, 1 / scale))
        match = _match(find_edges(small), find_edges(frame))
        if match is not None and match[0] >= _MIN_PEAK:
            found.append(match)
    found.sort(key=lambda match: -match[0])
    kept = list[Place]()
    for _, place in found:
        if len(kept) >= _MAX_CANDIDATES:
            return
        if not any(place.is_near(other) for other in kept):
            kept.append(place)
            yield place


def _match(small: Edges, frame: Edges) -> tuple[float, Place] | None:
    """Return how much better than by chance the best place of a copy in a frame is, and it."""
    count = int((small != 0).sum())
    if not count:
        return None
    sums = sum_agreements(small, frame)
    row, column = find_greatest_at(sums)
    peak = float(sums[row, column]) / math.sqrt(count)
    height, width = frame.shape
    top, left = (row - len(sums) if row >= height else row), column
    left -= sums.shape[1] if column >= width else 0
    right, bottom = left + small.shape[1], top + small.shape[0]
    return peak, Place(left / width, top / height, right / width, bottom / height)


def _tighten(picture: Image.Image, shot: Image.Image, place: Place, side: int) -> Place | None:
    """Return a place corrected by how far blocks of what is shown are off; None where few tell.

    A block with a mark or a button in it may be off by anything: those that agree count.
    """
    both = _load_shown(picture, shot, place, side)
    if both is None:
        return None
    one, other = (find_edges(grey) for grey in both)
    height, width = one.shape
    told = list[tuple[float, float, float, float]]()
    for row in range(_BLOCKS):
        for column in range(_BLOCKS):
            rows = slice(row * height // _BLOCKS, (row + 1) * height // _BLOCKS)
            columns = slice(column * width // _BLOCKS, (column + 1) * width // _BLOCKS)
            shift = measure_shift(one[rows, columns], other[rows, columns])
            if shift is not None:
                told.append(
                    ((columns.start + columns.stop) / 2, (rows.start + rows.stop) / 2, *shift)
                )
    if len(told) < _MIN_BLOCKS:
        return None
    values = np.array(told)
    left, top, right, bottom = place.shown
    edges = list[float]()
    for axis, start, end, length in ((0, left, right, width), (1, top, bottom, height)):
        slope, offset = fit_line(values[:, axis], values[:, axis + 2])
        unit = (end - start) / length
        for at in ((place.left, place.right), (place.top, place.bottom))[axis]:
            edges.append(at + slope * (at - start) + unit * offset)
    return Place(edges[0], edges[2], edges[1], edges[3])


def _load_shown(
    picture: Image.Image, shot: Image.Image, place: Place, side: int
) -> tuple[Grey, Grey] | None:
    pair = cut_shown(picture, shot, place, side)
    if pair is None:
        return None
    one, other = (np.asarray(each.convert("L"), np.float32) for each in pair)
    return one, other


def _measure_likeness(picture: Image.Image, shot: Image.Image, place: Place) -> float:
    """Return which share of the picture's edges the screenshot has at the same place."""
    both = _load_shown(picture, shot, place, _FINE_SIDES[-1])
    if both is None:
        return 0.0
    one, other = (find_edges(soften(grey)) for grey in both)
    edges = one != 0
    if edges.sum() < _MIN_EDGES:
        return 0.0
    return float(((one[edges] * np.conj(other[edges])).real >= _ALIKE).mean())
