"""Reads pictures: detects them by content, checks sizes, makes small clean copies for the model.

Synchronous and heavy; runs in a sandbox process. See `frames.py` for the choice of frames from
animations and files of several pages.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from PIL import Image as PilImage
from PIL import ImageChops

from bot.domain.files import Image, ParsedFile
from bot.domain.safe_text import clean_name
from bot.files.kinds import detect_picture_mimetype, read_webp_size
from bot.files.readers import colours, frames
from bot.files.unreadable import UnreadableError, build_unreadable_error

MAX_SIDE = 2048
# Checked in the header, before a pixel is decoded. Phones take up to 200 megapixels, but rarely.
MAX_PIXELS = 100_000_000
_QUALITY = 88
_ORIENTATION_TAG = 0x0112
_TRANSPOSE_BY_ORIENTATION = {
    2: PilImage.Transpose.FLIP_LEFT_RIGHT,
    3: PilImage.Transpose.ROTATE_180,
    4: PilImage.Transpose.FLIP_TOP_BOTTOM,
    5: PilImage.Transpose.TRANSPOSE,
    6: PilImage.Transpose.ROTATE_270,
    7: PilImage.Transpose.TRANSVERSE,
    8: PilImage.Transpose.ROTATE_90,
}
_PILLOW_FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/heic": "HEIF",
    "image/avif": "AVIF",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
}
# What people call each format, by Pillow's name.
_FORMAT_TITLES = {"HEIF": "HEIC", "WEBP": "WebP"} | {
    name: name for name in ("PNG", "JPEG", "GIF", "AVIF", "TIFF", "BMP")
}
# Files of these formats may hold several pictures of one moment; viewers show the first one.
_SINGLE_FRAME_FORMATS = ("JPEG", "HEIF", "BMP")

# `MAX_PIXELS` is checked before decoding; Pillow's own limit would raise warnings in any thread.
PilImage.MAX_IMAGE_PIXELS = None
_heif_lock = threading.Lock()


def read_picture(name: str, data: bytes) -> ParsedFile:
    """Read a picture, or frames of an animation or a file with pages. Raises `UnreadableError`."""
    with _guard_decoding(name, data) as pillow_format:
        title = f"{_FORMAT_TITLES[pillow_format]} picture"
        with PilImage.open(io.BytesIO(data), formats=[pillow_format]) as picture:
            is_single = pillow_format in _SINGLE_FRAME_FORMATS
            count = 1 if is_single else frames.count_frames(picture)
            if count > 1:
                return _read_frames(name, title, picture, count)
        return ParsedFile(clean_name(name), title, (prepare(name, data),))


def prepare(name: str, data: bytes, *, max_side: int = MAX_SIDE) -> Image:
    """Make a picture ready for the model: upright, sRGB, no metadata, at most `max_side` pixels.

    Uses the first frame of an animation. Returns a PNG if the picture is transparent, else a JPEG:
    the model reads both, and a photo as JPEG is a tenth of its PNG. Raises `UnreadableError`.
    """
    with _guard_decoding(name, data):
        return _encode_picture(name, decode_picture(name, data, max_side=max_side))


def decode_picture(name: str, data: bytes, *, max_side: int) -> PilImage.Image:
    """Decode the first frame, upright, in sRGB, at most `max_side`. Raises `UnreadableError`."""
    with (
        _guard_decoding(name, data) as pillow_format,
        # Allow only the decoder of the detected type: a hostile file may be made for another one.
        PilImage.open(io.BytesIO(data), formats=[pillow_format]) as picture,
    ):
        _check_size(name, picture)
        # JPEG can decode at a fraction of the size, which saves most of the time and memory.
        picture.draft("RGB", (max_side, max_side))
        picture.seek(0)
        picture.load()
        return _normalize_picture(picture, max_side)


@contextmanager
def _guard_decoding(name: str, data: bytes) -> Iterator[str]:
    """Yield Pillow's name for the format of `data`; turn any error into `UnreadableError`."""
    mimetype = detect_picture_mimetype(data)
    if mimetype is None:
        raise build_unreadable_error(name, "unsupported", detail=f"unknown type, {len(data)} bytes")
    if mimetype == "image/webp":
        # Its decoder allocates all pixels before it reports the size.
        _check_pixels(name, *read_webp_size(data))
    if mimetype == "image/heic":
        _register_heif()
    try:
        yield _PILLOW_FORMATS[mimetype]
    except UnreadableError:
        raise
    except MemoryError as error:
        raise build_unreadable_error(name, "too heavy") from error
    except Exception as error:
        # Decoders raise anything on a hostile file: SyntaxError, struct.error, …
        detail = f"{mimetype}: {type(error).__name__}"
        raise build_unreadable_error(name, "damaged", detail=detail) from error


