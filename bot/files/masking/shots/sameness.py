"""Tells whether two copies show one picture but for what was drawn: forms and sheets look alike.

Runs in a sandbox process.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.files.masking.bits import Bits, grow
from bot.files.masking.finder import FoundArea
from bot.files.masking.shots.bars import find_bars
from bot.files.masking.shots.edges import Grey, soften
from bot.files.masking.strokes import Pixels

# The side of the tiles that are compared, and what shows something of them.
_TILE, _MIN_SPREAD = 24, 8.0
# What is under strokes, and next to them, is not compared.
_BESIDE, _MAX_HIDDEN = 4, 0.5
# From where on a tile is alike, or surely another, and how many may be where a copy is a poor one.
_ALIKE, _OTHER, _MAX_UNLIKE, _MAX_OTHER = 0.7, 0.5, 0.01, 2
# How far the mean colours of two tiles may be apart, and those of the strokes of one pen.
_MAX_SHIFT, _ONE_COLOUR = 24.0, 60


def is_drawn_on_it(before: Pixels, after: Pixels, found: Sequence[FoundArea]) -> bool:
    """Whether both copies, of one size, are alike but for areas that one pen has drawn.

    An app's bars at the top and bottom are not compared.
    """
    if not found or not _is_of_one_pen(found):
        return False
    strokes = np.logical_or.reduce([area.strokes for area in found])
    hidden = grow(strokes, _BESIDE) | find_bars(before, after)[:, None]
    likeness = _measure_tiles(before, np.where(hidden[:, :, None], before, after), hidden)
    is_alike = (likeness < _ALIKE).sum() <= _MAX_UNLIKE * len(likeness)
    return bool(is_alike and (likeness < _OTHER).sum() <= _MAX_OTHER)


def _is_of_one_pen(found: Sequence[FoundArea]) -> bool:
    """Whether it is one area, or all are sure and of one colour: another chart's bars are not."""
    colours = np.array([area.colour for area in found])
    is_sure = len(found) == 1 or min(area.weight for area in found) >= 1
    return bool(is_sure and np.ptp(colours, axis=0).max() <= _ONE_COLOUR)


def _measure_tiles(before: Pixels, after: Pixels, hidden: Bits) -> NDArray[np.float32]:
    """Return how alike the tiles are that show anything: 1 for what is the same."""
    one, other = (_cut_tiles(soften(_compute_grey(pixels))) for pixels in (before, after))
    seen = _cut_tiles(hidden.astype(np.float32)).mean(axis=1) <= _MAX_HIDDEN
    one, other = (tiles - tiles.mean(axis=1, keepdims=True) for tiles in (one, other))
    spreads = (one**2).sum(axis=1), (other**2).sum(axis=1)
    likeness = 2 * (one * other).sum(axis=1) / np.maximum(spreads[0] + spreads[1], 1e-6)
    shift = np.zeros(len(one), np.float32)
    for channel in range(3):
        away = (after[:, :, channel] - before[:, :, channel]).astype(np.float32)
        shift = np.maximum(shift, np.abs(_cut_tiles(away).mean(axis=1)))
    is_shifted = shift > _MAX_SHIFT
    shows = np.maximum(*spreads) >= _MIN_SPREAD**2 * _TILE**2
    kept: NDArray[np.float32] = np.where(is_shifted, 0, likeness)[seen & (shows | is_shifted)]
    return kept


def _compute_grey(pixels: Pixels) -> Grey:
    grey: Grey = pixels.mean(axis=2, dtype=np.float32)
    return grey


def _cut_tiles(values: Grey) -> Grey:
    """Return one row for each whole tile."""
    rows, columns = (side // _TILE for side in values.shape)
    whole = values[: rows * _TILE, : columns * _TILE].reshape(rows, _TILE, columns, _TILE)
    return whole.swapaxes(1, 2).reshape(rows * columns, _TILE * _TILE)
