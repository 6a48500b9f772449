"""Pictures in: recognised by content, checked before decoding, made small and clean for the model.

Synchronous and heavy: callers run it in a thread. Fetches and stores nothing.
"""

from __future__ import annotations

import functools
import hashlib
import io
import threading

from PIL import Image, ImageCms

from bot.errors import TellPerson
from bot.exchange import Attachment
from bot.media.kinds import recognise
from bot.media.naming import clean_name

MAX_SIDE = 2048
# Checked in the header, before a pixel is decoded. Phones make up to 200 megapixels, rarely.
MAX_PIXELS = 100_000_000
_QUALITY = 88
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
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

_UNSUPPORTED = (
    "I could not read {}: I read pictures as PNG, JPEG, WebP, GIF, HEIC, AVIF, TIFF or BMP."
)
_CORRUPT = "I could not read {}: the picture is damaged or cut off. Please send it again."
_TOO_MANY = "I could not read {}: it has {} megapixels and I read at most {}. Please shrink it."

# Our own limit stands before decoding; Pillow's would warn from any thread.
Image.MAX_IMAGE_PIXELS = None
_heif_lock = threading.Lock()


class Unreadable(TellPerson):
    """A file that is no picture Easel can use; `said` names it."""


def prepare(name: str, data: bytes, *, max_side: int = MAX_SIDE) -> Attachment:
    """Make the picture ready for the model: upright, sRGB, no metadata, at most `max_side` pixels.

    Of an animation the first frame. PNG where it is transparent, else JPEG: the model takes both,
    and a JPEG of a photo is a tenth of its PNG. Raises `Unreadable`.
    """
    kind = recognise(data)
    if kind is None:
        raise Unreadable(
            f"unknown type, {len(data)} bytes", said=_UNSUPPORTED.format(clean_name(name))
        )
    try:
        return _encoded(name, _decoded(name, kind, data, max_side))
    except Unreadable:
        raise
    except MemoryError as error:
        raise Unreadable("no memory for it", said=_CORRUPT.format(clean_name(name))) from error
    except Exception as error:
        # Decoders raise whatever a hostile file makes them raise: SyntaxError, struct.error, …
        detail = f"{kind}: {type(error).__name__}"
        raise Unreadable(detail, said=_CORRUPT.format(clean_name(name))) from error


def decoded(name: str, data: bytes, *, max_side: int) -> Image.Image:
    """The first frame, upright and in sRGB, at most `max_side` pixels. Raises `Unreadable`."""
    kind = recognise(data)
    shown = clean_name(name)
    if kind is None:
        raise Unreadable("unknown type", said=_UNSUPPORTED.format(shown))
    try:
        return _decoded(name, kind, data, max_side)
    except Unreadable:
        raise
    except Exception as error:
        # Decoders raise whatever a hostile file makes them raise.
        raise Unreadable(type(error).__name__, said=_CORRUPT.format(shown)) from error


def reopen(name: str, data: bytes) -> Attachment:
    """A working copy that `prepare` made, as an attachment again. Reads only its header."""
    with Image.open(io.BytesIO(data)) as picture:
        width, height = picture.size
    kind = recognise(data) or "image/png"
    return Attachment(clean_name(name), kind, data, _digest(data), width, height)


def _decoded(name: str, kind: str, data: bytes, max_side: int) -> Image.Image:
    if kind == "image/heic":
        _read_heif()
    # Only the decoder of the type we recognised: others may be found by whoever made the file.
    with Image.open(io.BytesIO(data), formats=[_DECODERS[kind]]) as picture:
        width, height = picture.size
        if width * height > MAX_PIXELS:
            millions = width * height // 1_000_000
            said = _TOO_MANY.format(clean_name(name), millions, MAX_PIXELS // 1_000_000)
            raise Unreadable(f"{width}x{height}", said=said)
        # JPEG can decode at a fraction of the size, which saves most of the time and memory.
        picture.draft("RGB", (max_side, max_side))
        picture.seek(0)
        picture.load()
        profile, turn = picture.info.get("icc_profile"), _turn(picture)
        # Shrunk before anything makes a copy: a large picture is in memory once.
        small = _shrunk(_plain(picture) if picture.mode in ("1", "P", "PA") else picture, max_side)
        upright = small.transpose(turn) if turn is not None else small
        return _in_srgb(_plain(upright), profile)


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """How its metadata says to turn it; metadata that is damaged says nothing."""
    try:
        return _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - the parser raises whatever the damage makes it raise
        return None


def _plain(picture: Image.Image) -> Image.Image:
    """In RGB or RGBA, whatever it was: palette, grey, 16 bits, CMYK."""
    see_through = "transparency" in picture.info
    if picture.mode == "RGBA" or (picture.mode == "RGB" and not see_through):
        return picture
    if picture.mode.startswith("I") or picture.mode == "F":
        # 16 bits a pixel, which Pillow would cut off at 255 instead of scaling.
        return picture.convert("F").point(lambda value: value / 257).convert("L").convert("RGB")
    has_alpha = picture.mode in ("LA", "PA", "La", "RGBa") or see_through
    return picture.convert("RGBA" if has_alpha else "RGB")


def _in_srgb(picture: Image.Image, profile: object) -> Image.Image:
    """Colours as the eye should see them once the profile is gone."""
    if not isinstance(profile, bytes) or not profile:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, _srgb(), outputMode=picture.mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture  # a profile that does not fit the pixels is worth less than none
    return converted or picture


def _shrunk(picture: Image.Image, max_side: int) -> Image.Image:
    """The same picture, made smaller in its place."""
    if max(picture.size) > max_side:
        picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return picture


def _encoded(name: str, picture: Image.Image) -> Attachment:
    # Pixels only: `info` holds EXIF, GPS, XMP, comments and text chunks.
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    transparent = picture.mode == "RGBA" and picture.getchannel("A").getextrema() != (255, 255)
    out = io.BytesIO()
    if transparent:
        bare.save(out, "PNG", compress_level=6)
    else:
        bare.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    data = out.getvalue()
    kind = "image/png" if transparent else "image/jpeg"
    return Attachment(clean_name(name), kind, data, _digest(data), *picture.size)


def _read_heif() -> None:
    # Imported on the first HEIC: the decoder takes megabytes that most days nobody needs.
    with _heif_lock:
        import pillow_heif

        pillow_heif.register_heif_opener()


@functools.cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
