"""Builds pictures of which the left half was drawn anew, and the masks of that half."""

from __future__ import annotations

import numpy as np
from PIL import Image

from bot.files.masking.masks import draw_cells, encode_mask
from tests.support.pictures import encode_picture

SIZE = (96, 64)
LEFT_HALF = [(0.0, 0.0, 0.5, 1.0)]
MASK = encode_mask(draw_cells(SIZE, LEFT_HALF))


def build_plain(colour: tuple[int, int, int], size: tuple[int, int] = SIZE) -> Image.Image:
    return Image.new("RGB", size, colour)


GREY = build_plain((100, 100, 100))
SENT = encode_picture(GREY)
EXIF = Image.Exif()
EXIF[0x0112] = 6  # a quarter turn


def build_drawn(drift: int) -> bytes:
    """Return a picture that is red on the left, and grey but for `drift` on the right."""
    picture = build_plain((100 + drift,) * 3)
    picture.paste((255, 0, 0), (0, 0, 48, 64))
    return encode_picture(picture)


def draw_grain(size: tuple[int, int]) -> Image.Image:
    """Return a grey picture that is another at each pixel."""
    values = np.random.default_rng(7).integers(96, 105, (size[1], size[0], 3))
    return Image.fromarray(values.astype(np.uint8))
