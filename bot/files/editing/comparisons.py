"""Lays two pictures over each other: what differs, or both at once. Runs in a sandbox process."""

from __future__ import annotations

import io

from PIL import Image, ImageChops

from bot.files.editing.encoding import has_transparency
from bot.files.editing.opening import open_picture
from bot.files.unreadable import build_unreadable_error

# Large enough to see every change.
MAX_SIDE = 1_500
# How much a pixel has to differ, of 255: smaller differences come from compression.
_MIN_DIFFERENCE = 24
_SAME_SHAPE = 0.02
_MARK = (255, 0, 170)
# The lightness of black in what is compared: it shall not hide the marks.
_DARKEST = 90
_GREYS = 128


def open_reduced(name: str, data: bytes) -> Image.Image:
    """Decode a picture at the whole fraction of its size that is nearest to `MAX_SIDE`.

    The mean of four pixels takes a tenth of the time of a finer filter. Raises `UnreadableError`.
    """
    picture = open_picture(name, data).picture
    if picture.mode == "RGBA" and not has_transparency(picture):
        # As screenshots of some systems are. Weighing each pixel's alpha would take longer.
        picture = picture.convert("RGB")
    factor = round(max(picture.size) / MAX_SIDE)
    return picture.reduce(factor) if factor > 1 else picture


def draw_difference(names: str, first: Image.Image, second: Image.Image) -> tuple[bytes, float]:
    """Draw the second picture in pale grey with what differs in a colour; return its share.

    Raises `UnreadableError` for pictures of different shapes.
    """
    one, other = _convert_both(names, first, second)
    red, green, blue = ImageChops.difference(one, other).split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    changed = strongest.point(lambda value: 255 if value >= _MIN_DIFFERENCE else 0)
    share = changed.histogram()[255] / (one.width * one.height)
    return _encode(_draw_marked(other, changed)), share


def _draw_marked(picture: Image.Image, changed: Image.Image) -> Image.Image:
    """Draw a picture in pale grey, with what changed in a colour.

    It has one byte a pixel, half of the palette for what changed: that is encoded in a third of
    the time.
    """
    greys = picture.convert("L").point(lambda value: value * (_GREYS - 1) // 255)
    marks = changed.point(lambda value: _GREYS if value else 0)
    drawn = ImageChops.add(greys, marks)
    pale = [_DARKEST + step * (255 - _DARKEST) // (_GREYS - 1) for step in range(_GREYS)]
    marked = [(grey + 3 * mark) // 4 for grey in pale for mark in _MARK]
    drawn.putpalette([grey for grey in pale for _ in range(3)] + marked)
    return drawn


def draw_overlay(names: str, first: Image.Image, second: Image.Image) -> bytes:
    """Draw both pictures half transparent over each other. Raises `UnreadableError`."""
    one, other = _convert_both(names, first, second)
    return _encode(Image.blend(one, other, 0.5))


def _encode(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    # To be looked at once: more would take longer than all the rest.
    picture.save(out, "PNG", compress_level=2)
    return out.getvalue()


def _convert_both(
    names: str, first: Image.Image, second: Image.Image
) -> tuple[Image.Image, Image.Image]:
    """Return both in RGB and in the size of the smaller."""
    ratios = [picture.width / picture.height for picture in (first, second)]
    if abs(ratios[0] / ratios[1] - 1) > _SAME_SHAPE:
        raise build_unreadable_error(names, "other shape")
    smaller = min(first.size, second.size)
    scale = min(1.0, MAX_SIDE / max(smaller))
    size = (max(1, round(smaller[0] * scale)), max(1, round(smaller[1] * scale)))
    one, other = (
        _convert_to_rgb(picture).resize(size, reducing_gap=3.0) for picture in (first, second)
    )
    return one, other


def _convert_to_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    white = Image.new("RGB", picture.size, (255, 255, 255))
    white.paste(picture, mask=picture.getchannel("A"))
    return white
