"""Turns pictures by any number of degrees. Runs in a sandbox process."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

from PIL import Image

from bot.files.editing.canvas import find_margin_colour

Matrix: TypeAlias = tuple[float, float, float, float, float, float]

# The weights of 16 pixels for each pixel keep the small words of screenshots and scans sharp, and
# take twice the time of those of four.
_MAX_FINE_PIXELS = 6_500_000
_MAX_PIXELS_AT_ONCE = 2_500_000
_THREADS = 2
_DIGITS = 15
_QUARTERS: dict[float, Image.Transpose] = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def turn(picture: Image.Image, degrees: float, colour: str) -> Image.Image:
    """Return a picture turned clockwise; what is left empty has `colour`, as margins have it."""
    if degrees in _QUARTERS:
        return picture.transpose(_QUARTERS[degrees])
    margin = find_margin_colour(picture, colour)
    source = picture.convert("RGBA") if len(margin) == 4 else picture
    return rotate(source, degrees, margin)


def rotate(picture: Image.Image, degrees: float, colour: tuple[int, ...]) -> Image.Image:
    """Return a picture in RGB or RGBA turned clockwise, on a canvas that holds all of it."""
    pixels = picture.width * picture.height
    if pixels <= _MAX_PIXELS_AT_ONCE:
        return picture.rotate(-degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=colour)
    size, matrix = compute_rotation(picture.size, degrees)
    is_fine = pixels <= _MAX_FINE_PIXELS
    resampling = Image.Resampling.BICUBIC if is_fine else Image.Resampling.BILINEAR
    # The colour of what cannot be seen must not mix with what is next to it.
    source = picture.convert("RGBa") if picture.mode == "RGBA" else picture
    edges = [size[1] * number // _THREADS for number in range(_THREADS + 1)]

    def turn_rows(top: int, bottom: int) -> Image.Image:
        across, down, shift, across_y, down_y, shift_y = matrix
        moved = (across, down, shift + down * top, across_y, down_y, shift_y + down_y * top)
        return source.transform(
            (size[0], bottom - top),
            Image.Transform.AFFINE,
            moved,
            resampling,
            fillcolor=colour,
        )

    turned = Image.new(source.mode, size)
    with ThreadPoolExecutor(_THREADS) as threads:
        for top, strip in zip(edges, threads.map(turn_rows, edges, edges[1:]), strict=False):
            turned.paste(strip, (0, top))
    return turned.convert(picture.mode) if source is not picture else turned


def compute_rotation(size: tuple[int, int], degrees: float) -> tuple[tuple[int, int], Matrix]:
    """Return the size of the canvas, and where in a picture of `size` each of its pixels lies.

    The matrix is the one of Pillow's transformation: x = a * x' + b * y' + c, then y.
    """
    angle = math.radians(degrees)
    cosine, sine = round(math.cos(angle), _DIGITS), round(math.sin(angle), _DIGITS)
    middle_x, middle_y = size[0] / 2, size[1] / 2
    # The picture's middle becomes that of the canvas.
    half_width = abs(cosine) * middle_x + abs(sine) * middle_y
    half_height = abs(sine) * middle_x + abs(cosine) * middle_y
    canvas = (
        math.ceil(middle_x + half_width) - math.floor(middle_x - half_width),
        math.ceil(middle_y + half_height) - math.floor(middle_y - half_height),
    )
    shift_x = middle_x - (cosine * canvas[0] + sine * canvas[1]) / 2
    shift_y = middle_y - (cosine * canvas[1] - sine * canvas[0]) / 2
    return canvas, (cosine, sine, shift_x, -sine, cosine, shift_y)
