"""Writes words on pictures, and tells what no font at hand can write. Pure Pillow."""

from __future__ import annotations

from functools import cache

from PIL import Image, ImageDraw, ImageFont

from bot.playground.drawing.colours import RGB

_NOT_A_LETTER = "\uffff"


@cache
def can_write(letter: str) -> bool:
    """Whether the font has a letter; what it has not, it shows as an empty box."""
    font = ImageFont.load_default(24)
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask(_NOT_A_LETTER))


def write_caption(picture: Image.Image, text: str) -> None:
    """Write `text` along the lower edge of `picture`, on a dark band."""
    draw = ImageDraw.Draw(picture, "RGBA")
    size = max(14, min(picture.height // 12, int(picture.width * 1.5 / max(len(text), 1))))
    font = ImageFont.load_default(size)
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    x, y = (picture.width - (right - left)) / 2, picture.height - (bottom - top) - size
    draw.rectangle((0, y - size / 2, picture.width, picture.height), fill=(20, 20, 28, 170))
    draw.text((x, y - top / 2), text, font=font, fill=(255, 255, 250, 255))


def write_title(
    picture: Image.Image, text: str, middle: float, colour: RGB, *, share: float
) -> None:
    """Write `text` large around the height `middle`, a share of the picture's.

    A larger `share` of the width lets the letters be larger.
    """
    draw = ImageDraw.Draw(picture)
    size = max(14, min(picture.height // 7, int(picture.width * share / max(len(text), 1))))
    font = ImageFont.load_default(size)
    position = (picture.width / 2, picture.height * middle)
    draw.text(position, text, font=font, fill=colour, anchor="mm")
