"""Lays a grid of overlapping parts over a large picture, each small enough to be seen pixel by
pixel. Pure geometry.

Cuts go through quiet rows and columns, in which nothing is drawn, where there are some near by.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.pictures.sight import Box, Detail
from bot.domain.tokens import (
    DETAIL_LIMITS,
    PATCH_SIDE,
    estimate_picture_tokens,
    is_shown_in_full,
)

# What one question may show of pictures in parts, their overviews included.
MAX_PARTS, MAX_TOKENS = 24, 25_000
# What two neighbours share: a line of text, or a word, that is no longer lies whole in one of them.
_ROW_OVERLAP, _COLUMN_OVERLAP = 96, 160
# At a quiet cut nothing is drawn that could be cut apart.
_QUIET_OVERLAP = 32
# As many quiet rows side by side are a gap between lines.
_MIN_QUIET_RUN = 4
# The overview next to parts shows how they hang together, and nothing is read from it.
_MAX_OVERVIEW_SIDE, _MAX_OVERVIEW_PATCHES = 2_048, 1_000
# Below this there is nothing to be seen in parts that the overview does not show.
_MIN_SCALE = 0.05


@dataclass(frozen=True, slots=True)
class Budget:
    """The parts and tokens that are left for pictures in full size."""

    parts: int = MAX_PARTS
    tokens: int = MAX_TOKENS


@dataclass(frozen=True, slots=True)
class Grid:
    """`columns` by `rows` parts of a picture of `width` by `height` pixels, shown at `scale`.

    `part_width` and `part_height` are what each is without shifted cuts.
    """

    width: int
    height: int
    columns: int
    rows: int
    scale: float = 1.0

    @property
    def part_width(self) -> int:
        return _split(self.width, self.columns, _COLUMN_OVERLAP)

    @property
    def part_height(self) -> int:
        return _split(self.height, self.rows, _ROW_OVERLAP)

    @property
    def count(self) -> int:
        return self.columns * self.rows

    @property
    def tokens(self) -> int:
        """The most tokens of all parts together."""
        return self.count * estimate_picture_tokens(self.part_width, self.part_height)

    @property
    def is_feasible(self) -> bool:
        """Whether each part is seen pixel by pixel."""
        return is_shown_in_full(self.part_width, self.part_height)


def plan_grid(width: int, height: int, budget: Budget) -> Grid | None:
    """Return the grid with the fewest parts for such a picture, at the largest scale that fits.

    None if no scale fits that shows more than an overview.
    """
    scale = 1.0
    while scale >= _MIN_SCALE:
        wide, high = max(1, round(width * scale)), max(1, round(height * scale))
        grid = _find_grid(wide, high, budget.parts)
        if grid is not None and grid.tokens <= budget.tokens:
            return Grid(wide, high, grid.columns, grid.rows, scale)
        excess = 1.0 if grid is None else grid.tokens / max(1, budget.tokens)
        scale *= min(0.97, 1 / math.sqrt(excess) if excess > 1 else 0.97)
    return None


def _find_grid(width: int, height: int, max_parts: int) -> Grid | None:
    grids = [
        Grid(width, height, columns, rows)
        for columns in range(1, max_parts + 1)
        for rows in range(1, max_parts // columns + 1)
    ]
    feasible = [grid for grid in grids if grid.is_feasible]
    return min(feasible, key=lambda grid: (grid.count, grid.tokens), default=None)


def compute_parts(
    grid: Grid, quiet_rows: Sequence[bool] = (), quiet_columns: Sequence[bool] = ()
) -> tuple[Box, ...]:
    """Return the parts in reading order, in pixels of the picture at the grid's scale."""
    max_width, max_height = _find_largest_part(grid)
    across = list(_cut(grid.width, grid.columns, max_width, _COLUMN_OVERLAP, quiet_columns))
    down = list(_cut(grid.height, grid.rows, max_height, _ROW_OVERLAP, quiet_rows))
    return tuple((left, top, right, bottom) for top, bottom in down for left, right in across)


def scale_overview(width: int, height: int) -> tuple[int, int]:
    """Return the size of the overview that goes along with parts of such a picture."""
    scale = min(1.0, _MAX_OVERVIEW_SIDE / max(width, height))
    scale = min(scale, PATCH_SIDE * math.sqrt(_MAX_OVERVIEW_PATCHES / (width * height)))
    return max(1, math.floor(width * scale)), max(1, math.floor(height * scale))


def estimate_overview_tokens(width: int, height: int) -> int:
    """Return the tokens of the overview that goes along with parts of such a picture."""
    return estimate_picture_tokens(*scale_overview(width, height))


def _find_largest_part(grid: Grid) -> tuple[int, int]:
    """Return how wide and high a part may become where cuts are shifted to quiet places."""
    max_height = _bound_side(grid.part_width)
    if grid.columns > 1:
        # Both sides may grow, and together they must not become too much.
        max_height = (grid.part_height + max_height) // 2
    return _bound_side(max_height), max_height


def _bound_side(other: int) -> int:
    """Return the longest side of a part whose other side is `other`."""
    max_side, max_patches = DETAIL_LIMITS[Detail.HIGH]
    return min(max_side, max_patches // math.ceil(other / PATCH_SIDE) * PATCH_SIDE)


def _split(length: int, count: int, overlap: int) -> int:
    """Return how long each of `count` equal parts is that share `overlap` with each neighbour."""
    return math.ceil((length + (count - 1) * overlap) / count)


def _cut(
    length: int, count: int, max_part: int, overlap: int, quiet: Sequence[bool]
) -> Iterator[tuple[int, int]]:
    """Yield where each of `count` parts of a side starts and ends; none is above `max_part`."""
    start, margin, quiet_margin = 0, overlap // 2, _QUIET_OVERLAP // 2
    for number in range(1, count):
        left = count - number
        # What is left must not become more than the other parts can hold.
        first = max(start + 1, length - (left * (max_part - overlap) + overlap // 2))
        last = start + max_part - margin
        wanted = min(max(first, round(length * number / count)), last)
        found = _find_quiet(quiet, first, min(last, length - 1), wanted)
        cut, half = (wanted, margin) if found is None else (found, quiet_margin)
        yield max(0, start), min(length, cut + half)
        start = cut - half
    yield max(0, start), length


def _find_quiet(quiet: Sequence[bool], first: int, last: int, wanted: int) -> int | None:
    """Return the middle of the gap nearest to `wanted` between `first` and `last`, if any."""
    best: int | None = None
    start: int | None = None
    for position in range(first, min(last + 2, len(quiet) + 1)):
        is_quiet = position <= last and position < len(quiet) and quiet[position]
        if is_quiet:
            start = position if start is None else start
            continue
        if start is not None and position - start >= _MIN_QUIET_RUN:
            # In a wide gap the nearest place will do.
            margin = min((position - start) // 2, _QUIET_OVERLAP)
            middle = min(max(wanted, start + margin), position - margin)
            if best is None or abs(middle - wanted) < abs(best - wanted):
                best = middle
        start = None
    return best
