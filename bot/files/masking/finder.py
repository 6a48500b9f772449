"""Finds the areas that a person marked on a picture: with the original, or by colour and form.

Works on a small copy. Runs in a sandbox process, which alone loads numpy and Pillow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from bot.files.masking.bits import Bits, fill, find_box, grow, shrink
from bot.files.masking.brushes import find_brushes
from bot.files.masking.shapes import BRUSH, OUTLINE, Shape, trace_shapes
from bot.files.masking.strokes import (
    Ink,
    Pixels,
    compute_hues,
    find_changed,
    find_inks,
    is_painted,
    is_thick,
    measure_strength,
)

WORK_SIDE = 1024
_MAX_ASPECT_DIFFERENCE = 0.02
# What counts as a mark without an original, and how much less a weaker one may weigh.
_MIN_WEIGHT, _LIKE_WEIGHT = 0.5, 0.85
# What weighs more than all that only looks like a mark.
_PROVEN = 1.2
# From where on a line's colour is too uneven, or too weak, for a pen's.
_EVEN, _UNEVEN, _STRONG = 12, 70, 150
_MAX_COVER, _SAME_AREA = 0.75, 0.4
_MIN_AREA = 0.001
_MAX_SCATTER = 20
_MIN_AROUND, _MIN_VIVID, _SAME_COLOUR, _MAX_DENSITY = 0.8, 70, 40, 0.6


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
    def box(self) -> tuple[int, int, int, int]:
        """The box around the area and its strokes, on the small copy."""
        return find_box(self.area | self.strokes)


def find_by_original(base: Image.Image, marked: Image.Image) -> list[FoundArea]:
    """Return what was drawn on `base` to give `marked`; nothing for another picture."""
    if abs(base.width / base.height - marked.width / marked.height) > _MAX_ASPECT_DIFFERENCE:
        return []
    size = choose_work_size(base.size)
    before, after = (load_pixels(picture, size) for picture in (base, marked))
    changed = find_changed(before, after)
    if changed is None:
        return []
    found = [_describe_drawn(before, after, shape) for shape in trace_shapes(changed)]
    return sort_by_place([area for area in found if area is not None])


def _describe_drawn(before: Pixels, after: Pixels, shape: Shape) -> FoundArea | None:
    """Return what was drawn; None for a solid grey thing, which is a window or a badge.

    Grey strokes may be letters: they are less sure to be a mark than an outline or a colour.
    """
    colour = find_colour(after, shape.strokes)
    is_grey = shape.kind == BRUSH and max(colour) - min(colour) < _MIN_VIVID
    # Half of blue over red is grey, too.
    is_grey = is_grey and not is_painted(before, after, shape.strokes)
    left, top, right, bottom = find_box(shape.strokes)
    if is_grey and shape.strokes.sum() > _MAX_DENSITY * (right - left) * (bottom - top):
        return None
    return FoundArea(shape.area, shape.strokes, shape.kind, colour, 0.6 if is_grey else 1.0)


def find_by_colour(picture: Image.Image) -> list[FoundArea]:
    """Return the areas that look marked, those of like weight; nothing if none does."""
    pixels = load_pixels(picture, choose_work_size(picture.size))
    found = list[FoundArea]()
    for ink in find_inks(pixels):
        shapes = trace_shapes(ink.bits)
        # Leaves and windows are of one colour too, in many pieces.
        if len(shapes) <= _MAX_SCATTER:
            found += [area for shape in shapes if (area := _weigh(pixels, ink, shape))]
    for bits in find_brushes(pixels):
        found.append(FoundArea(fill(bits), bits, BRUSH, find_colour(pixels, bits), _PROVEN))
    return sort_by_place(_select_likely(found))


def _select_likely(found: list[FoundArea]) -> list[FoundArea]:
    """Return the areas that weigh about as much as the heaviest, each once."""
    heaviest = max((area.weight for area in found), default=0.0)
    likely = [area for area in found if area.weight >= _LIKE_WEIGHT * heaviest]
    kept = list[FoundArea]()
    # The edges of a thick line look like lines of their own, which enclose less.
    for area in sorted(likely, key=lambda area: (-round(4 * area.weight), -int(area.area.sum()))):
        if not any(_is_same(area.area, other.area) for other in kept):
            kept.append(area)
    return kept


def _weigh(pixels: Pixels, ink: Ink, shape: Shape) -> FoundArea | None:
    """Return an area with how much it looks like a mark; None if it does not at all."""
    share = float(shape.area.mean())
    if not _MIN_AREA <= share <= _MAX_COVER:
        return None
    if shape.kind == OUTLINE:
        weight = _weigh_outline(pixels, ink, shape)
    elif shape.kind == BRUSH:
        weight = _weigh_brush(pixels, ink, shape)
    else:
        weight = 0.6 if not ink.is_pale else 0.0
    if weight < _MIN_WEIGHT:
        return None
    colour = find_colour(pixels, shape.strokes)
    return FoundArea(shape.area, shape.strokes, shape.kind, colour, weight)


def _weigh_outline(pixels: Pixels, ink: Ink, shape: Shape) -> float:
    """Weigh a closed line: of one colour, thin against what it encloses, all the way around."""
    if is_thick(shape.strokes) or ink.is_pale:
        return 0.0
    inside = shrink(shape.area, 2) & ~grow(shape.strokes, 1)
    if inside.sum() < 0.25 * shape.area.sum():
        return 0.0
    rim = shape.area & ~shrink(shape.area, 3)
    around = float((rim & grow(shape.strokes, 3)).sum() / max(1, rim.sum()))
    colour = np.median(pixels[shape.strokes], axis=0)
    if around < _MIN_AROUND or np.ptp(colour) < _MIN_VIVID:
        return 0.0
    # The edge of a button is no line: what it encloses has its colour.
    alike = np.abs(pixels[inside] - colour).max(axis=1) <= _SAME_COLOUR
    if alike.mean() > 0.5:
        return 0.0
    core = shrink(shape.strokes, 1)
    core = core if core.sum() > 0.2 * shape.strokes.sum() else shape.strokes
    colour = np.median(pixels[core], axis=0)
    spread = float(np.percentile(np.abs(pixels[core] - colour).max(axis=1), 75))
    weak = max(0.0, _STRONG - float(np.ptp(colour))) / _STRONG
    return max(0.0, around - max(0.0, spread - _EVEN) / _UNEVEN - weak)


def _weigh_brush(pixels: Pixels, ink: Ink, shape: Shape) -> float:
    """Weigh a blot of one hue: more if the picture shows through it, and its edge is sharp."""
    strokes = fill(shape.strokes)
    left, top, right, bottom = find_box(strokes)
    height, width = strokes.shape
    is_cut = (left == 0) + (top == 0) + (right == width) + (bottom == height)
    if is_cut > 1 or strokes.sum() < 4 * _MIN_AREA * strokes.size:
        return 0.0
    strength = measure_strength(pixels)
    inner, outer = strokes & ~shrink(strokes, 4), grow(strokes, 6) & ~grow(strokes, 2)
    step = float(np.median(strength[inner])) - float(np.median(strength[outer]))
    hues = np.radians(compute_hues(pixels, strength)[strokes])
    unity = float(np.hypot(np.cos(hues).mean(), np.sin(hues).mean()))
    if step < 30 or unity < 0.93:
        return 0.0
    # A button of a page is flat; through a brush's stroke one sees what is under it.
    brightness = pixels[strokes].mean(axis=1)
    shows_through = float(brightness.std()) > 6 and ink.is_pale
    return (0.72 if shows_through else 0.47) + min(0.05, step / 1_000)


def _is_same(one: Bits, other: Bits) -> bool:
    both = float((one & other).sum())
    return both > _SAME_AREA * float(min(one.sum(), other.sum()))


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


def choose_work_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return the size of the small copy of a picture."""
    scale = min(1.0, WORK_SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def load_pixels(picture: Image.Image, size: tuple[int, int]) -> Pixels:
    """Return the pixels of a picture in a size, on white where it is transparent."""
    if picture.mode != "RGB":
        white = Image.new("RGB", picture.size, (255, 255, 255))
        layer = picture.convert("RGBA")
        white.paste(layer, mask=layer.getchannel("A"))
        picture = white
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    pixels: Pixels = np.asarray(picture, dtype=np.int16)
    return pixels
