"""Pictures in: recognised by content, checked before decoding, made small and clean for the model.

Synchronous and heavy; runs in a decoder's process. Animations and files of several pages are read
by `frames.py`. Fetches and stores nothing.
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
# Checked in the header, before a pixel is decoded. Phones make up to 200 megapixels, rarely.
MAX_PIXELS = 100_000_000
_QUALITY = 88
_ORIENTATION_TAG = 0x0112
_TURNS = {
    2: PilImage.Transpose.FLIP_LEFT_RIGHT,
    3: PilImage.Transpose.ROTATE_180,
    4: PilImage.Transpose.FLIP_TOP_BOTTOM,
    5: PilImage.Transpose.TRANSPOSE,
    6: PilImage.Transpose.ROTATE_270,
    7: PilImage.Transpose.TRANSVERSE,
    8: PilImage.Transpose.ROTATE_90,
}
_DECODERS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/heic": "HEIF",
    "image/avif": "AVIF",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
}
# What people call them, by decoder.
TITLES = {"HEIF": "HEIC", "WEBP": "WebP"} | {
    name: name for name in ("PNG", "JPEG", "GIF", "AVIF", "TIFF", "BMP")
}
# A phone's file may hold several pictures of one moment: the first is the one it shows.
_SINGLE_FRAME_FORMATS = ("JPEG", "HEIF", "BMP")

# Our own limit stands before decoding; Pillow's would warn from any thread.
PilImage.MAX_IMAGE_PIXELS = None
_heif_lock = threading.Lock()


def read_picture(name: str, data: bytes) -> ParsedFile:
    """A picture, or frames of one that moves or has pages. Raises `Unreadable`."""
    with guard_decoding(name, data) as decoder:
        title = f"{TITLES[decoder]} picture"
        with PilImage.open(io.BytesIO(data), formats=[decoder]) as picture:
            count = 1 if decoder in _SINGLE_FRAME_FORMATS else frames.count_frames(picture)
            if count > 1:
                return _read_frames(name, title, picture, count)
        return ParsedFile(clean_name(name), title, (prepare(name, data),))


def prepare(name: str, data: bytes, *, max_side: int = MAX_SIDE) -> Image:
    """Make the picture ready for the model: upright, sRGB, no metadata, at most `max_side` pixels.

    Of an animation the first frame. PNG where it is transparent, else JPEG: the model takes both,
    and a JPEG of a photo is a tenth of its PNG. Raises `Unreadable`.
    """
    with guard_decoding(name, data):
        return encode_picture(name, decode_picture(name, data, max_side=max_side))


def decode_picture(name: str, data: bytes, *, max_side: int) -> PilImage.Image:
    """The first frame, upright and in sRGB, at most `max_side` pixels. Raises `Unreadable`."""
    with (
        guard_decoding(name, data) as decoder,
        # Only the decoder of the type we recognised: others may be found by whoever made the file.
        PilImage.open(io.BytesIO(data), formats=[decoder]) as picture,
    ):
        check_size(name, picture)
        # JPEG can decode at a fraction of the size, which saves most of the time and memory.
        picture.draft("RGB", (max_side, max_side))
        picture.seek(0)
        picture.load()
        return normalize_picture(picture, max_side)


@contextmanager
def guard_decoding(name: str, data: bytes) -> Iterator[str]:
    """Give Pillow's name for the decoder of `data`; whatever that raises becomes `Unreadable`."""
    kind = detect_picture_mimetype(data)
    if kind is None:
        raise build_unreadable_error(name, "unsupported", detail=f"unknown type, {len(data)} bytes")
    if kind == "image/webp":
        # Its decoder makes room for all of it before it tells how large it is.
        _check_pixels(name, *read_webp_size(data))
    if kind == "image/heic":
        _register_heif()
    try:
        yield _DECODERS[kind]
    except UnreadableError:
        raise
    except MemoryError as error:
        raise build_unreadable_error(name, "too heavy") from error
    except Exception as error:
        # Decoders raise whatever a hostile file makes them raise: SyntaxError, struct.error, …
        detail = f"{kind}: {type(error).__name__}"
        raise build_unreadable_error(name, "damaged", detail=detail) from error


def check_size(name: str, picture: PilImage.Image) -> None:
    """Refuse a picture by what its header claims, before a pixel of it is decoded."""
    _check_pixels(name, *picture.size)


