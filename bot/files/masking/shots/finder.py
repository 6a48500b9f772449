"""Finds what was drawn on a copy or a screenshot of a known picture, and where on the picture.

Runs in a sandbox process.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image

from bot.domain.pictures.sight import Shares
from bot.domain.pictures.sizes import limit_sides
from bot.files.masking.bits import Bits
from bot.files.masking.finder import (
    WORK_SIDE,
    FoundArea,
    find_by_original,
    find_drawn,
    load_copies,
    load_pixels,
    sort_by_place,
)
from bot.files.masking.shots.bars import clear_corners
from bot.files.masking.shots.place import cut_shown, find_place
from bot.files.masking.shots.sameness import is_drawn_on_it


def find_on_copy(picture: Image.Image, copy: Image.Image) -> list[FoundArea]:
    """Return what was drawn on what may be a copy or a screenshot of `picture`, of any others."""
    found = find_by_original(picture, copy)
    if found and is_drawn_on_it(*load_copies(picture, copy), found):
        return found
    return find_on_screenshot(picture, copy)


def find_on_screenshot(picture: Image.Image, shot: Image.Image) -> list[FoundArea]:
    """Return what one pen drew on a screenshot of `picture`; nothing where it shows another one."""
    own, shown = (_lay_on_white(each) for each in (picture, shot))
    place = find_place(own, shown)
    pair = None if place is None else cut_shown(own, shown, place, WORK_SIDE)
    if place is None or pair is None:
        return []
    before, after = (load_pixels(each, each.size) for each in pair)
    after = clear_corners(before, after)
    found = find_drawn(before, after)
    # What an app lays over a picture, such as a button or a cursor, looks less like a mark.
    is_sure = all(area.weight >= 1 for area in found)
    if not (is_sure and is_drawn_on_it(before, after, found)):
        return []
    size = limit_sides(picture.size, WORK_SIDE)
    moved = [
        replace(
            area,
            area=_move(area.area, place.part, size),
            strokes=_move(area.strokes, place.part, size),
        )
        for area in found
    ]
    return sort_by_place([area for area in moved if area.area.any()])


def _lay_on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    layer = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")


def _move(bits: Bits, part: Shares, size: tuple[int, int]) -> Bits:
    """Return a set of the part of a picture that is shown as one of the whole, of that size."""
    left, top, right, bottom = (
        round(share * side) for share, side in zip(part, (*size, *size), strict=True)
    )
    scaled = Image.fromarray(bits.astype(np.uint8) * 255).resize(
        (max(1, right - left), max(1, bottom - top)), Image.Resampling.BILINEAR
    )
    moved = np.zeros((size[1], size[0]), np.bool_)
    kept = np.asarray(scaled)[: size[1] - top, : size[0] - left] > 127
    moved[top : top + kept.shape[0], left : left + kept.shape[1]] = kept
    return moved
