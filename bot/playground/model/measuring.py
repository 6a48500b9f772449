"""Measures a picture: its size, light and main colours. Pure."""

from __future__ import annotations

import io

from PIL import Image

from bot.playground.drawing.colours import find_main_colours


def describe_picture(data: bytes) -> str:
    """Describe the size, format, light and main colours of a picture."""
    with Image.open(io.BytesIO(data)) as picture:
        width, height, kind = picture.width, picture.height, picture.format
        colours = find_main_colours(picture)
        pixel = picture.convert("L").resize((1, 1)).getpixel((0, 0))
    brightness = pixel if isinstance(pixel, int | float) else 0
    light = "dark" if brightness < 85 else "bright" if brightness > 170 else "balanced"
    shape = "square" if width == height else "wide" if width > height else "tall"
    mostly = " and ".join(colours) or "many colours"
    return f"A {shape} {kind} picture of **{width} × {height}** pixels, {light}, mostly {mostly}."
