"""Finds the areas that a person marked on a picture: with the original, or by colour and form.

Works on a small copy. Runs in a sandbox process, which alone loads numpy and Pillow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from bot.domain.pictures.marks import MAX_AREAS, Form
from bot.domain.pictures.sizes import limit_sides
from bot.files.masking.bits import Bits, fill, find_box
from bot.files.masking.brushes import find_brushes
from bot.files.masking.highlights import extend_over_words
from bot.files.masking.notes import drop_notes, drop_words
from bot.files.masking.pens import split_by_pen
from bot.files.masking.plain.lines import find_plain_lines
from bot.files.masking.shapes import ARROW, BRUSH, MAX_SHAPES, OUTLINE, Shape, trace_shapes
from bot.files.masking.shots.bars import find_bars
from bot.files.masking.strokes import Pixels, find_changed, find_inks, is_painted
from bot.files.masking.underlines import extend_to_words
from bot.files.masking.weights import weigh

# The longer side of the copy on which areas are found.
WORK_SIDE = 1024
_MAX_ASPECT_DIFFERENCE = 0.02
# How much less than the heaviest a mark may weigh, and from where on two areas are the same.
_LIKE_WEIGHT, _SAME_AREA, _NESTED = 0.85, 0.4, 0.5
# From where on a mark is so sure that no other inks are looked for, and how much else may be there.
_MIN_SURE, _MAX_MORE = 0.9, 4
# What weighs more than most of what only looks like a mark.
_PROVEN = 1.05
# Leaves and windows are of one colour too, in many pieces.
_MAX_SCATTER, _MAX_PIECES = 20, 40
# With an original: strokes that may be words, and what may be a window.
_GREY_STROKES, _GREY_BLOT = 0.6, 0.4
_MIN_VIVID, _MAX_DENSITY = 70, 0.6
_PAPER = (255, 255, 255)
# An ellipse fills 0.79 of the box around it.
_MIN_BOX = 0.88


@dataclass(frozen=True, slots=True)
class FoundArea:
    """One marked area: its pixels and strokes on the small copy, its ink, and how sure it is.

    `weight` is from 0 to 1; 1 for what an original proves.
    """

    area: Bits
    strokes: Bits
    kind: str
    colour: tuple[int, int, int] = (0, 0, 0)
    weight: float = 1.0

    @property
    def form(self) -> Form:
        """What people call it: a box, something round, an arrow or a stroke."""
        if self.kind != OUTLINE:
            return Form.ARROW if self.kind == ARROW else Form.STROKE
        left, top, right, bottom = find_box(self.area)
        filled = float(self.area.sum()) / ((right - left) * (bottom - top))
        return Form.BOX if filled >= _MIN_BOX else Form.ROUND

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The box around the area and its strokes, on the small copy."""
        return find_box(self.area | self.strokes)


def find_by_original(base: Image.Image, marked: Image.Image) -> list[FoundArea]:
    """Return what was drawn on `base` to give `marked`; nothing for another picture."""
    if abs(base.width / base.height - marked.width / marked.height) > _MAX_ASPECT_DIFFERENCE:
        return []
    return find_drawn(*load_copies(base, marked))


def load_copies(base: Image.Image, marked: Image.Image) -> tuple[Pixels, Pixels]:
    """Return the small copies of a picture and of a marked one of its shape, in one size."""
    size = limit_sides(base.size, WORK_SIDE)
    after = load_pixels(marked, size)
    return load_pixels(base, size, _find_ground(base, after)), after


def find_drawn(before: Pixels, after: Pixels) -> list[FoundArea]:
    """Return what was drawn on a picture, of which both copies have the same size.

    An app's bars at its top and bottom are nothing drawn, if there is anything else.
    """
    bars = find_bars(before, after)
    if bars.any():
        found = _trace_drawn(before, np.where(bars[:, None, None], before, after))
        if found:
            return found
    return _trace_drawn(before, after)


def _trace_drawn(before: Pixels, after: Pixels) -> list[FoundArea]:
    changed = find_changed(before, after)
    if changed is None:
        return []
    traced = [shape for pen in split_by_pen(after, changed) for shape in trace_shapes(pen)]
    shapes = [extend_to_words(before, shape) for shape in drop_notes(traced)][:MAX_SHAPES]
    found = [_describe_drawn(before, after, shape) for shape in shapes]
    marks = [area for area in found if area.weight > _GREY_BLOT]
    return sort_by_place((marks or found)[:MAX_AREAS])


def _find_ground(base: Image.Image, marked: Pixels) -> tuple[int, int, int]:
    """Return on what a program has shown the transparent parts of a picture that was drawn on."""
    if "A" not in base.getbands():
        return _PAPER
    height, width = marked.shape[:2]
    clear = np.asarray(base.getchannel("A").resize((width, height), Image.Resampling.BOX)) < 8
    return find_colour(marked, clear) if clear.any() else _PAPER


