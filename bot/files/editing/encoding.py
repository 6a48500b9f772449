"""Encodes a picture as a file: only its pixels, in a format that people can open anywhere.

Synchronous and heavy; runs in a sandbox process.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import Image
from PIL.ExifTags import Base

from bot.files.editing.png import encode_png
from bot.files.unreadable import build_unreadable_error

MAX_MB = 50
# WebP has 14 bits for a side.
_MAX_WEBP_SIDE = 16_383
_QUALITY = 92
_PILLOW_FORMATS = {"jpg": "JPEG", "webp": "WEBP", "png": "PNG"}
# Formats that are kept; all others become a PNG, or a JPEG where they are photos.
_OWN_EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/heic": "jpg",
    "image/avif": "jpg",
}
# A large picture takes seconds to compress well, and is hardly smaller for it.
_LARGE_PIXELS = 1_000_000
_LARGE_WEBP_QUALITY = 80
_LOSSLESS_WEBP = {"lossless": True, "quality": 0, "method": 2}
_SAMPLED_ROWS, _MAX_DRAWN_SHARE = 64, 0.3


def choose_extension(mimetype: str, picture: Image.Image) -> str:
    """Return the ending for a picture that was read as `mimetype`: its own, if that holds it."""
    extension = _OWN_EXTENSIONS.get(mimetype, "png")
    return "png" if extension == "jpg" and has_transparency(picture) else extension


def has_transparency(picture: Image.Image) -> bool:
    """Whether any pixel of the picture can be seen through."""
    return picture.mode == "RGBA" and picture.getchannel("A").getextrema() != (255, 255)


def encode(name: str, picture: Image.Image, extension: str, dpi: int = 0) -> tuple[bytes, bool]:
    """Encode a picture, as one of `EXTENSIONS`; return its bytes, and whether it lies on white now.

    All metadata is dropped, that of `picture` as well. Raises `UnreadableError`.
    """
    picture, is_flattened = _lay_on_white(picture, extension)
    is_large = picture.width * picture.height > _LARGE_PIXELS
    if extension == "png" and is_large:
        data = encode_png(picture, dpi)
    else:
        data = _save(name, picture, extension, dpi, is_large=is_large)
    if len(data) > MAX_MB * 1024 * 1024:
        raise build_unreadable_error(name, "made too heavy", MAX_MB)
    return data, is_flattened


def encode_coarsely(
    name: str, picture: Image.Image, extension: str, dpi: int, quality: int
) -> tuple[bytes, bool]:
    """Encode a picture as JPEG or WebP in `quality` (1 to 100); return the same as `encode`."""
    picture, is_flattened = _lay_on_white(picture, extension)
    is_large = picture.width * picture.height > _LARGE_PIXELS
    options = _choose_options(extension, dpi, is_large=is_large) | {"quality": quality}
    data = _write(name, picture, extension, options)
    if len(data) > MAX_MB * 1024 * 1024:
        raise build_unreadable_error(name, "made too heavy", MAX_MB)
    return data, is_flattened


def _lay_on_white(picture: Image.Image, extension: str) -> tuple[Image.Image, bool]:
    """Return a picture for JPEG, which has no transparency: the background becomes white."""
    if extension != "jpg" or picture.mode != "RGBA":
        return picture, False
    white = Image.new("RGB", picture.size, (255, 255, 255))
    white.paste(picture, mask=picture.getchannel("A"))
    return white, has_transparency(picture)


def _save(name: str, picture: Image.Image, extension: str, dpi: int, *, is_large: bool) -> bytes:
    options = _choose_options(extension, dpi, is_large=is_large)
    if extension == "webp" and is_drawn(picture):
        options = _LOSSLESS_WEBP | (_write_dpi(extension, dpi) if dpi else {})
    return _write(name, picture, extension, options)


def _write(name: str, picture: Image.Image, extension: str, options: Mapping[str, Any]) -> bytes:
    if extension == "webp" and max(picture.size) > _MAX_WEBP_SIDE:
        raise build_unreadable_error(name, "too long for WebP", max(picture.size), _MAX_WEBP_SIDE)
    # It holds EXIF, GPS, XMP, comments and text chunks. A copy without it would take as much
    # memory as the picture.
    picture.info = {}
    out = io.BytesIO()
    try:
        picture.save(out, _PILLOW_FORMATS[extension], **options)
    except ValueError as error:
        if extension != "webp":
            raise
        # Within WebP's size, memory is what its encoder runs out of.
        raise build_unreadable_error(name, "too heavy") from error
    return out.getvalue()


def is_drawn(picture: Image.Image) -> bool:
    """Whether a picture is a drawing or a screenshot, whose rows repeat themselves: a photo's do
    not. Such a picture is smaller without any loss, and fine lines of it keep their colours."""
    step = max(1, picture.height // _SAMPLED_ROWS)
    rows = [
        picture.crop((0, top, picture.width, top + 1)).tobytes()
        for top in range(0, picture.height, step)
    ]
    return sum(len(zlib.compress(row, 1)) for row in rows) <= _MAX_DRAWN_SHARE * sum(map(len, rows))


def _write_dpi(extension: str, dpi: int) -> dict[str, Any]:
    if extension != "webp":
        return {"dpi": (dpi, dpi)}
    # WebP has no place for it but these tags.
    exif = Image.Exif()
    exif[Base.XResolution] = exif[Base.YResolution] = float(dpi)
    exif[Base.ResolutionUnit] = 2  # an inch
    return {"exif": exif}


def _choose_options(extension: str, dpi: int, *, is_large: bool) -> dict[str, Any]:
    options: dict[str, Any] = _write_dpi(extension, dpi) if dpi else {}
    if extension == "webp":
        # The format takes longer than all others: here it takes a second in any better way.
        return options | {"quality": _LARGE_WEBP_QUALITY if is_large else _QUALITY,
                          "method": 0 if is_large else 4}  # fmt: skip
    return options | ({"quality": _QUALITY} if extension == "jpg" else {"compress_level": 6})
