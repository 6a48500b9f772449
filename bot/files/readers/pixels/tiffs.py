"""Reads TIFF files whose pixels Pillow does not know, or shows wrong: fractions in colour, 64 bits,
16 bits in one plane a colour, complex numbers, more channels than colours.

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


# Tags of TIFF 6.0, and values of theirs.
_BITS, _PHOTOMETRIC, _SAMPLES, _PLANES, _FORMATS = 258, 262, 277, 284, 339
_GREY_OR_RGB, _SEPARATE, _COMPLEX = (0, 1, 2), 2, (5, 6)


def is_unknown_tiff(data: bytes) -> bool:
    """Whether Pillow does not open a TIFF for the kind of its pixels, or shows them wrong."""
    try:
        with Image.open(io.BytesIO(data), formats=["TIFF"]) as picture:
            return _is_shown_wrong(picture)
    except SyntaxError as error:
        return "mode" in str(error)
    except OSError:
        # Pillow says no more than that it is none of its pictures.
        return True


def _is_shown_wrong(picture: Image.Image) -> bool:
    tags = getattr(picture, "tag_v2", {})
    samples = int(tags.get(_SAMPLES, 1))
    bits, formats = tags.get(_BITS, (1,)), tags.get(_FORMATS, (1,))
    is_deep_planes = tags.get(_PLANES, 1) == _SEPARATE and samples > 1 and max(bits) > 8
    # Three colours and what is transparent.
    is_measured = samples > 4 and tags.get(_PHOTOMETRIC, 1) in _GREY_OR_RGB
    return is_deep_planes or is_measured or any(value in _COMPLEX for value in formats)


def read_tiff(data: bytes) -> tuple[Image.Image, list[Message]]:
    """Return the first picture of a TIFF in eight bits, and what of the file is not shown as it is.

    Raises `ValueError` and much else for what cannot be read.
    """
    import tifffile

    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages[0]
        _check_shape(page.shape, page.dtype)
        values = page.asarray()
        if values.ndim == 3 and getattr(page, "planarconfig", 1) == _SEPARATE:
            values = values.transpose(1, 2, 0)
        others = len(file.pages) - 1
    channels = values.shape[2] if values.ndim == 3 else 1
    shown = _choose_channels(values)
    grey, stretched = scale_values(abs(shown) if shown.dtype.kind == "c" else shown)
    notes = [stretched] if stretched else []
    if left_out := channels - (shown.shape[2] if shown.ndim == 3 else 1):
        notes.append(
            Message("{count:,} of {total:,} channels of its pixels", count=left_out, total=channels)
        )
    if others:
        notes.append(Message("{count:,} of {total:,} pages", count=others, total=others + 1))
    return Image.fromarray(grey), notes


def _check_shape(shape: tuple[int, ...], dtype: np.dtype[np.generic] | None) -> None:
    if dtype is None or not 2 <= len(shape) <= 3 or not all(shape):
        raise ValueError("no picture")
    total = 1
    for side in shape:
        total *= side
    if total * dtype.itemsize > _MAX_BYTES or total > 4 * MAX_PIXELS:
        raise MemoryError("too many pixels")


def _choose_channels(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return grey or three channels of rows of pixels."""
    if values.ndim == 2:
        return values
    return values[..., 0] if values.shape[-1] < 3 else values[..., :3]
