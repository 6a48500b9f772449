"""Draws on pictures as people do, and reads what comes of it: the mask, and what changed."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from tests.support.pictures import encode_picture
from tests.support.provider_settings import build_openai_settings

Box = tuple[int, int, int, int]
OPENAI = build_openai_settings()


def build_photo(*circles: Box, size: tuple[int, int] = (640, 480)) -> bytes:
    """Return a bluish picture with magenta circles on it."""
    wide = Image.linear_gradient("L").resize(size)
    picture = Image.merge("RGB", [wide.point(lambda v, n=n: v // 3 + n) for n in (60, 90, 130)])
    pen = ImageDraw.Draw(picture)
    for circle in circles:
        pen.ellipse(circle, outline=(255, 0, 200), width=6)
    return encode_picture(picture)


def read_mask(tool: dict[str, Any]) -> Image.Image:
    data = base64.b64decode(tool["input_image_mask"]["image_url"].partition(",")[2])
    return Image.open(io.BytesIO(data))


def is_open(tool: dict[str, Any], place: tuple[int, int]) -> bool:
    """Whether the mask lets the picture change there."""
    alpha = read_mask(tool).getchannel("A").getpixel(place)
    assert isinstance(alpha, int)
    return alpha < 128


def measure_changes(one: bytes, other: bytes, box: Box) -> tuple[int, float]:
    """Return how far two pictures differ: at most outside of a box, in the mean within it."""
    first, second = (
        np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), np.int16) for data in (one, other)
    )
    difference = np.abs(first - second).max(axis=2)
    inside = np.zeros(difference.shape, bool)
    inside[box[1] : box[3], box[0] : box[2]] = True
    return int(difference[~inside].max()), float(difference[inside].mean())
