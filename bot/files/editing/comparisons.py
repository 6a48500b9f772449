"""Lays two pictures over each other: what differs, or both at once. Runs in a sandbox process."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

from PIL import Image, ImageChops

from bot.domain.pictures.sizes import limit_sides
from bot.files.editing.opening import count_pixels, open_picture, translate_for_pillow
from bot.files.editing.png import encode_png
from bot.files.unreadable import UnreadableError, build_unreadable_error

# Large enough to see every change.
MAX_SIDE = 1_500
# How much a pixel has to differ, of 255: smaller differences come from compression.
_MIN_DIFFERENCE = 24
_SAME_SHAPE = 0.02
_MARK = (255, 0, 170)
# The lightness of black in what is compared: it shall not hide the marks.
_DARKEST = 90
_GREYS = 128
# Of larger pictures one after the other is decoded: both together would take too much memory.
_MAX_PIXELS_AT_ONCE = 60_000_000


def open_both(name: str, first: bytes, second: bytes) -> tuple[Image.Image, Image.Image]:
    """Decode two pictures at the same time, as `open_reduced` does. Raises `UnreadableError`."""
    try:
        # Once: a drawing would be drawn again for each look at it.
        first, second = (translate_for_pillow(name, data) for data in (first, second))
        if sum(count_pixels(name, data) for data in (first, second)) <= _MAX_PIXELS_AT_ONCE:
            with ThreadPoolExecutor(2) as threads:
                one, other = threads.map(
                    lambda data: open_reduced(name, data, is_strict=True), (first, second)
                )
            return one, other
    except UnreadableError:
        # One after the other what is left of a damaged picture is found, or what is wrong is told.
        pass
    return open_reduced(name, first), open_reduced(name, second)


def open_reduced(name: str, data: bytes, *, is_strict: bool = False) -> Image.Image:
    """Decode a picture at the whole fraction of its size that is nearest to `MAX_SIDE`.

    It is in RGB, and in RGBa where it may be transparent. The mean of four pixels takes a tenth of
    the time of a finer filter. Raises `UnreadableError`; `is_strict` is that of `open_picture`.
    """
    picture = open_picture(name, data, is_strict=is_strict).picture
    if picture.mode == "RGBA":
        picture = picture.convert("RGBa")
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
    out = io.BytesIO()
    _draw_marked(other, changed).save(out, "PNG", compress_level=2)
    return out.getvalue(), share


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
    # To be looked at once: better compression would take longer than all the rest.
    return encode_png(Image.blend(one, other, 0.5))


def _convert_both(
    names: str, first: Image.Image, second: Image.Image
) -> tuple[Image.Image, Image.Image]:
    """Return both in RGB and in the size of the smaller."""
    ratios = [picture.width / picture.height for picture in (first, second)]
    if abs(ratios[0] / ratios[1] - 1) > _SAME_SHAPE:
        raise build_unreadable_error(names, "other shape")
    size = limit_sides(min(first.size, second.size), MAX_SIDE)
    one, other = (
        _lay_on_white(picture).resize(size, reducing_gap=3.0) for picture in (first, second)
    )
    return one, other


def _lay_on_white(picture: Image.Image) -> Image.Image:
    """Return a picture in RGB; what is transparent in one in RGBa becomes white."""
    if picture.mode != "RGBa":
        return picture
    alpha = picture.getchannel("a").point(lambda value: 255 - value)
    # What is premultiplied needs only the white added that shows through.
    *bands, _ = picture.split()
    return Image.merge("RGB", [ImageChops.add(band, alpha) for band in bands])
