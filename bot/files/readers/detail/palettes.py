"""Gives a picture of few colours a palette with exactly its pixels. Runs in a sandbox process.

Pillow's own ways to a palette look for the best colours, which takes long, or for near ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from PIL import Image

_LEVELS = 256
_Pair: TypeAlias = tuple[int, int]
Colour: TypeAlias = tuple[int, int, int]


def index_colours(picture: Image.Image, colours: Sequence[Colour]) -> Image.Image:
    """Return a picture in RGB with a palette. `colours` are all of its own, at most 256."""
    bands = picture.split()
    for one, other in combinations(range(len(bands)), 2):
        places = {(colour[one], colour[other]): place for place, colour in enumerate(colours)}
        if len(places) == len(colours):
            # Two of the three tell the colours apart.
            found = _index_pairs(bands[one], bands[other], places)
            break
    else:
        red_green = dict.fromkeys((red, green) for red, green, _ in colours)
        numbers = {pair: number for number, pair in enumerate(red_green)}
        places = {
            (numbers[red, green], blue): place for place, (red, green, blue) in enumerate(colours)
        }
        found = _index_pairs(_index_pairs(bands[0], bands[1], numbers), bands[2], places)
    found.putpalette([level for colour in colours for level in colour])
    return found


def _index_pairs(
    first: Image.Image, second: Image.Image, numbers: Mapping[_Pair, int]
) -> Image.Image:
    """Return the number of each pixel's pair of levels."""
    table = [0] * (_LEVELS * _LEVELS)
    for (low, high), number in numbers.items():
        table[high * _LEVELS + low] = number
    # Two bands of eight bits are one of sixteen, as they lie in memory.
    pairs = Image.frombytes("I;16L", first.size, Image.merge("LA", (first, second)).tobytes())
    return pairs.convert("I").point(table, "L")
