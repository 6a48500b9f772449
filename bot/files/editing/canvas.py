"""Puts pictures on a larger canvas, scales them, takes their colour. Runs in a sandbox process."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageColor, ImageStat

from bot.files.editing.encoding import has_transparency

TRANSPARENT = "transparent"
_BORDER_SHARE = 50


def find_margin_colour(picture: Image.Image, wanted: str) -> tuple[int, ...]:
    """Return the colour of margins: the wanted one, or else one that suits the picture's border.

    It has four parts where it can be seen through.
    """
    if wanted == TRANSPARENT or (not wanted and has_transparency(picture)):
        return 0, 0, 0, 0
    if wanted:
        return ImageColor.getrgb(wanted)[:3]
    return _compute_border_colour(picture)


def draw_on_canvas(
    picture: Image.Image,
    size: tuple[int, int],
    colour: tuple[int, ...],
    place: tuple[int, int] | None = None,
) -> Image.Image:
    """Return a canvas of `size` with the picture at `place`, or in its middle."""
    is_transparent = len(colour) == 4
    canvas = Image.new("RGBA" if is_transparent else "RGB", size, colour)
    place = place or ((size[0] - picture.width) // 2, (size[1] - picture.height) // 2)
    if picture.mode == "RGBA" and not is_transparent:
        canvas.paste(picture, place, picture.getchannel("A"))
    else:
        canvas.paste(picture, place)
    return canvas


def scale_to(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return a picture with sides of `size` pixels."""
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def remove_colour(picture: Image.Image) -> Image.Image | None:
    """Return a picture in grey, with what is transparent; None where it has no colour."""
    bands = [picture.convert("L")] * 3
    if picture.mode == "RGBA":
        bands.append(picture.getchannel("A"))
    plain = Image.merge(picture.mode, bands)
    is_grey = not ImageChops.difference(plain.convert("RGB"), picture.convert("RGB")).getbbox()
    return None if is_grey else plain


def _compute_border_colour(picture: Image.Image) -> tuple[int, ...]:
    width, height = picture.size
    edge = max(1, min(width, height) // _BORDER_SHARE)
    strips = (
        (0, 0, width, edge),
        (0, height - edge, width, height),
        (0, 0, edge, height),
        (width - edge, 0, width, height),
    )
    means = [ImageStat.Stat(picture.crop(strip).convert("RGB")).median for strip in strips]
    return tuple(round(sum(channel) / len(means)) for channel in zip(*means, strict=True))
