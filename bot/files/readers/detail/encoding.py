"""Encodes pictures for the model: what is drawn stays sharp, what is photographed stays small.

Synchronous; runs in a sandbox process. Only pixels are written, never metadata.
"""

from __future__ import annotations

import hashlib
import io
from typing import Any

from PIL import Image as PilImage

from bot.domain.files import Image
from bot.domain.pictures.sight import PictureContent, Sight
from bot.domain.safe_text import clean_name
from bot.files.readers.detail.keeping import OwnPixels, Source, WebpSource, bound_kept_bytes
from bot.files.readers.detail.sharpness import JpegSource, convert_to_palette, has_sharp_colours

# What a working copy may be encoded as; nothing else is opened as one.
COPY_FORMATS = ("PNG", "JPEG", "WEBP")
_PHOTO_QUALITY, _SHARP_QUALITY = 88, 90
# The steps of lightness in a JPEG of these qualities, added up: finer ones than its own give a
# picture nothing back.
_PHOTO_COARSENESS, _SHARP_COARSENESS = 884, 736
# Of a larger picture a piece is tried first: a photo as PNG takes long and is thrown away.
_PROBE_SIDE, _PROBE_MARGIN = 256, 1.5
# An icon says little about what it is, and is small as PNG in any case.
_TINY_PIXELS = 64 * 64
# Of a smaller picture a palette saves a few kilobytes.
_SMALL_PIXELS = 320 * 320
_PNG_LEVEL, _BETTER_PNG_LEVEL, _BEST_PNG_LEVEL = 4, 6, 9
# A picture with a palette that is larger is not compressed as well as can be: that takes eight
# times as long and saves a seventh.
_MAX_BEST_PIXELS = 400_000
# Of a WebP, which takes about as long as a PNG then, and is as large as it came.
_WEBP_QUALITY, _LOSSLESS_EFFORT, _WEBP_METHOD = 80, 50, 2
# A drawn PNG of so few bytes is sent in its own: to encode it again saves less than it takes.
_MAX_OWN_BYTES, _MAX_OWN_BYTES_PER_PIXEL = 32 * 1024, 0.1


def encode_picture(
    name: str,
    picture: PilImage.Image,
    sight: Sight,
    source: Source | None = None,
) -> Image:
    """Encode a picture in RGB or RGBA: as PNG if it is transparent, or drawn and small as PNG.

    What came as a WebP stays one, else it becomes a JPEG, whose colours are as sharp as its shapes
    unless it is a photo. `source` is that of a picture which has the size of its file, or the kind
    of a WebP: no picture becomes larger than it came.
    """
    own = source if isinstance(source, OwnPixels) else None
    if own is not None and _is_kept_whole(own, sight.content, picture.width * picture.height):
        data, mimetype = own.data, own.mimetype
    else:
        data, mimetype = _encode(picture, sight.content, source)
        if (
            own is not None
            and mimetype == own.mimetype == "image/png"
            and len(own.data) < len(data)
        ):
            data = own.data
    digest = hashlib.sha256(data).hexdigest()
    return Image(clean_name(name), mimetype, data, digest, *picture.size, sight=sight)


def _encode(
    picture: PilImage.Image, content: PictureContent, source: Source | None
) -> tuple[bytes, str]:
    # A copy leaves out `info`, which holds EXIF, GPS, XMP, comments and text chunks.
    bare = PilImage.new(picture.mode, picture.size)
    bare.paste(picture)
    is_clear = picture.mode == "RGBA" and picture.getchannel("A").getextrema() != (255, 255)
    bare = bare if is_clear else bare.convert("RGB")
    if isinstance(source, WebpSource) and (is_clear or content is not PictureContent.PHOTO):
        kept = _choose_webp(bare, source)
        if kept is not None:
            return _save_webp(bare, kept), "image/webp"
    if is_clear:
        return _save_png(bare, _BETTER_PNG_LEVEL), "image/png"
    if isinstance(source, JpegSource) and _is_kept(source, content):
        return _save_as_it_came(bare, source), "image/jpeg"
    return _encode_opaque(bare, content)


