"""Changes a picture that was sent, of which nothing is known but its pixels. Pure Pillow."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageOps

from bot.playground.drawing.colours import RGB
from bot.playground.drawing.kinds.things import THINGS
from bot.playground.drawing.kinds.worn import HAT_KINDS, WEARS
from bot.playground.drawing.pen import Pen

_OVERSAMPLE = 2
_COLOURS_OF_STYLE = 12
# Where something worn goes on a picture whose head is not known: middle, and width.
_WORN_AT = {"head": (0.5, 0.27, 0.26), "eyes": (0.5, 0.4, 0.24), "neck": (0.5, 0.62, 0.26)}


def add_thing(picture: Image.Image, word: str, colour: RGB | None, number: int) -> Image.Image:
    """Draw a thing into a lower corner: the right one for the first thing, then the left one."""
    kind, short = THINGS[word], min(picture.size)
    size = short * 0.38
    x = picture.width - size * 0.62 if number % 2 == 0 else size * 0.62
    layer, pen = _open_layer(picture, (x, picture.height - size * 0.6), size)
    kind.draw(pen, colour or kind.colour)
    return _lay_over(picture, layer)


def add_worn(picture: Image.Image, word: str, colour: RGB | None, variation: int) -> Image.Image:
    """Draw something worn into the middle, where a head is in many pictures."""
    word = HAT_KINDS[(variation - 1) % len(HAT_KINDS)] if word == "hat" else word
    wear, short = WEARS[word], min(picture.size)
    across, down, width = _WORN_AT[wear.place]
    place = (picture.width * across, picture.height * down)
    layer, pen = _open_layer(picture, place, short * width)
    wear.draw(pen, colour or wear.colour)
    return _lay_over(picture, layer)


def _open_layer(
    picture: Image.Image, place: tuple[float, float], size: float
) -> tuple[Image.Image, Pen]:
    """Return an empty layer over the picture, and a pen for it."""
    large = picture.width * _OVERSAMPLE, picture.height * _OVERSAMPLE
    layer = Image.new("RGBA", large)
    x, y = place[0] * _OVERSAMPLE, place[1] * _OVERSAMPLE
    return layer, Pen(ImageDraw.Draw(layer), x, y, size * _OVERSAMPLE)


def _lay_over(picture: Image.Image, layer: Image.Image) -> Image.Image:
    whole = picture.convert("RGBA")
    whole.alpha_composite(layer.resize(picture.size, Image.Resampling.LANCZOS))
    return whole.convert(picture.mode)


def fit_form(picture: Image.Image, form: tuple[int, int]) -> Image.Image:
    """Cut the picture to the proportions of `form`, around its middle."""
    scale = min(picture.width / form[0], picture.height / form[1])
    size = max(1, round(form[0] * scale)), max(1, round(form[1] * scale))
    return ImageOps.fit(picture, size)


def take_colours(picture: Image.Image, style: Image.Image) -> Image.Image:
    """Return the picture in the main colours of another one."""
    palette = style.convert("RGB").quantize(_COLOURS_OF_STYLE)
    recoloured = picture.convert("RGB").quantize(palette=palette, dither=Image.Dither.NONE)
    return recoloured.convert("RGB")


def put_side_by_side(pictures: Sequence[Image.Image]) -> Image.Image:
    """Return all pictures in one row, each as high as the lowest of them."""
    height = min(picture.height for picture in pictures)
    row = [
        picture.convert("RGB").resize((max(1, picture.width * height // picture.height), height))
        for picture in pictures
    ]
    whole = Image.new("RGB", (sum(one.width for one in row), height))
    x = 0
    for one in row:
        whole.paste(one, (x, 0))
        x += one.width
    return whole
