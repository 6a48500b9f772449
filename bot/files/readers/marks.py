"""Finds what a person has drawn on a picture, by comparing it with the original.

Synchronous; runs in a sandbox process. See `bot.files.masking` for the areas themselves.
"""

from __future__ import annotations

import io

from PIL import Image

from bot.files.picture_work import Box
from bot.files.readers.detail.encoding import COPY_FORMATS

# What weighs less may as well be a window or a badge.
_MIN_WEIGHT = 0.5


def find_marks(base: bytes, marked: bytes) -> Box | None:
    """Return where `marked` differs from `base`; None if it is another picture, or the same.

    Both are encoded as working copies are.
    """
    # Here, as only some decoders need numpy.
    from bot.files.masking.finder import find_by_original

    with _open_picture(base) as one, _open_picture(marked) as other:
        found = [area for area in find_by_original(one, other) if area.weight >= _MIN_WEIGHT]
    if not found:
        return None
    height, width = found[0].area.shape
    boxes = [area.box for area in found]
    left, top = (min(box[side] for box in boxes) for side in (0, 1))
    right, bottom = (max(box[side] for box in boxes) for side in (2, 3))
    return left / width, top / height, right / width, bottom / height


def _open_picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=COPY_FORMATS)
