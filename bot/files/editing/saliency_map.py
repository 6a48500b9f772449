"""Computes where a picture stands out: far in colour from the borders of its own rows and from most
of the picture, or full of edges. Synchronous; runs in a sandbox process.
"""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter, ImageStat

from bot.domain.pictures.sizes import limit_sides

_MAP_SIDE = 128
# Colours to which a picture is reduced to see which are far from most of it, and how much of what
# stands out in its row is left where its colour is everywhere.
_COLOURS, _COMMON_SHARE = 24, 0.3
_CENTRE_WEIGHT = 0.45
# Red and yellow are seen before green and blue: these lose a fifth, from what in Cr is no warm hue.
_COLD_SHARE, _WARM_CR = 0.8, 150


def compute_saliency(small: Image.Image, alpha: Image.Image | None) -> Image.Image:
    """Return a grey picture that is light where something stands out in a small one."""
    by_rows = _measure_distance(small, _build_background(small))
    rare = _measure_rarity(small).point(
        lambda value: int(255 * _COMMON_SHARE + value * (1 - _COMMON_SHARE))
    )
    by_rows = ImageChops.multiply(by_rows, rare)
    edges = small.convert("L").filter(ImageFilter.FIND_EDGES)
    edges = _erase_frame(edges).filter(ImageFilter.GaussianBlur(2))
    found = ImageChops.add(by_rows, _scale_light(edges).point(lambda value: value * 3 // 4))
    found = ImageChops.multiply(
        found.filter(ImageFilter.GaussianBlur(1)), _build_centre(small.size)
    )
    found = ImageChops.multiply(found, _measure_warmth(small))
    if alpha is not None:
        found = ImageChops.multiply(ImageChops.add(found, alpha.point(lambda v: v // 3)), alpha)
    return _scale_light(found)


def shrink(picture: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Return a small copy in RGB, and what is opaque in it; None if all is."""
    size = limit_sides(picture.size, _MAP_SIDE)
    small = picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    if small.mode != "RGBA":
        return small.convert("RGB"), None
    alpha = small.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return small.convert("RGB"), None
    grey = Image.new("RGB", size, (128, 128, 128))
    grey.paste(small, mask=alpha)
    return grey, alpha


def _measure_rarity(small: Image.Image) -> Image.Image:
    """Return a grey picture that is light where a colour is far from most of the picture's."""
    reduced = small.quantize(_COLOURS, Image.Quantize.FASTOCTREE)
    counts = dict(enumerate(reduced.histogram()[:256]))
    palette = reduced.getpalette() or []
    colours = {index: palette[3 * index : 3 * index + 3] for index in counts if counts[index]}
    total = small.width * small.height
    distances = [0] * 256
    for index, colour in colours.items():
        far = sum(
            counts[other] * max(abs(one - two) for one, two in zip(colour, another, strict=True))
            for other, another in colours.items()
        )
        distances[index] = far // total
    indices = Image.frombytes("L", reduced.size, reduced.tobytes())
    return _scale_light(indices.point(distances))


def _measure_warmth(small: Image.Image) -> Image.Image:
    """Return a grey picture that is white where a colour is warm, and a little darker elsewhere."""
    scale = 255 * (1 - _COLD_SHARE) / (_WARM_CR - 128)
    warmth = small.convert("YCbCr").getchannel("Cr")
    return warmth.point(
        lambda value: min(255, int(255 * _COLD_SHARE + max(0, value - 128) * scale))
    )


def _build_background(small: Image.Image) -> Image.Image:
    """Return what the picture would be without a subject: each row from its left to its right end.

    So a sky over a meadow is background, and what stands before both is not.
    """
    width, height = small.size
    edge = max(1, width // 32)
    left = small.crop((0, 0, edge, height)).resize((1, height), Image.Resampling.BOX)
    right = small.crop((width - edge, 0, width, height)).resize((1, height), Image.Resampling.BOX)
    ends = Image.new("RGB", (2, height))
    ends.paste(left, (0, 0))
    ends.paste(right, (1, 0))
    return ends.resize((width, height), Image.Resampling.BILINEAR)


def _measure_distance(one: Image.Image, other: Image.Image) -> Image.Image:
    red, green, blue = ImageChops.difference(one, other).split()
    return _scale_light(ImageChops.lighter(ImageChops.lighter(red, green), blue))


def _scale_light(grey: Image.Image) -> Image.Image:
    """Return the picture with its lightest parts white; one that is nearly even stays dark."""
    highest = max(32.0, ImageStat.Stat(grey).mean[0] * 4, grey.getextrema()[1] * 0.6)  # type: ignore[operator] # one band
    return grey.point(lambda value: min(255, int(value * 255 / highest)))


def _erase_frame(edges: Image.Image) -> Image.Image:
    """The filter finds an edge at the end of the picture, where there is none."""
    inner = Image.new("L", edges.size, 0)
    if min(edges.size) > 4:
        inner.paste(edges.crop((2, 2, edges.width - 2, edges.height - 2)), (2, 2))
    return inner


def _build_centre(size: tuple[int, int]) -> Image.Image:
    """Return a picture that is white in the middle and grey at its ends."""
    gradient = Image.radial_gradient("L").point(lambda value: 255 - int(value * _CENTRE_WEIGHT))
    return gradient.resize(size, Image.Resampling.BILINEAR)
