"""Reads TIFF files whose kind of pixels Pillow does not know: fractions in colour, 16 or 64 bits.

Runs in a sandbox process. See `depths.py` for what is made of such values.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from bot.domain.messages import Message
from bot.files.readers.pixels.depths import scale_values
from bot.files.readers.pixels.limits import MAX_PIXELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MAX_BYTES = 800_000_000


def is_unknown_tiff(data: bytes) -> bool:
    """Whether Pillow does not open a TIFF because of the kind of its pixels."""
    try:
        with Image.open(io.BytesIO(data), formats=["TIFF"]):
            return False
    except SyntaxError as error:
        return "mode" in str(error)
    except OSError:
        # Pillow says no more than that it is none of its pictures.
        return True


def read_tiff(data: bytes) -> tuple[Image.Image, Message | None]:
    """Return the first picture of a TIFF in eight bits, and what was done to its range.

    Raises `ValueError` and much else for what cannot be read.
    """
    import tifffile

    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages[0]
        _check_shape(page.shape, page.dtype)
        values = _arrange(page.asarray(), is_planar=page.planarconfig == 2)  # type: ignore[union-attr]
    grey, note = scale_values(values)
    picture = Image.fromarray(grey)
    return picture, note


def _check_shape(shape: tuple[int, ...], dtype: np.dtype[np.generic] | None) -> None:
    if dtype is None or not 2 <= len(shape) <= 3 or not all(shape):
        raise ValueError("no picture")
    total = 1
    for side in shape:
        total *= side
    if total * dtype.itemsize > _MAX_BYTES or total > 4 * MAX_PIXELS:
        raise MemoryError("too many pixels")


def _arrange(values: NDArray[np.generic], *, is_planar: bool) -> NDArray[np.generic]:
    """Return values as rows of pixels, grey or of three channels: what is more is left out."""
    import numpy as np

    if values.ndim == 3 and is_planar:
        values = np.moveaxis(values, 0, -1)
    if values.ndim == 2:
        return values
    return values[..., 0] if values.shape[-1] < 3 else values[..., :3]
