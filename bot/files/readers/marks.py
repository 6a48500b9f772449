"""Finds what a person has drawn on a picture, by comparing it with the original.

Synchronous; runs in a sandbox process. If more than a few strokes differ, it is another picture.
"""

from __future__ import annotations

import io

from PIL import Image, ImageChops

from bot.files.picture_work import Box

_COMPARED_SIDE = 256
# How much a pixel has to differ, of 255: smaller differences come from compression.
_MIN_DIFFERENCE = 48
# The fractions of the picture that marks may cover. Marks are strokes, so that they also cover at
# most `_MAX_DENSITY` of the box around them.
_MIN_SHARE, _MAX_SHARE, _MAX_DENSITY = 0.0004, 0.15, 0.6
_MAX_ASPECT_DIFFERENCE = 0.02


def find_marks(base: bytes, marked: bytes) -> Box | None:
    """Return where `marked` differs from `base`; None if it is another picture, or the same.

    Both are PNG or JPEG, as `pictures.py` encodes them.
    """
    with _open_picture(base) as one, _open_picture(marked) as other:
        if abs(one.width / one.height - other.width / other.height) > _MAX_ASPECT_DIFFERENCE:
            return None
        size = _scale_size(one.size)
        first, second = (picture.convert("RGB").resize(size) for picture in (one, other))
    difference = ImageChops.difference(first, second)
    # Take the channel that differs most: a red line on grey differs in only two of three.
    red, green, blue = difference.split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    changed = strongest.point(lambda value: 255 if value >= _MIN_DIFFERENCE else 0)
    share = changed.histogram()[255] / (size[0] * size[1])
    box = changed.getbbox()
    if box is None or not _MIN_SHARE <= share <= _MAX_SHARE:
        return None
    left, top, right, bottom = box
    if share * size[0] * size[1] > _MAX_DENSITY * (right - left) * (bottom - top):
        return None
    return left / size[0], top / size[1], right / size[0], bottom / size[1]


def _open_picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=["PNG", "JPEG"])


def _scale_size(size: tuple[int, int]) -> tuple[int, int]:
    scale = _COMPARED_SIDE / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
