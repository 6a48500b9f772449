"""Pictures in: recognised by content, checked before decoding, made small and clean for the model.

Synchronous and heavy: callers run it in a thread. Fetches and stores nothing.
"""

from __future__ import annotations

import functools
import hashlib
import io
import threading

from PIL import Image, ImageCms, ImageOps

from bot.errors import TellPerson
from bot.media.kinds import recognise
from bot.media.naming import clean_name
from bot.types import Attachment

MAX_SIDE = 2048
# Checked in the header, before a pixel is decoded. Phones make up to 200 megapixels, rarely.
MAX_PIXELS = 100_000_000
_QUALITY = 88

_UNSUPPORTED = "I could not read {}: I read pictures as PNG, JPEG, WebP, GIF or HEIC."
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
        picture = _decoded(name, kind, data, max_side)
        return _encoded(name, picture)
    except Unreadable:
        raise
    except MemoryError as error:
        raise Unreadable("no memory for it", said=_CORRUPT.format(clean_name(name))) from error
    except Exception as error:
        # Decoders raise whatever a hostile file makes them raise: SyntaxError, struct.error, …
        detail = f"{kind}: {type(error).__name__}"
        raise Unreadable(detail, said=_CORRUPT.format(clean_name(name))) from error


def reopen(name: str, data: bytes) -> Attachment:
    """A working copy that `prepare` made, as an attachment again. Reads only its header."""
    with Image.open(io.BytesIO(data)) as picture:
        width, height = picture.size
    kind = recognise(data) or "image/png"
    return Attachment(clean_name(name), kind, data, _digest(data), width, height)


def _decoded(name: str, kind: str, data: bytes, max_side: int) -> Image.Image:
    if kind == "image/heic":
        _read_heif()
    with Image.open(io.BytesIO(data)) as picture:
        width, height = picture.size
        if width * height > MAX_PIXELS:
            millions = width * height // 1_000_000
            said = _TOO_MANY.format(clean_name(name), millions, MAX_PIXELS // 1_000_000)
            raise Unreadable(f"{width}x{height}", said=said)
        # JPEG can decode at a fraction of the size, which saves most of the time and memory.
        picture.draft("RGB", (max_side, max_side))
        picture.seek(0)
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        profile = picture.info.get("icc_profile")
        return _shrunk(_in_srgb(_plain(upright), profile), max_side)


def _plain(picture: Image.Image) -> Image.Image:
    """In RGB or RGBA, whatever it was: palette, grey, 16 bits, CMYK."""
    if picture.mode in ("RGB", "RGBA"):
        return picture
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        low, high = picture.getextrema()
        span = float(high) - float(low)  # type: ignore[arg-type]
        scale = 255.0 / span if span > 0 else 0.0
        wide = picture.convert("F").point(lambda v: v * scale - float(low) * scale)  # type: ignore[arg-type]
        return wide.convert("L").convert("RGB")
    has_alpha = picture.mode in ("LA", "PA", "La", "RGBa") or "transparency" in picture.info
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
    if max(picture.size) <= max_side:
        return picture
    small = picture.copy()
    small.thumbnail((max_side, max_side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return small


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