def _describe_drawn(before: Pixels, after: Pixels, shape: Shape) -> FoundArea:
    """Return what was drawn, and how sure it is to be a mark.

    Grey strokes may be letters, and a solid grey thing is more often a window or a badge.
    """
    found = _describe(after, shape)
    is_grey = shape.kind == BRUSH and max(found.colour) - min(found.colour) < _MIN_VIVID
    # Half of blue over red is grey, too.
    is_grey = is_grey and not is_painted(before, after, shape.strokes)
    left, top, right, bottom = find_box(shape.strokes)
    is_solid = shape.strokes.sum() > _MAX_DENSITY * (right - left) * (bottom - top)
    weight = 1.0 if not is_grey else _GREY_BLOT if is_solid else _GREY_STROKES
    return replace(found, weight=weight)


def _describe(pixels: Pixels, shape: Shape, weight: float = 1.0) -> FoundArea:
    colour = find_colour(pixels, shape.strokes)
    return FoundArea(shape.area, shape.strokes, shape.kind, colour, weight)


def find_by_colour(picture: Image.Image) -> list[FoundArea]:
    """Return the areas that look marked, those of like weight; nothing if none does."""
    pixels = load_pixels(picture, limit_sides(picture.size, WORK_SIDE))
    scale = max(picture.size) / max(pixels.shape[:2])
    found = list[FoundArea]()
    for ink in find_inks(pixels):
        shapes = trace_shapes(ink.bits, most=_MAX_PIECES)
        is_scattered = len(shapes) > _MAX_SCATTER
        for shape in drop_notes(drop_words(shapes)):
            if not is_scattered or shape.kind == OUTLINE:
                whole = extend_over_words(pixels, extend_to_words(pixels, shape))
                if weight := weigh(pixels, ink, whole, scale):
                    found.append(_describe(pixels, whole, weight))
    brushed = (Shape(fill(bits), bits, BRUSH) for bits in find_brushes(pixels))
    found += (_describe(pixels, shape, _PROVEN) for shape in brushed)
    # One sure mark in a bright colour is enough; several may be the picture's own.
    if sum(one.weight >= _MIN_SURE for one in found) != 1 or len(found) > _MAX_MORE:
        lines = find_plain_lines(pixels)
        found += (_describe(pixels, line.shape, line.weight) for line in lines)
    return sort_by_place(_select_likely(found)[:MAX_AREAS])


def _select_likely(found: list[FoundArea]) -> list[FoundArea]:
    """Return the areas that weigh about as much as the heaviest, each once, these first."""
    heaviest = max((area.weight for area in found), default=0.0)
    likely = [area for area in found if area.weight >= _LIKE_WEIGHT * heaviest]
    kept = list[FoundArea]()
    # The edges of a thick line look like lines of their own, which enclose less.
    for area in sorted(likely, key=lambda area: (-round(8 * area.weight), -int(area.area.sum()))):
        if not any(_is_same(area.area, other.area) for other in kept):
            kept.append(area)
    return kept


def _is_same(one: Bits, other: Bits) -> bool:
    sizes = sorted((float(one.sum()), float(other.sum())))
    # A mark around another is none of its edges.
    is_nested = sizes[0] < _NESTED * sizes[1]
    return not is_nested and float((one & other).sum()) > _SAME_AREA * sizes[0]


def find_colour(pixels: Pixels, bits: Bits) -> tuple[int, int, int]:
    """Return the usual colour of some pixels; black for none."""
    if not bits.any():
        return 0, 0, 0
    red, green, blue = (int(value) for value in np.median(pixels[bits], axis=0))
    return red, green, blue


def sort_by_place(areas: list[FoundArea]) -> list[FoundArea]:
    """Return areas as people number them: from the top, and from the left in about one row."""

    def get_place(area: FoundArea) -> tuple[int, int]:
        left, top, _, bottom = find_box(area.area)
        return (top + bottom) // 2 * 6 // area.area.shape[0], left

    return sorted(areas, key=get_place)


def load_pixels(
    picture: Image.Image, size: tuple[int, int], ground: tuple[int, int, int] = _PAPER
) -> Pixels:
    """Return the pixels of a picture in a size, on `ground` where it is transparent."""
    if picture.mode != "RGB":
        canvas = Image.new("RGB", picture.size, ground)
        layer = picture.convert("RGBA")
        canvas.paste(layer, mask=layer.getchannel("A"))
        picture = canvas
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    pixels: Pixels = np.asarray(picture, dtype=np.int16)
    return pixels
