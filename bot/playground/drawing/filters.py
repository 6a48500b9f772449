"""Changes the whole of a picture: light, colours, sharpness, form. Pure Pillow.

A filter is a word, with a number behind a space where it takes one: "rotate 90".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from bot.playground.drawing.colours import COLOURS

PictureFilter = Callable[[Image.Image, str], Image.Image]


def apply_filters(picture: Image.Image, names: Sequence[str]) -> Image.Image:
    """Return the picture, RGB or RGBA, with every filter applied; transparency stays."""
    for name in names:
        word, _, value = name.partition(" ")
        if picture.mode == "RGBA" and word not in _FORM_FILTERS:
            changed = _FILTERS[word](picture.convert("RGB"), value)
            changed.putalpha(picture.getchannel("A"))
            picture = changed
        else:
            picture = _FILTERS[word](picture, value)
    return picture


def _erase(picture: Image.Image, _value: str) -> Image.Image:
    """Leave nothing but an even ground."""
    return picture.resize((4, 4), Image.Resampling.BOX).resize(
        picture.size, Image.Resampling.BICUBIC
    )


def _make_grey(picture: Image.Image, _value: str) -> Image.Image:
    return ImageOps.grayscale(picture).convert("RGB")


def _rotate(picture: Image.Image, value: str) -> Image.Image:
    """Turn to the right by `value` degrees; what is new in the corners is white or transparent."""
    angle = -int(value or 90)
    fill = (255, 255, 255, 0) if picture.mode == "RGBA" else (255, 255, 255)
    return picture.rotate(angle, expand=True, fillcolor=fill)


def _tint(picture: Image.Image, value: str) -> Image.Image:
    grey = ImageOps.grayscale(picture)
    tint = ImageOps.colorize(grey, (12, 12, 16), (255, 255, 250), mid=COLOURS[value])
    return Image.blend(picture, tint, 0.7)


def _make_sepia(picture: Image.Image, _value: str) -> Image.Image:
    return ImageOps.colorize(ImageOps.grayscale(picture), (40, 26, 13), (255, 240, 210))


def _crop(picture: Image.Image, _value: str) -> Image.Image:
    side = min(picture.size)
    return ImageOps.fit(picture, (side, side))


def _halve(picture: Image.Image, _value: str) -> Image.Image:
    return picture.resize((max(1, picture.width // 2), max(1, picture.height // 2)))


def _enlarge(picture: Image.Image, _value: str) -> Image.Image:
    return picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.LANCZOS)


def _add_border(picture: Image.Image, _value: str) -> Image.Image:
    fill = (250, 250, 245, 255) if picture.mode == "RGBA" else (250, 250, 245)
    return ImageOps.expand(picture, max(8, min(picture.size) // 25), fill)


def _paint_watercolour(picture: Image.Image, _value: str) -> Image.Image:
    """Let the colours run together in patches, with darker rims, on paper."""
    small = picture.resize((max(1, picture.width // 2), max(1, picture.height // 2)))
    patches = small.filter(ImageFilter.ModeFilter(9)).resize(picture.size).filter(
        ImageFilter.GaussianBlur(2)
    )  # fmt: skip
    pale = Image.blend(patches, Image.new("RGB", picture.size, (252, 248, 238)), 0.25)
    rims = ImageOps.invert(ImageOps.grayscale(patches.filter(ImageFilter.FIND_EDGES)))
    rims = rims.point(lambda value: max(180, value))
    return ImageChops.multiply(pale, rims.convert("RGB"))


def _draw_in_pencil(picture: Image.Image, _value: str) -> Image.Image:
    grey = ImageOps.grayscale(picture)
    blurred = ImageOps.invert(grey).filter(ImageFilter.GaussianBlur(8))
    return (
        ImageChops.add(grey, blurred)
        .point(lambda value: max(0, 255 - 4 * (255 - value)))
        .convert("RGB")
    )


def _make_pixels(picture: Image.Image, _value: str) -> Image.Image:
    small = picture.resize((max(1, picture.width // 24), max(1, picture.height // 24)))
    return small.resize(picture.size, Image.Resampling.NEAREST)


_FORM_FILTERS = ("rotate", "mirror", "flip", "crop", "halve", "double", "border")
_FILTERS: dict[str, PictureFilter] = {
    "crop": _crop,
    "rotate": _rotate,
    "mirror": lambda picture, _: ImageOps.mirror(picture),
    "flip": lambda picture, _: ImageOps.flip(picture),
    "grey": _make_grey,
    "sepia": _make_sepia,
    "tint": _tint,
    "brighten": lambda picture, _: ImageEnhance.Brightness(picture).enhance(1.35),
    "darken": lambda picture, _: ImageEnhance.Brightness(picture).enhance(0.65),
    "contrast": lambda picture, _: ImageEnhance.Contrast(picture).enhance(1.5),
    "vivid": lambda picture, _: ImageEnhance.Color(picture).enhance(1.6),
    "pale": lambda picture, _: ImageEnhance.Color(picture).enhance(0.5),
    "erase": _erase,
    "blur": lambda picture, _: picture.filter(ImageFilter.GaussianBlur(6)),
    "sharpen": lambda picture, _: picture.filter(ImageFilter.SHARPEN),
    "invert": lambda picture, _: ImageOps.invert(picture),
    "watercolour": _paint_watercolour,
    "pencil": _draw_in_pencil,
    "pixelate": _make_pixels,
    "halve": _halve,
    "double": _enlarge,
    "border": _add_border,
}
