"""Reads pictures: detects them by content, checks sizes, makes small clean copies for the model.

Synchronous and heavy; runs in a sandbox process. See `frames.py` for the choice of frames from
animations and files of several pages.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

from PIL import Image as PilImage
from PIL import ImageChops

from bot.domain.files import Image, ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.readers import colours, frames
from bot.files.readers.flaws.decoding import (
    FORMAT_TITLES,
    check_size,
    guard_decoding,
    read_leniently,
)
from bot.files.readers.flaws.salvage import Salvage

MAX_SIDE = 2048
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
# Files of these formats may hold several pictures of one moment; viewers show the first one.
_SINGLE_FRAME_FORMATS = ("JPEG", "HEIF", "BMP")

_MISSING_PIXELS = "about {percent} percent of its pixels, which are cut off or damaged"


def read_picture(name: str, data: bytes) -> ParsedFile:
    """Read a picture, or frames of an animation or a file with pages. Raises `UnreadableError`.

    What every viewer shows is read, whatever else is wrong with the file; of a picture that is cut
    off, what is left of it.
    """

    def read_rest(rest: Salvage, title: str) -> ParsedFile:
        image = _encode_picture(name, _normalize_picture(rest.picture, MAX_SIDE))
        percent = _count_missing_percent(rest)
        left_out = Message(_MISSING_PIXELS, percent=percent) if percent else ""
        return ParsedFile(
            clean_name(name), title, (image,), left_out=left_out, is_incomplete=percent > 0
        )

    return read_leniently(name, data, MAX_SIDE, lambda sound: _read_sound(name, sound), read_rest)


def _read_sound(name: str, data: bytes) -> ParsedFile:
    with guard_decoding(name, data) as pillow_format:
        title = f"{FORMAT_TITLES[pillow_format]} picture"
        with PilImage.open(io.BytesIO(data), formats=[pillow_format]) as picture:
            is_single = pillow_format in _SINGLE_FRAME_FORMATS
            count = 1 if is_single else frames.count_frames(picture)
            if count > 1:
                return _read_frames(name, title, picture, count)
        image = _encode_picture(name, _decode_sound(name, data, MAX_SIDE))
        return ParsedFile(clean_name(name), title, (image,))


def prepare(name: str, data: bytes, *, max_side: int = MAX_SIDE) -> Image:
    """Make a picture ready for the model: upright, sRGB, no metadata, at most `max_side` pixels.

    Uses the first frame of an animation. Returns a PNG if the picture is transparent, else a JPEG:
    the model reads both, and a photo as JPEG is a tenth of its PNG. Raises `UnreadableError`.
    """
    with guard_decoding(name, data):
        return _encode_picture(name, decode_picture(name, data, max_side=max_side))


def decode_picture(name: str, data: bytes, *, max_side: int) -> PilImage.Image:
    """Decode the first frame, upright, in sRGB, at most `max_side`. Raises `UnreadableError`."""
    return read_leniently(
        name,
        data,
        max_side,
        lambda sound: _decode_sound(name, sound, max_side),
        lambda rest, _title: _normalize_picture(rest.picture, max_side),
    )


def _decode_sound(name: str, data: bytes, max_side: int) -> PilImage.Image:
    with (
        guard_decoding(name, data) as pillow_format,
        # Allow only the decoder of the detected type: a hostile file may be made for another one.
        PilImage.open(io.BytesIO(data), formats=[pillow_format]) as picture,
    ):
        check_size(name, picture)
        # JPEG can decode at a fraction of the size, which saves most of the time and memory.
        picture.draft("RGB", (max_side, max_side))
        picture.seek(0)
        picture.load()
        return _normalize_picture(picture, max_side)


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
    check_size(name, picture)
    images, labels = [], frames.FrameLabels(picture.format or "", count)
    selected = frames.select_frames(picture, count)
    for frame in frames.sample_frames(picture, selected):
        check_size(name, picture)
        small = _normalize_picture(picture.copy(), frames.get_max_side(is_paged=labels.is_paged))
        images.append(replace(_encode_picture(name, small), part=labels.format_part(frame)))
    kind = f"{title} of {count} pages" if labels.is_paged else f"moving {title}"
    return ParsedFile(
        clean_name(name),
        kind,
        tuple(images),
        count=count,
        left_out=labels.format_left_out(len(images)),
        is_incomplete=len(images) < len(selected),
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


def _count_missing_percent(rest: Salvage) -> int:
    return max(1, round(100 * rest.missing_share)) if rest.missing_share else 0
