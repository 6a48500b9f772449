"""Decodes what is left of a picture that is cut off or damaged, and measures what is missing.

The measure needs no knowledge of the format: the picture is decoded twice, with different things in
place of what is missing, and where the results differ there were no pixels in the file. See
`mending.py` for flaws that cost no pixels.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image as PilImage
from PIL import ImageChops, ImageFile

from bot.files.readers.flaws.mending import complete_webp

# The types whose decoders can be asked twice in a way that shows what was missing.
SALVAGED_MIMETYPES = (
    "image/png", "image/jpeg", "image/webp", "image/gif", "image/tiff", "image/bmp",
)  # fmt: skip
_END_OF_JPEG = b"\xff\xd9"
# Codes of a JPEG that change whatever they are taken for; no marker is among them.
_FILLER = b"\x5a\xa5\x3c\x69"
_MAX_FILLER_BYTES = 32 * 1024 * 1024
# The longer side at which a JPEG is compared: at an eighth, each block is one pixel.
_JPEG_SCALE = 8
# Differences up to this, of 255, come from details of a progressive JPEG that is otherwise whole.
_MAX_NOISE = 24
# Missing areas are painted in squares of this side, in which single pixels may agree by chance.
_SQUARE_SIDE = 16
_GREY = 128


@dataclass(frozen=True, slots=True)
class _Variant:
    """The file with something in place of what is missing, or a background to decode it onto."""

    data: bytes
    is_on_white: bool = False


@dataclass(frozen=True, slots=True)
class Salvage:
    """A decoded picture, and the share of its pixels that the file does not hold."""

    picture: PilImage.Image
    missing_share: float


def decode_rest(
    mimetype: str,
    pillow_format: str,
    data: bytes,
    max_side: int,
    check_size: Callable[[PilImage.Image], None],
) -> Salvage:
    """Decode the first frame as far as it goes, at `max_side` where the format allows that.

    `check_size` may refuse the picture before a pixel is decoded. Raises anything on a file whose
    header does not say what it is.
    """

    def decode(variant: _Variant, side: int) -> PilImage.Image:
        with PilImage.open(io.BytesIO(variant.data), formats=[pillow_format]) as picture:
            check_size(picture)
            picture.draft("RGB", (side, side))
            _set_background(picture, is_white=variant.is_on_white)
            picture.load()
            return picture

    first, second = _list_variants(mimetype, data)
    with _override_strictness():
        picture = decode(first, max_side)
        if mimetype == "image/jpeg":
            side = max(1, max(picture.size) // _JPEG_SCALE)
            mask = _find_differences(decode(first, side), decode(second, side))
        else:
            mask = _find_differences(picture, decode(second, max_side))
    if mimetype == "image/webp":
        mask = _paint_missing_squares(picture, mask)
    return Salvage(picture, mask.histogram()[255] / (mask.width * mask.height))


def _paint_missing_squares(picture: PilImage.Image, mask: PilImage.Image) -> PilImage.Image:
    """Paint over what the decoder made of the filler; return the mask of it, in squares."""
    squares = mask.reduce(_SQUARE_SIDE).point(lambda value: 255 if value else 0)
    grey = (_GREY,) * 3 if picture.mode == "RGB" else (*(_GREY,) * 3, 255)
    picture.paste(grey, mask=squares.resize(picture.size, PilImage.Resampling.NEAREST))
    return squares


def _list_variants(mimetype: str, data: bytes) -> tuple[_Variant, _Variant]:
    if mimetype == "image/jpeg":
        with PilImage.open(io.BytesIO(data), formats=["JPEG"]) as opened:
            pixel_count = opened.width * opened.height
        # A byte for each pixel is more than a JPEG takes, so that the filler reaches the end.
        # Half of a mark would make one of whatever follows.
        data = data.rstrip(b"\xff")
        filler = _FILLER * (min(pixel_count, _MAX_FILLER_BYTES) // len(_FILLER) + 1)
        return _Variant(data + _END_OF_JPEG), _Variant(data + filler + _END_OF_JPEG)
    if mimetype == "image/webp":
        return _Variant(complete_webp(data, b"\0")), _Variant(complete_webp(data, _FILLER))
    return _Variant(data, is_on_white=False), _Variant(data, is_on_white=True)


@contextmanager
def _override_strictness() -> Iterator[None]:
    """Let Pillow decode as far as it can. A setting of the process, which reads one file."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _set_background(picture: PilImage.Image, *, is_white: bool) -> None:
    """Let `picture` be decoded onto black or white, where it decodes into an empty picture."""
    if not isinstance(picture, ImageFile.ImageFile) or not picture.tile:
        return
    boxes = [tile[1] for tile in picture.tile if tile[1]]
    prepare = picture.load_prepare

    def prepare_background() -> None:
        prepare()
        level = 65_535 if picture.mode.startswith(("I", "F")) else 255
        for left, top, right, bottom in boxes:
            size = right - left, bottom - top
            area = PilImage.new(picture.mode, size, level if is_white else 0)
            picture.im.paste(area.im, (left, top, right, bottom))

    picture.load_prepare = prepare_background  # type: ignore[method-assign] # Pillow calls it


def _find_differences(first: PilImage.Image, second: PilImage.Image) -> PilImage.Image:
    """Return a mask: 255 where the two decoded pictures differ."""
    bands = ImageChops.difference(_convert_to_bands(first), _convert_to_bands(second)).split()
    strongest = bands[0]
    for band in bands[1:]:
        strongest = ImageChops.lighter(strongest, band)
    return strongest.point(lambda value: 255 if value > _MAX_NOISE else 0)


def _convert_to_bands(picture: PilImage.Image) -> PilImage.Image:
    """Return 8 bits a channel; a palette by its indexes, as two of them may look alike."""
    if picture.mode == "P":
        return PilImage.frombytes("L", picture.size, picture.tobytes())
    if picture.mode.startswith("I") or picture.mode == "F":
        return picture.convert("F").point(lambda value: value / 257).convert("L")
    return (
        picture if picture.mode in ("L", "LA", "RGB", "RGBA", "CMYK") else picture.convert("RGBA")
    )
