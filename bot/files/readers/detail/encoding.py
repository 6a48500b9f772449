"""Encodes pictures for the model: what is drawn stays sharp, what is photographed stays small.

Synchronous; runs in a sandbox process. Only pixels are written, never metadata.
"""

from __future__ import annotations

import hashlib
import io

from PIL import Image as PilImage

from bot.domain.files import Image
from bot.domain.pictures.sight import PictureContent, Sight
from bot.domain.safe_text import clean_name

_PHOTO_QUALITY, _SHARP_QUALITY = 88, 90
# A PNG is kept up to this size, which is about that of a sharp JPEG with much text in it.
_MAX_PNG_BYTES, _MAX_PNG_BYTES_PER_PIXEL = 128 * 1024, 0.4
# Of a larger picture a piece is tried first: a photo as PNG takes long and is thrown away.
_PROBE_SIDE, _PROBE_MARGIN = 256, 1.5
# An icon says little about what it is, and is small as PNG in any case.
_TINY_PIXELS = 64 * 64
_PNG_LEVEL, _TRANSPARENT_PNG_LEVEL = 4, 6


def encode_picture(name: str, picture: PilImage.Image, sight: Sight) -> Image:
    """Encode a picture in RGB or RGBA: as PNG if it is transparent, or drawn and small as PNG.

    Else it becomes a JPEG, whose colours are as sharp as its shapes unless it is a photo.
    """
    # A copy leaves out `info`, which holds EXIF, GPS, XMP, comments and text chunks.
    bare = PilImage.new(picture.mode, picture.size)
    bare.paste(picture)
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() != (255, 255):
        data, mimetype = _save_png(bare, _TRANSPARENT_PNG_LEVEL), "image/png"
    else:
        data, mimetype = _encode_opaque(bare.convert("RGB"), sight.content)
    digest = hashlib.sha256(data).hexdigest()
    return Image(clean_name(name), mimetype, data, digest, *picture.size, sight=sight)


def _encode_opaque(picture: PilImage.Image, content: PictureContent) -> tuple[bytes, str]:
    is_tiny = picture.width * picture.height <= _TINY_PIXELS
    if content is PictureContent.PHOTO and not is_tiny:
        return _save_jpeg(picture, _PHOTO_QUALITY, "4:2:0"), "image/jpeg"
    max_bytes = max(_MAX_PNG_BYTES, _MAX_PNG_BYTES_PER_PIXEL * picture.width * picture.height)
    if _can_be_small(picture, max_bytes):
        data = _save_png(picture, _PNG_LEVEL)
        if len(data) <= max_bytes:
            return data, "image/png"
    return _save_jpeg(picture, _SHARP_QUALITY, "4:4:4"), "image/jpeg"


def _can_be_small(picture: PilImage.Image, max_bytes: float) -> bool:
    """Whether the middle of a picture is small enough as PNG for the rest to be so as well."""
    area = picture.width * picture.height
    if area <= 4 * _PROBE_SIDE * _PROBE_SIDE:
        return True
    left, top = (max(0, (side - _PROBE_SIDE) // 2) for side in picture.size)
    probe = picture.crop(
        (left, top, min(picture.width, left + _PROBE_SIDE), min(picture.height, top + _PROBE_SIDE))
    )
    share = probe.width * probe.height / area
    return len(_save_png(probe, 1)) <= _PROBE_MARGIN * share * max_bytes


def _save_png(picture: PilImage.Image, level: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=level)
    return out.getvalue()


def _save_jpeg(picture: PilImage.Image, quality: int, subsampling: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, subsampling=subsampling)
    return out.getvalue()
