"""Finds the strokes of a half-transparent brush of a vivid colour, by what shows through them.

Under such a stroke each channel is a share of what is around it, plus a constant. Nothing in a
photo is so all along its edge. Runs in a sandbox process.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.files.masking.bits import Bits, find_box, grow, label, shrink
from bot.files.masking.strokes import Pixels

# The usual colours of brushes: pink, green, blue, red, yellow, magenta, cyan. The first three are
# exact: those of the page on which people try Easel.
_EXACT = 3
_COLOURS = (
    (255, 45, 149), (0, 214, 107), (45, 125, 255), (255, 20, 30), (255, 235, 0), (255, 0, 230),
    (0, 225, 245),
)  # fmt: skip
# How much of the colour a stroke holds, and how far compression may lead away from it.
_OPACITY, _TOLERANCE = 0.47, 14
# Shares of the longer side: half of the thinnest brush, and how far one looks from its edge.
_MIN_HALF, _WINDOW = 0.008, 0.009
_MIN_AREA, _MAX_AREA, _MAX_PIECES = 0.003, 0.5, 6
_MAX_SAMPLES, _MIN_SAMPLES, _MIN_NEAR = 600, 40, 8
_MIN_SPREAD, _MIN_KEPT, _MAX_KEPT = 9.0, 0.25, 0.8
_MIN_OPACITY, _MAX_OPACITY, _MAX_AWAY = 0.35, 0.65, 7.0
_RIM = 3
# How much of a stroke's colour comes at its very edge, at the least.
_EDGE, _MIN_SHARP = 2, 0.45
_LEAST_GAINS = (-1.0, 0.2, 0.4)
_MIN_VIVID, _MAX_MISFIT, _MAX_OVERSHOOT = 150.0, 13.0, 45.0
# How far the hue of what a stroke adds may be from its colour's, in degrees.
_MAX_TURN = 18.0

Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Veil:
    """What a stroke does to what is under it: the share that it keeps, and what it adds.

    `misfit` is how far, in the median, the edge is from that; `is_known`: enough is around
    the stroke to tell.
    """

    kept: float
    added: Rows
    misfit: float
    is_known: bool

    @property
    def hue(self) -> float:
        """The hue of what it adds, in degrees."""
        return measure_hue(self.added)

    @property
    def is_brush(self) -> bool:
        """Whether it is a half-transparent vivid colour."""
        if not self.is_known or not _MIN_KEPT <= self.kept <= _MAX_KEPT:
            return False
        colour = self.added / (1 - self.kept)
        is_colour = colour.min() > -_MAX_OVERSHOOT and colour.max() < 255 + _MAX_OVERSHOOT
        return bool(is_colour and np.ptp(colour) >= _MIN_VIVID and self.misfit <= _MAX_MISFIT)


def find_brushes(pixels: Pixels) -> Iterator[Bits]:
    """Yield the strokes of half-transparent brushes, each sure to be one."""
    for number, colour in enumerate(np.array(_COLOURS, np.float64)):
        possible = _find_possible(pixels, colour)
        hue = colour - colour.mean()
        strength = float(np.linalg.norm(hue))
        gain = pixels @ (hue / strength).astype(np.float32)
        # Much of a photo may be possible: then what is most like the colour tells more.
        for least in _LEAST_GAINS:
            likely = possible & (gain >= least * strength)
            cut = (
                _cut_edge(stroke, gain)
                for stroke in _list_strokes(likely)
                if _is_brush(*look_at_edge(pixels, stroke), colour, is_exact=number < _EXACT)
            )
            strokes = [stroke for stroke in cut if _is_sharp(stroke, gain)]
            if strokes:
                yield from strokes
                break


def _find_possible(pixels: Pixels, colour: Rows) -> Bits:
    """Return the pixels that some colour would be under a stroke."""
    possible = np.ones(pixels.shape[:2], np.bool_)
    for channel, value in enumerate(colour):
        least = _OPACITY * value - _TOLERANCE
        most = _OPACITY * value + (1 - _OPACITY) * 255 + _TOLERANCE
        possible &= (pixels[:, :, channel] >= least) & (pixels[:, :, channel] <= most)
    return possible


def _list_strokes(possible: Bits) -> Iterator[Bits]:
    radius = max(2, round(_MIN_HALF * max(possible.shape)))
    pieces = label(grow(shrink(possible, radius), radius) & possible)
    shares = pieces.sizes / possible.size
    shares[0] = 0
    for number in np.argsort(-shares)[:_MAX_PIECES]:
        if not _MIN_AREA <= shares[number] <= _MAX_AREA:
            continue
        yield pieces.labels == number


def _cut_edge(stroke: Bits, gain: Rows) -> Bits:
    """Return a stroke without what is at its edge, and more like what is around it."""
    core, around = shrink(stroke, _RIM), grow(stroke, 2 * _RIM) & ~grow(stroke, 2)
    if not core.any() or not around.any():
        return stroke
    middle = (float(np.median(gain[core])) + float(np.median(gain[around]))) / 2
    return core | (stroke & (gain >= middle))


def _is_sharp(stroke: Bits, gain: Rows) -> bool:
    """Whether the colour ends at the edge of a stroke, and does not fade as a thing's shading."""
    inner, outer = stroke & ~shrink(stroke, _EDGE), grow(stroke, _EDGE) & ~stroke
    core = shrink(stroke, 3 * _EDGE) & ~shrink(stroke, 6 * _EDGE)
    around = grow(stroke, 6 * _EDGE) & ~grow(stroke, 3 * _EDGE)
    if not (core.any() and around.any()):
        return True
    at_edge, beyond = (
        float(np.median(gain[one])) - float(np.median(gain[other]))
        for one, other in ((inner, outer), (core, around))
    )
    return at_edge >= _MIN_SHARP * beyond