def _choose_webp(picture: PilImage.Image, source: WebpSource) -> WebpSource | None:
    """Return the kind of WebP that a picture is saved as; None where another format is better.

    A lossy one keeps colour for each four pixels only. Of what came so, nothing more is lost at its
    own size.
    """
    if not source.is_shrunk or not has_sharp_colours(picture.convert("RGB")):
        return source
    return WebpSource(is_lossless=True) if picture.mode == "RGBA" else None


def _is_kept_whole(own: OwnPixels, content: PictureContent, area: int) -> bool:
    """Whether a picture is sent in its own bytes, without a try of others."""
    if own.mimetype == "image/webp":
        # In any other form it would be larger, or lose what it has.
        return len(own.data) <= bound_kept_bytes(area)
    is_small = len(own.data) <= max(_MAX_OWN_BYTES, _MAX_OWN_BYTES_PER_PIXEL * area)
    return is_small and content is not PictureContent.PHOTO


def _is_kept(source: JpegSource, content: PictureContent) -> bool:
    """Whether a JPEG stays one, as small as it came; photos of high quality become smaller."""
    return content is not PictureContent.PHOTO or source.coarseness >= _PHOTO_COARSENESS


def _encode_opaque(picture: PilImage.Image, content: PictureContent) -> tuple[bytes, str]:
    is_tiny = picture.width * picture.height <= _TINY_PIXELS
    if content is PictureContent.PHOTO and not is_tiny:
        # Text over text has no lines, but strokes in colours.
        if not has_sharp_colours(picture):
            return _save_jpeg(picture, _PHOTO_QUALITY, "4:2:0"), "image/jpeg"
    elif picture.width * picture.height > _SMALL_PIXELS:
        picture = convert_to_palette(picture) or picture
    max_bytes = bound_kept_bytes(picture.width * picture.height)
    if _can_be_small(picture, max_bytes):
        data = _save_png(picture, _choose_level(picture))
        if len(data) <= max_bytes:
            return data, "image/png"
    jpeg = _save_jpeg(picture.convert("RGB"), _SHARP_QUALITY, "4:4:4")
    if len(jpeg) > max_bytes and _can_be_small(picture, len(jpeg)):
        png = _save_png(picture, _PNG_LEVEL)
        if len(png) < len(jpeg):
            return png, "image/png"
    return jpeg, "image/jpeg"


def _choose_level(picture: PilImage.Image) -> int:
    if picture.mode != "P":
        return _PNG_LEVEL
    is_large = picture.width * picture.height > _MAX_BEST_PIXELS
    return _BETTER_PNG_LEVEL if is_large else _BEST_PNG_LEVEL


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


def _save_webp(picture: PilImage.Image, source: WebpSource) -> bytes:
    out = io.BytesIO()
    if source.is_lossless:
        picture.save(out, "WEBP", lossless=True, quality=_LOSSLESS_EFFORT, method=_WEBP_METHOD)
    else:
        picture.save(out, "WEBP", quality=_WEBP_QUALITY, method=_WEBP_METHOD)
    return out.getvalue()


def _save_as_it_came(picture: PilImage.Image, source: JpegSource) -> bytes:
    """Save the pixels of a JPEG with its own steps: they are rounded to what they were.

    Steps that are finer than needed become those of a sharp JPEG.
    """
    if source.own and source.coarseness >= _SHARP_COARSENESS:
        return source.own
    options: dict[str, Any] = {"qtables": [list(table) for table in source.tables]}
    if source.coarseness < _SHARP_COARSENESS:
        options = {"quality": _SHARP_QUALITY}
    if source.subsampling < 0:
        picture = picture.convert("L")
    else:
        options["subsampling"] = source.subsampling
    out = io.BytesIO()
    picture.save(out, "JPEG", optimize=True, **options)
    return out.getvalue()
