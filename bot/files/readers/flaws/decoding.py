"""Opens pictures for reading: with limits, and in spite of flaws that viewers do not mind.

Every error becomes an `UnreadableError`. See `mending.py` and `salvage.py` for the flaws, and
`bot.files.readers.pictures` for what is made of a decoded picture.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from PIL import Image as PilImage
from PIL import PngImagePlugin

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.files.kinds import detect_picture_mimetype, read_webp_size
from bot.files.readers.flaws.mending import MAX_PROFILE_BYTES, repair
from bot.files.readers.flaws.salvage import SALVAGED_MIMETYPES, Salvage, decode_rest
from bot.files.readers.pixels.limits import MAX_PIXELS, MAX_SIDE
from bot.files.readers.pixels.rare_forms import find_rare_form
from bot.files.readers.pixels.translate import translate_picture
from bot.files.unreadable import UnreadableError, build_unreadable_error

# How many times longer than wide, or the other way round, a picture may be.
MAX_RATIO = 1_000
_PILLOW_FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/heic": "HEIF",
    "image/avif": "AVIF",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
    "image/vnd.adobe.photoshop": "PSD",
    "image/x-icon": "ICO",
    "image/jp2": "JPEG2000",
    "image/jxl": "JXL",
}
# What people call each format, by Pillow's name.
FORMAT_TITLES = {"HEIF": "HEIC", "WEBP": "WebP", "JPEG2000": "JPEG-2000", "JXL": "JPEG-XL"} | {
    name: name for name in ("PNG", "JPEG", "GIF", "AVIF", "TIFF", "BMP", "PSD", "ICO")
}
# A file that holds less of its picture than this is of no use.
_MIN_PRESENT_SHARE = 0.01
_LOST_END = Message("its end, which is cut off")
# `MAX_PIXELS` is checked before decoding; Pillow's own limit would raise warnings in any thread.
PilImage.MAX_IMAGE_PIXELS = None
# Pillow takes its limit for one text for that of a colour profile as well. Texts together stay
# bounded by `MAX_TEXT_MEMORY`.
PngImagePlugin.MAX_TEXT_CHUNK = MAX_PROFILE_BYTES
_plugin_lock = threading.Lock()

T = TypeVar("T")


def read_leniently(
    name: str,
    data: bytes,
    max_side: int,
    read: Callable[[bytes], T],
    read_rest: Callable[[Salvage, str], T],
) -> T:
    """Return `read(data)`; of a file that it calls damaged, what can be read all the same.

    That is the file without its harmless flaws, or else what is left of its first picture. What
    Pillow does not know is translated before.
    """
    translated = translate_picture(name, data)
    try:
        result = _read_leniently(name, translated.data, max_side, read, read_rest)
    except UnreadableError as error:
        if error.why == "damaged" and (form := find_rare_form(data)):
            raise build_unreadable_error(name, "rare form", detail=form) from error
        raise
    if not isinstance(result, ParsedFile):
        return result
    titled = replace(result, kind=translated.title or result.kind)
    for note in translated.notes:
        titled = titled.add_left_out(note)
    return titled


def _read_leniently(
    name: str,
    data: bytes,
    max_side: int,
    read: Callable[[bytes], T],
    read_rest: Callable[[Salvage, str], T],
) -> T:
    try:
        return read(data)
    except UnreadableError as error:
        if error.why != "damaged":
            raise
    with guard_decoding(name, data) as pillow_format:
        mimetype = detect_picture_mimetype(data) or ""
        mended = repair(mimetype, data)
        try:
            return _mark_lost_end(read(mended.data), has_lost_end=mended.has_lost_end)
        except UnreadableError as error:
            if error.why != "damaged" or mimetype not in SALVAGED_MIMETYPES:
                raise
        # A WebP is completed where it was cut, so that nothing may be taken away before.
        source = data if mimetype == "image/webp" else mended.data
        rest = decode_rest(
            mimetype, pillow_format, source, max_side, lambda picture: check_size(name, picture)
        )
        if rest.missing_share > 1 - _MIN_PRESENT_SHARE:
            raise build_unreadable_error(name, "damaged", detail="no pixels")
        return read_rest(rest, f"{FORMAT_TITLES[pillow_format]} picture")


def _mark_lost_end(result: T, *, has_lost_end: bool) -> T:
    if not has_lost_end or not isinstance(result, ParsedFile):
        return result
    return replace(result.add_left_out(_LOST_END), is_incomplete=True)


@contextmanager
def guard_decoding(name: str, data: bytes) -> Iterator[str]:
    """Yield Pillow's name for the format of `data`; turn any error into `UnreadableError`."""
    mimetype = detect_picture_mimetype(data)
    if mimetype is None:
        raise build_unreadable_error(name, "unsupported", detail=f"unknown type, {len(data)} bytes")
    if mimetype == "image/webp":
        # Its decoder allocates all pixels before it reports the size.
        _check_sides(name, *read_webp_size(data))
    if mimetype in ("image/heic", "image/jxl"):
        _register_plugin(mimetype)
    try:
        # A raw file is translated before it is opened.
        yield _PILLOW_FORMATS.get(mimetype, "JPEG")
    except UnreadableError:
        raise
    except MemoryError as error:
        raise build_unreadable_error(name, "too heavy") from error
    except Exception as error:
        # Decoders raise anything on a hostile file: SyntaxError, struct.error, …
        detail = f"{mimetype}: {type(error).__name__}"
        raise build_unreadable_error(name, "damaged", detail=detail) from error


def check_size(name: str, picture: PilImage.Image) -> None:
    """Refuse a picture by what its header claims, before a pixel of it is decoded."""
    _check_sides(name, *picture.size)


def check_shape(name: str, width: int, height: int) -> None:
    """Refuse a strip so thin that nothing can be made out in it, at whatever scale."""
    if min(width, height) * MAX_RATIO < max(width, height):
        detail = f"{width}x{height}"
        raise build_unreadable_error(name, "too thin", width, height, detail=detail)


def _check_sides(name: str, width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        millions = width * height // 1_000_000
        detail = f"{width}x{height}"
        raise build_unreadable_error(
            name, "too many pixels", millions, MAX_PIXELS // 1_000_000, detail=detail
        )
    if max(width, height) > MAX_SIDE:
        raise build_unreadable_error(name, "too long", max(width, height), MAX_SIDE)


def _register_plugin(mimetype: str) -> None:
    # Imported with the first such picture: a decoder takes megabytes and is rarely needed.
    with _plugin_lock:
        if mimetype == "image/jxl":
            import pillow_jxl  # noqa: F401 - registers itself
        else:
            import pillow_heif

            pillow_heif.register_heif_opener()
