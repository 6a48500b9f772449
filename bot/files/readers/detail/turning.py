"""Turns pictures upright as their metadata says, and finds parts of the upright picture in them.

Works on loaded pictures; runs in a sandbox process.
"""

from __future__ import annotations

from PIL import Image

from bot.domain.pictures.sight import Box

_ORIENTATION_TAG = 0x0112
_Transpose = Image.Transpose
_TRANSPOSE_BY_ORIENTATION = {
    2: _Transpose.FLIP_LEFT_RIGHT,
    3: _Transpose.ROTATE_180,
    4: _Transpose.FLIP_TOP_BOTTOM,
    5: _Transpose.TRANSPOSE,
    6: _Transpose.ROTATE_270,
    7: _Transpose.TRANSVERSE,
    8: _Transpose.ROTATE_90,
}
# These exchange width and height.
_SIDEWAYS = (
    _Transpose.TRANSPOSE,
    _Transpose.ROTATE_270,
    _Transpose.TRANSVERSE,
    _Transpose.ROTATE_90,
)
# Whether the upright picture shows the columns, or the rows, of the stored one from the other end.
_MIRRORS_COLUMNS = (
    _Transpose.FLIP_LEFT_RIGHT,
    _Transpose.ROTATE_180,
    _Transpose.TRANSVERSE,
    _Transpose.ROTATE_90,
)
_MIRRORS_ROWS = (
    _Transpose.FLIP_TOP_BOTTOM,
    _Transpose.ROTATE_180,
    _Transpose.TRANSVERSE,
    _Transpose.ROTATE_270,
)


def read_orientation(picture: Image.Image) -> Image.Transpose | None:
    """Return how the metadata says to turn the picture; None if it is missing or damaged."""
    try:
        return _TRANSPOSE_BY_ORIENTATION.get(picture.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # noqa: BLE001 - the parser raises anything on damaged data
        return None


def compute_upright_size(
    size: tuple[int, int], transpose: Image.Transpose | None
) -> tuple[int, int]:
    """Return the size of the upright picture."""
    width, height = size
    return (height, width) if transpose in _SIDEWAYS else (width, height)


def crop_upright(picture: Image.Image, box: Box, transpose: Image.Transpose | None) -> Image.Image:
    """Return the part of a picture, still as it is stored, that is `box` once it is upright."""
    left, top, right, bottom = box
    if transpose in _SIDEWAYS:
        left, top, right, bottom = top, left, bottom, right
    if transpose in _MIRRORS_COLUMNS:
        left, right = picture.width - right, picture.width - left
    if transpose in _MIRRORS_ROWS:
        top, bottom = picture.height - bottom, picture.height - top
    return picture.crop((left, top, right, bottom))