def _check_pixels(name: str, width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        millions = width * height // 1_000_000
        detail = f"{width}x{height}"
        raise build_unreadable_error(
            name, "too many pixels", millions, MAX_PIXELS // 1_000_000, detail=detail
        )


def normalize_picture(picture: PilImage.Image, max_side: int) -> PilImage.Image:
    """A loaded picture as it should be seen, shrunk to `max_side`, in sRGB, in RGB or RGBA."""
    profile, turn = picture.info.get("icc_profile"), _read_orientation(picture)
    # Shrunk before anything makes a copy: a large picture is in memory once.
    small = _shrink(
        _convert_to_rgb(picture) if picture.mode in ("1", "P", "PA") else picture, max_side
    )
    turned = small.transpose(turn) if turn is not None else small
    return colours.convert_to_srgb(turned, profile, _convert_to_rgb)


def _read_frames(name: str, title: str, picture: PilImage.Image, count: int) -> ParsedFile:
    check_size(name, picture)
    shown, told = [], frames.FrameLabels(picture.format or "", count)
    for frame in frames.sample_frames(picture, count):
        check_size(name, picture)
        small = normalize_picture(picture.copy(), frames.get_max_side(is_paged=told.is_paged))
        shown.append(replace(encode_picture(name, small), part=told.format_part(frame)))
    kind = f"{title} of {count} pages" if told.is_paged else f"moving {title}"
    return ParsedFile(
        clean_name(name), kind, tuple(shown), (), count, told.format_left_out(len(shown))
    )


def _read_orientation(picture: PilImage.Image) -> PilImage.Transpose | None:
    """How its metadata says to turn it; metadata that is damaged says nothing."""
    try:
        return _TURNS.get(picture.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # noqa: BLE001 - the parser raises whatever the damage makes it raise
        return None


def _convert_to_rgb(picture: PilImage.Image) -> PilImage.Image:
    """In RGB or RGBA, whatever it was: palette, grey, 16 bits, CMYK."""
    see_through = "transparency" in picture.info
    if picture.mode == "RGBA" or (picture.mode == "RGB" and not see_through):
        return picture
    if picture.mode.startswith("I") or picture.mode == "F":
        return _convert_16_bits(picture)
    has_alpha = picture.mode in ("LA", "PA", "La", "RGBa") or see_through
    return picture.convert("RGBA" if has_alpha else "RGB")


def _convert_16_bits(picture: PilImage.Image) -> PilImage.Image:
    """16 bits a pixel, which Pillow would cut off at 255 instead of scaling; a hole stays one."""
    wide = picture.convert("F")
    plain = wide.point(lambda value: value / 257).convert("L").convert("RGB")
    hole = picture.info.get("transparency")
    if isinstance(hole, int):
        near = ImageChops.difference(
            wide.point(lambda value: value / 257).convert("L"),
            PilImage.new("L", picture.size, min(255, round(hole / 257))),
        )
        plain.putalpha(near.point(lambda value: 0 if value == 0 else 255))
    return plain


def _shrink(picture: PilImage.Image, max_side: int) -> PilImage.Image:
    """The same picture, made smaller in its place."""
    if max(picture.size) > max_side:
        picture.thumbnail((max_side, max_side), PilImage.Resampling.LANCZOS, reducing_gap=2.0)
    return picture


def encode_picture(name: str, picture: PilImage.Image) -> Image:
    """Ready for the model: pixels only, as PNG where something shows through, else as JPEG."""
    # `info` holds EXIF, GPS, XMP, comments and text chunks.
    bare = PilImage.new(picture.mode, picture.size)
    bare.paste(picture)
    transparent = picture.mode == "RGBA" and picture.getchannel("A").getextrema() != (255, 255)
    out = io.BytesIO()
    if transparent:
        bare.save(out, "PNG", compress_level=6)
    else:
        bare.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    data = out.getvalue()
    kind = "image/png" if transparent else "image/jpeg"
    return Image(clean_name(name), kind, data, _compute_sha256(data), *picture.size)


def _register_heif() -> None:
    # Imported on the first HEIC: the decoder takes megabytes that most days nobody needs.
    with _heif_lock:
        import pillow_heif

        pillow_heif.register_heif_opener()


def _compute_sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
