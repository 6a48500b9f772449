"""Makes pixels of 16 and 32 bits and of fractions visible: eight bits for each.

Runs in a sandbox process. See `bot.files.readers.pictures` for who loads the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PIL import Image

from bot.domain.messages import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_STRETCHED = "its true brightness ({low} to {high} is shown as black to white)"
# Rows are converted together as long as they hold about as many pixels.
_STRIP_PIXELS = 4_000_000
_WHITE_16_BITS = 65_535
# The brightest pixel of a picture in its usual range is seldom darker than this.
_DARK_SHARE = 1 / 8
# What a grey hole of fewer bits is, in eight: Pillow spreads the pixels, and not the hole.
_SPREAD = {"L;4": 17, "L;2": 85}


def spread_hole(picture: Image.Image) -> None:
    """Give the hole of a PNG the depth of the pixels: a grey of two or four bits, a colour of 16.

    Call it before the pixels are loaded: their depth in the file is not known afterwards.
    """
    hole = picture.info.get("transparency")
    tiles = getattr(picture, "tile", None)
    raw_mode = tiles[0].args if tiles else ""
    if isinstance(hole, int) and isinstance(raw_mode, str):
        picture.info["transparency"] = hole * _SPREAD.get(raw_mode, 1)
    elif isinstance(hole, tuple) and raw_mode == "RGB;16B":
        picture.info["transparency"] = tuple(value >> 8 for value in hole)


def is_deep(picture: Image.Image) -> bool:
    """Whether the pixels have more than eight bits in each channel."""
    return picture.mode == "F" or picture.mode.startswith("I")


def load_shallow(picture: Image.Image, frame: int = 0) -> tuple[Image.Image, Message | None]:
    """Load a frame; return it in eight bits, and what is to be told of its range."""
    if picture.format != "PSD":  # whose frames are its layers, from 1 on
        picture.seek(frame)
    picture.load()
    return reduce_depth(picture) if is_deep(picture) else (picture, None)


def reduce_depth(picture: Image.Image) -> tuple[Image.Image, Message | None]:
    """Return a deep, loaded picture in eight bits, and what was done if its range was unusual.

    Sixteen bits are cut to their upper half, and fractions from 0 to 1 spread. What lies outside
    or uses an eighth of it at most is stretched: its lowest value is black, its highest white. A
    transparent grey stays a hole.
    """
    import numpy as np

    values = np.asarray(picture)
    if picture.mode == "I" and _is_unsigned(picture):
        values = values.view(np.uint32)
    grey, note = scale_values(values)
    reduced = Image.fromarray(grey)
    reduced.info = {**picture.info}
    hole = reduced.info.pop("transparency", None)
    if isinstance(hole, int):
        reduced.putalpha(Image.fromarray(np.where(values == hole, 0, 255).astype(np.uint8)))
    return reduced, note


def scale_values(values: NDArray[np.generic]) -> tuple[NDArray[np.uint8], Message | None]:
    """Return values of any kind as eight bits each, and what was done if their range is unusual."""
    import numpy as np

    low, high = _find_range(values)
    white = _choose_white(values.dtype, low, high)
    note = None if white else Message(_STRETCHED, low=f"{low:g}", high=f"{high:g}")
    start, width = (0.0, white) if white else (low, (high - low) or 1.0)
    scaled = np.empty(values.shape, np.uint8)
    for rows in _cut_strips(values.shape):
        shares = (values[rows].astype(np.float64) - start) * (255.0 / width)
        scaled[rows] = np.clip(np.nan_to_num(np.rint(shares)), 0, 255)
    return scaled, note


def _is_unsigned(picture: Image.Image) -> bool:
    """Whether a TIFF says so of its 32 bits, which Pillow takes for signed (TIFF 6.0, tag 339)."""
    tags = getattr(picture, "tag_v2", None)
    return tags is not None and bool(tags.get(339, (1,))[0] == 1)


def _choose_white(dtype: np.dtype[np.generic], low: float, high: float) -> float:
    """Return the value that is white where black is 0; 0 for a range of no usual kind."""
    if dtype.itemsize == 1 and dtype.kind == "u":
        return 255.0
    if low < 0:
        return 0.0
    # As fractions, as the eight bits of a screen, or as sixteen.
    whites = (1.0, 255.0, float(_WHITE_16_BITS)) if dtype.kind == "f" else (float(_WHITE_16_BITS),)
    white = next((white for white in whites if high <= white), 0.0)
    # All of it would be black: another range is meant, such as the twelve bits of a sensor.
    is_dark = white > 1 and high > 0 and high < white * _DARK_SHARE
    return 0.0 if is_dark else white


def _find_range(values: NDArray[np.generic]) -> tuple[float, float]:
    """Return the lowest and the highest value that is a number."""
    import numpy as np

    lows, highs = [], []
    for rows in _cut_strips(values.shape):
        strip = values[rows]
        numbers = strip[np.isfinite(strip)] if values.dtype.kind == "f" else strip
        if numbers.size:
            lows.append(float(numbers.min()))
            highs.append(float(numbers.max()))
    return (min(lows), max(highs)) if lows else (0.0, 0.0)


def _cut_strips(shape: tuple[int, ...]) -> Iterator[slice]:
    count = max(1, _STRIP_PIXELS // max(1, shape[1]))
    yield from (slice(top, top + count) for top in range(0, shape[0], count))
