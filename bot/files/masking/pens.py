"""Takes apart what was drawn with pens of several colours: marks may cross, or lie in others.

Runs in a sandbox process. See `strokes.py` for how strokes are found.
"""

from __future__ import annotations

import numpy as np

from bot.files.masking.bits import Bits, grow, shrink
from bot.files.masking.strokes import Pixels, drop_specks, find_greatest

# A pen has one colour: how near to it most of its pixels are, and how unlike two pens are.
_NEAR, _MIN_APART, _STEP = 48, 110, 32
# The share of what was drawn that a pen has at the least, and that all pens have together.
_MIN_SHARE, _MIN_TOLD, _MAX_PENS = 0.12, 0.75, 4


def split_by_pen(marked: Pixels, drawn: Bits) -> list[Bits]:
    """Return the strokes of each pen; all as one where it is not surely several.

    What one sees through, as a brush's strokes, has no colour of its own and stays whole.
    """
    core = shrink(drawn, 1)
    core = core if core.sum() > _MIN_SHARE * drawn.sum() else drawn
    pixels = marked[core]
    pens = list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]()
    left = np.ones(len(pixels), np.bool_)
    told = 0
    while len(pens) < _MAX_PENS and left.sum() >= _MIN_SHARE * len(pixels):
        codes = (pixels[left] // _STEP).astype(np.int64) @ np.array([64, 8, 1])
        usual = np.bincount(codes).argmax()
        colour = np.median(pixels[left][codes == usual], axis=0)
        near = np.abs(pixels - colour).max(axis=1) <= _NEAR
        if (near & left).sum() < _MIN_SHARE * len(pixels):
            break
        told += int((near & left).sum())
        left &= ~near
        if all(np.abs(colour - other).max() >= _MIN_APART for other in pens):
            pens.append(colour)
    if len(pens) < 2 or told < _MIN_TOLD * len(pixels):
        return [drawn]
    away = np.stack([find_greatest(np.abs(marked - pen)) for pen in pens])
    nearest = away.argmin(axis=0)
    return [
        drop_specks(drawn & (nearest == number) & grow(away[number] <= _NEAR, 2))
        for number in range(len(pens))
    ]