def measure_hue(colour: Rows) -> float:
    """Return the hue of a colour in degrees; of grey it means nothing."""
    red, green, blue = (float(value) for value in colour)
    return math.degrees(math.atan2(math.sqrt(3) * (green - blue), 2 * red - green - blue))


def measure_turn(hue: float, other: float) -> float:
    """Return how far one hue is from another, in degrees."""
    return abs((hue - other + 180) % 360 - 180)


def _is_brush(outer: Rows, within: Rows, colour: Rows, *, is_exact: bool) -> bool:
    """Whether the edge is that of a stroke; of an exact colour even where all around is alike."""
    if len(outer) < _MIN_SAMPLES:
        return False
    veil = fit_veil(outer, within)
    if veil.is_brush and measure_turn(veil.hue, measure_hue(colour)) <= _MAX_TURN:
        return True
    if not is_exact:
        return False
    way = colour - outer
    shares = ((within - outer) * way).sum(axis=1) / np.maximum(1.0, (way**2).sum(axis=1))
    opacity = float(np.median(shares))
    away = np.abs(within - outer - opacity * way).max(axis=1)
    return _MIN_OPACITY <= opacity <= _MAX_OPACITY and float(np.median(away)) <= _MAX_AWAY


def look_at_edge(pixels: Pixels, area: Bits) -> tuple[Rows, Rows]:
    """Return what is outside of places of an area's edge, and what is within it."""
    window = max(4, round(_WINDOW * max(area.shape)))
    left, top, right, bottom = find_box(area)
    margin = window + 4
    rows = slice(max(0, top - margin), bottom + margin)
    columns = slice(max(0, left - margin), right + margin)
    part, bits = pixels[rows, columns].astype(np.float64), area[rows, columns]
    edge = bits & ~shrink(bits, 1)
    within, within_counts = _measure_means(part, shrink(bits, 2), window, edge)
    outer, outer_counts = _measure_means(part, ~grow(bits, 2), window, edge)
    is_told = (within_counts >= _MIN_NEAR) & (outer_counts >= _MIN_NEAR)
    within, outer = within[is_told], outer[is_told]
    step = max(1, len(within) // _MAX_SAMPLES)
    return outer[::step], within[::step]


def _measure_means(part: Rows, bits: Bits, window: int, where: Bits) -> tuple[Rows, Rows]:
    """Return the mean colour of `bits` around each pixel of `where`, and of how many pixels."""
    layers = np.dstack([part * bits[:, :, None], bits])
    sums = np.pad(layers, ((window + 1, window), (window + 1, window), (0, 0)))
    sums = sums.cumsum(axis=0).cumsum(axis=1)
    y, x = np.nonzero(where)
    size = 2 * window + 1
    found = sums[y + size, x + size] - sums[y, x + size] - sums[y + size, x] + sums[y, x]
    counts = found[:, 3]
    return found[:, :3] / np.maximum(1, counts)[:, None], counts


def fit_veil(outer: Rows, within: Rows) -> Veil:
    """Return the veil that explains most of the edge; a third of it may be another edge's."""
    used = np.ones(len(outer), np.bool_)
    kept, added, away = 1.0, np.zeros(3), np.zeros(len(outer))
    for _ in range(4):
        one, other = outer[used], within[used]
        centred = one - one.mean(axis=0)
        spread = float((centred**2).sum())
        kept = float((centred * (other - other.mean(axis=0))).sum()) / max(1.0, spread)
        added = (other - kept * one).mean(axis=0)
        away = np.abs(within - kept * outer - added).max(axis=1)
        used = away <= np.quantile(away, 0.67)
    is_known = bool(outer[used].std(axis=0).max() >= _MIN_SPREAD)
    return Veil(kept, added, float(np.median(away)), is_known)
