"""Finds the paper of a picture, on which nothing is drawn, and lays what is transparent on one.

Runs in a sandbox process.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from PIL import Image, ImageChops, ImageStat

from bot.domain.pictures.sight import Box
from bot.files.readers.detail.turning import compute_upright_size

# Ink that is lighter than this, of 255, is laid on black.
_LIGHT_INK = 128
# The picture is looked at in blocks of as many pixels a side: thin text darkens them by more than
# a compressed file does.
_BLOCK, _MIN_STEP = 8, 6
# What is around the content is shown as well, in pixels; all of it, unless that is much more.
_MARGIN, _MAX_SHARE = 48, 0.6
# Of a larger picture no copy is made: that takes too much memory.
_MAX_PIXELS = 40_000_000
# What is mostly seen through is a shadow, or the edge of a letter.
_IS_INK = [255 * (level >= 128) for level in range(256)]
# Scanned or photographed paper is never as even as a part on which nothing is drawn.
_MAX_BLANK_RANGE = 12


def make_opaque(
    picture: Image.Image, convert_to_rgb: Callable[[Image.Image], Image.Image]
) -> Image.Image:
    """Return a loaded picture of any mode in L or RGB, what is transparent in it on paper."""
    is_plain = picture.mode in ("L", "RGB") and "transparency" not in picture.info
    colours = picture if is_plain else convert_to_rgb(picture)
    return lay_on_paper(colours) if colours.mode == "RGBA" else colours


def lay_on_paper(picture: Image.Image) -> Image.Image:
    """Return a picture in RGBA in RGB: on white, or on black if what is drawn on it is light."""
    colours, opacity = picture.convert("RGB"), picture.getchannel("A")
    if opacity.getextrema() == (255, 255):
        return colours
    ink = ImageStat.Stat(colours.convert("L"), opacity.point(_IS_INK))
    is_light = ink.count[0] > 0 and ink.mean[0] >= _LIGHT_INK
    paper = Image.new("RGB", picture.size, "black" if is_light else "white")
    paper.paste(colours, mask=opacity)
    return paper


def is_blank(picture: Image.Image) -> bool:
    """Whether nothing is drawn on a picture in RGB."""
    ranges = ImageStat.Stat(picture).extrema
    return all(most - least <= _MAX_BLANK_RANGE for least, most in ranges)


def find_drawn_box(
    picture: Image.Image,
    transpose: Image.Transpose | None,
    convert_to_rgb: Callable[[Image.Image], Image.Image],
) -> Box | None:
    """Return the part of a loaded picture, upright, on which something is drawn, with a margin.

    None if that is most of it, if nothing is drawn at all, and for very large pictures.
    """
    width, height = compute_upright_size(picture.size, transpose)
    if width * height > _MAX_PIXELS or min(width, height) < _BLOCK:
        return None
    drawn = _mark_drawn(make_opaque(picture, convert_to_rgb).reduce(_BLOCK))
    found = (drawn if transpose is None else drawn.transpose(transpose)).getbbox()
    if found is None:
        return None
    left, top, right, bottom = (edge * _BLOCK for edge in found)
    box = (
        max(0, left - _MARGIN),
        max(0, top - _MARGIN),
        min(width, right + _MARGIN),
        min(height, bottom + _MARGIN),
    )
    share = (box[2] - box[0]) * (box[3] - box[1]) / (width * height)
    return box if share <= _MAX_SHARE else None


def _mark_drawn(blocks: Image.Image) -> Image.Image:
    """Return which blocks are not paper. Red on a blue as light as it differs in colour alone."""
    marks = list[Image.Image]()
    for channel in blocks.split():
        levels = channel.histogram()
        paper = levels.index(max(levels))
        marks.append(channel.point([255 * (abs(one - paper) >= _MIN_STEP) for one in range(256)]))
    return functools.reduce(ImageChops.lighter, marks)
