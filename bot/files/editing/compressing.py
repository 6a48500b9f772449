"""Makes the file of a picture small: of some bytes at most, or as small as it still looks well.

Runs in a sandbox process. What a picture is saved as otherwise is in `encoding.py`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from PIL import Image

from bot.files.editing.canvas import scale_to
from bot.files.editing.encoding import encode, encode_coarsely, has_transparency, is_drawn
from bot.files.unreadable import build_unreadable_error

# The best first. What is coarser shows its blocks: then a smaller picture is the better one.
_QUALITIES = (95, 85, 75, 65, 55, 45, 35)
_SMALL_QUALITY = 70
_MAX_STEPS = 12
# A little less than what would just fit, so that few steps do.
_SPARE = 0.95


@dataclass(frozen=True, slots=True)
class Compressed:
    """A file with its ending, the picture in it, and what was done to make it small."""

    data: bytes = field(repr=False)
    extension: str
    picture: Image.Image = field(repr=False)
    is_flattened: bool = False
    is_coarser: bool = False


def compress(name: str, picture: Image.Image, extension: str, dpi: int, limit: int) -> Compressed:
    """Save a picture in `limit` bytes at most; with 0, as small as it still looks well.

    A PNG becomes a JPEG or a WebP where it has to. Raises `UnreadableError`.
    """
    if not limit:
        coarse = "jpg" if extension == "jpg" else "webp"
        return _save(name, picture, coarse, dpi, _SMALL_QUALITY)
    data, is_flattened = encode(name, picture, extension, dpi)
    if len(data) <= limit:
        return Compressed(data, extension, picture, is_flattened)
    if extension == "png":
        is_webp = has_transparency(picture) or is_drawn(picture)
        extension = "webp" if is_webp else "jpg"
        # A drawing may fit with all its pixels.
        data, is_flattened = encode(name, picture, extension, dpi) if is_webp else (data, False)
        if len(data) <= limit:
            return Compressed(data, extension, picture, is_flattened)
    for _ in range(_MAX_STEPS):
        fitting, size = _find_best(name, picture, extension, dpi, limit)
        if fitting is not None:
            return fitting
        picture = _shrink(picture, _SPARE * math.sqrt(limit / size))
    raise build_unreadable_error(name, "not so small", limit // 1000)


def _find_best(
    name: str, picture: Image.Image, extension: str, dpi: int, limit: int
) -> tuple[Compressed | None, int]:
    """Return the best quality of at most `limit` bytes, None for none, and the bytes of the last
    that was tried: the coarsest where none fits."""
    best, size, low, high = None, limit, 0, len(_QUALITIES)
    while low < high:
        middle = (low + high) // 2
        saved = _save(name, picture, extension, dpi, _QUALITIES[middle])
        size = len(saved.data)
        if size <= limit:
            best, high = saved, middle
        else:
            low = middle + 1
    return best, size


def _save(name: str, picture: Image.Image, extension: str, dpi: int, quality: int) -> Compressed:
    data, is_flattened = encode_coarsely(name, picture, extension, dpi, quality)
    return Compressed(data, extension, picture, is_flattened, is_coarser=True)


def _shrink(picture: Image.Image, scale: float) -> Image.Image:
    size = (max(1, int(picture.width * scale)), max(1, int(picture.height * scale)))
    return scale_to(picture, size)