def _check_size(name: str, picture: PilImage.Image) -> None:
    """Refuse a picture by what its header claims, before a pixel of it is decoded."""
    _check_pixels(name, *picture.size)


def _check_pixels(name: str, width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        millions = width * height // 1_000_000
        detail = f"{width}x{height}"
        raise build_unreadable_error(
            name, "too many pixels", millions, MAX_PIXELS // 1_000_000, detail=detail
        )


def _normalize_picture(picture: PilImage.Image, max_side: int) -> PilImage.Image:
    """Return a loaded picture upright, shrunk to `max_side`, in sRGB, as RGB or RGBA."""
    profile, transpose = picture.info.get("icc_profile"), _read_orientation(picture)
    # Shrink before anything makes a copy, so that a large picture is in memory only once.
    small = _shrink(
        _convert_to_rgb(picture) if picture.mode in ("1", "P", "PA") else picture, max_side
    )
    upright = small.transpose(transpose) if transpose is not None else small
    return colours.convert_to_srgb(upright, profile, _convert_to_rgb)


def _read_frames(name: str, title: str, picture: PilImage.Image, count: int) -> ParsedFile:
    _check_size(name, picture)
    images, labels = [], frames.FrameLabels(picture.format or "", count)
    for frame in frames.sample_frames(picture, count):
        _check_size(name, picture)
        small = _normalize_picture(picture.copy(), frames.get_max_side(is_paged=labels.is_paged))
        images.append(replace(_encode_picture(name, small), part=labels.format_part(frame)))
    kind = f"{title} of {count} pages" if labels.is_paged else f"moving {title}"
    return ParsedFile(
        clean_name(name), kind, tuple(images), (), count, labels.format_left_out(len(images))
    )


def _read_orientation(picture: PilImage.Image) -> PilImage.Transpose | None:
    """Return how the metadata says to turn the picture; None if it is missing or damaged."""
    try:
        return _TRANSPOSE_BY_ORIENTATION.get(picture.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # noqa: BLE001 - the parser raises anything on damaged data
        return None


def _convert_to_rgb(picture: PilImage.Image) -> PilImage.Image:
    """Convert any mode to RGB or RGBA: palette, grey, 16 bits, CMYK."""
    is_transparent = "transparency" in picture.info
    if picture.mode == "RGBA" or (picture.mode == "RGB" and not is_transparent):
        return picture
    if picture.mode.startswith("I") or picture.mode == "F":
        return _convert_16_bits(picture)
    has_alpha = picture.mode in ("LA", "PA", "La", "RGBa") or is_transparent
    return picture.convert("RGBA" if has_alpha else "RGB")


def _convert_16_bits(picture: PilImage.Image) -> PilImage.Image:
    """Scale 16 bits a pixel to 8, which Pillow would cut off at 255; keep transparency."""
    grey = picture.convert("F").point(lambda value: value / 257).convert("L")
    converted = grey.convert("RGB")
    transparent_value = picture.info.get("transparency")
    if isinstance(transparent_value, int):
        transparent = PilImage.new("L", picture.size, min(255, round(transparent_value / 257)))
        difference = ImageChops.difference(grey, transparent)
        converted.putalpha(difference.point(lambda value: 0 if value == 0 else 255))
    return converted


def _shrink(picture: PilImage.Image, max_side: int) -> PilImage.Image:
    """Shrink a picture in place."""
    if max(picture.size) > max_side:
        picture.thumbnail((max_side, max_side), PilImage.Resampling.LANCZOS, reducing_gap=2.0)
    return picture


def _encode_picture(name: str, picture: PilImage.Image) -> Image:
    """Encode only the pixels: as PNG if the picture is transparent, else as JPEG."""
    # A copy leaves out `info`, which holds EXIF, GPS, XMP, comments and text chunks.
    bare = PilImage.new(picture.mode, picture.size)
    bare.paste(picture)
    transparent = picture.mode == "RGBA" and picture.getchannel("A").getextrema() != (255, 255)
    out = io.BytesIO()
    if transparent:
        bare.save(out, "PNG", compress_level=6)
    else:
        bare.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    data = out.getvalue()
    mimetype = "image/png" if transparent else "image/jpeg"
    digest = hashlib.sha256(data).hexdigest()
    return Image(clean_name(name), mimetype, data, digest, *picture.size)


def _register_heif() -> None:
    # Imported on the first HEIC, because the decoder takes megabytes and is rarely needed.
    with _heif_lock:
        import pillow_heif

        pillow_heif.register_heif_opener()
