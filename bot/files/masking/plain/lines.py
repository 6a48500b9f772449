"""Finds what people have circled in black, white or grey, which pictures are full of themselves.

A pen's line is of one colour, as thick everywhere, and closed. See `traits.py` for what
tells it from a frame, a table or a letter. Runs in a sandbox process.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from bot.files.masking.bits import Bits, find_box, grow, label, pad, shrink
from bot.files.masking.plain.traits import SURE, Traits, is_by_hand, measure, weigh_traits
from bot.files.masking.shapes import Shape, trace_outlines
from bot.files.masking.strokes import Pixels, find_greatest, measure_strength

# Greys that a pen may have, how far compression leads away from one, and how vivid one may look.
_LEVELS, _NEAR, _AROUND, _MAX_CHROMA = (8, 30, 58, 88, 118, 148, 178, 208, 247), 22, 70, 44
# Shares of the longer side: what is thicker is no line, and what is smaller is a letter.
_MAX_THICK, _MIN_SIDE, _MAX_PIECES = 0.024, 0.05, 24
# Thick parts are looked for on a small copy: in such blocks, of which a part may be dirt.
_BLOCK, _MIN_BLOCK = 4, 0.75
_MIN_AREA, _MAX_AREA = 0.0015, 0.6
# Of a picture that holds more of one grey, only what is thicker than words is looked at.
_MAX_CROWD = 0.03
# More lines by hand than that are a drawing.
_MAX_BY_HAND = 3


@dataclass(frozen=True, slots=True)
class PlainLine:
    """A closed line in black, white or grey, and how sure it is to be a person's."""

    shape: Shape
    weight: float


def find_plain_lines(pixels: Pixels) -> list[PlainLine]:
    """Return the closed lines in black, white or grey that may be a person's."""
    found = list[PlainLine]()
    for bits in _list_inks(pixels):
        # A pen's line among words, which are thinner.
        opened = grow(shrink(pad(bits, 2), 1), 1)[2:-2, 2:-2] & bits
        lines = _list_lines(pixels, opened)
        if not lines and bits.mean() <= _MAX_CROWD:
            lines = _list_lines(pixels, bits)
        found += lines
    return found


def _list_inks(pixels: Pixels) -> Iterator[Bits]:
    """Yield the thin lines of each grey that could be a pen's."""
    grey = measure_strength(pixels) <= _MAX_CHROMA
    for level in _LEVELS:
        away = find_greatest(np.abs(pixels - np.int16(level)))
        near = grey & (away <= _NEAR)
        if near.any():
            thin = near & ~_find_thick(near)
            yield thin | (grow(thin, 1) & (away <= _AROUND) & ~near)


def _find_thick(bits: Bits) -> Bits:
    """Return the parts of a set that are too thick for a line."""
    radius = max(1, round(_MAX_THICK * max(bits.shape) / 2 / _BLOCK))
    height, width = bits.shape
    whole = np.pad(bits, ((0, -height % _BLOCK), (0, -width % _BLOCK)))
    rows, columns = whole.shape[0] // _BLOCK, whole.shape[1] // _BLOCK
    blocks = whole.reshape(rows, _BLOCK, columns, _BLOCK).mean(axis=(1, 3)) >= _MIN_BLOCK
    thick = grow(shrink(blocks, radius), radius + 1)
    large: Bits = thick.repeat(_BLOCK, axis=0).repeat(_BLOCK, axis=1)[:height, :width]
    return large


def _list_lines(pixels: Pixels, bits: Bits) -> list[PlainLine]:
    kept = _keep_large(bits)
    shapes = [
        shape for shape in trace_outlines(kept) if _MIN_AREA <= shape.area.mean() <= _MAX_AREA
    ]
    traits = [measure(pixels, shape) for shape in shapes]
    weights = [weigh_traits(each) for each in _count_rivals(traits, int(kept.sum()))]
    return [
        PlainLine(shape, weight) for shape, weight in zip(shapes, weights, strict=True) if weight
    ]


def _keep_large(bits: Bits) -> Bits:
    """Return the largest pieces of a set that are no letters."""
    pieces, side = label(bits), _MIN_SIDE * max(bits.shape)
    numbers = np.argsort(-pieces.sizes[1:])[:_MAX_PIECES] + 1
    is_large = np.zeros(len(pieces.sizes), np.bool_)
    for number in numbers[pieces.sizes[numbers] >= max(40.0, 2 * side)]:
        left, top, right, bottom = find_box(pieces.labels == number)
        is_large[number] = max(right - left, bottom - top) >= side
    return pieces.select(is_large)


def _count_rivals(several: list[Traits], total: int) -> list[Traits]:
    """Return the traits with how much else is drawn so, but for what a person has drawn too."""
    first = [replace(one, rivals=(total - one.length) / max(1, one.length)) for one in several]
    own = [weigh_traits(one) >= SURE for one in first]
    by_hand = [is_by_hand(one) for one in first]
    if sum(by_hand) <= _MAX_BY_HAND:
        own = [one or other for one, other in zip(own, by_hand, strict=True)]
    drawn = sum(one.length for one, is_own in zip(first, own, strict=True) if is_own)
    return [
        replace(one, rivals=max(0, total - max(drawn, one.length)) / max(1, one.length))
        if is_own
        else replace(one, rivals=max(0, total - drawn - one.length) / max(1, one.length))
        for one, is_own in zip(first, own, strict=True)
    ]
