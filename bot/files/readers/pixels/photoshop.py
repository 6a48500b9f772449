"""Reads Photoshop files of 16 and 32 bits, and large ones (PSB): the picture that lies behind the
layers, as it was saved.

Runs in a sandbox process. Source: Adobe, "Photoshop File Formats Specification" (November 2019).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from bot.domain.messages import Message
from bot.files.readers.pixels.depths import scale_values
from bot.files.readers.pixels.limits import MAX_PIXELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_HEADER = struct.Struct(">4sH6xHIIHH")
_LARGE, _RAW, _RUNS = 2, 0, 1
# By the number of the mode: how many channels it has, and what Pillow calls it.
_MODES = {1: (1, "L"), 3: (3, "RGB"), 4: (4, "CMYK"), 8: (1, "L")}
_DEPTHS, _LAST_MODE = (1, 8, 16, 32), 9
_FORMS = {8: ">u1", 16: ">u2", 32: ">f4"}
_MAX_BYTES = 800_000_000


@dataclass(frozen=True, slots=True)
class _Layout:
    """The header: `version` is 1, or 2 for large files."""

    version: int
    channels: int
    height: int
    width: int
    depth: int
    mode: int


def is_deep_photoshop(data: bytes) -> bool:
    """Whether Pillow does not read a Photoshop file for its depth or its size."""
    if len(data) < _HEADER.size:
        return False
    layout = _read_layout(data)
    return layout.depth > 8 or layout.version == _LARGE


def read_photoshop(data: bytes) -> tuple[Image.Image, Message | None]:
    """Return the picture in eight bits, and what was done to its range.

    Raises `NotImplementedError` for another form, `MemoryError`, and `ValueError` and much else for
    a damaged file.
    """
    import numpy as np

    layout = _read_layout(data)
    if layout.depth not in _DEPTHS or layout.mode > _LAST_MODE:
        raise ValueError("no header of a picture")
    if layout.mode not in _MODES or layout.depth not in _FORMS:
        raise NotImplementedError(f"mode {layout.mode}, {layout.depth} bits")
    count, mode = _MODES[layout.mode]
    if not (layout.width and layout.height) or layout.channels < count:
        raise ValueError("no picture")
    byte_count = layout.width * layout.height * layout.depth // 8
    if layout.width * layout.height > MAX_PIXELS or byte_count * count > _MAX_BYTES:
        raise MemoryError("too many pixels")
    planes = _read_planes(data, layout, count)
    if layout.depth == 8:
        values, note = planes.astype(np.uint8), None
    else:
        values, note = scale_values(planes.reshape(-1, layout.width))
    pixels = values.reshape(count, layout.height, layout.width)
    if mode == "CMYK":
        pixels = 255 - pixels
    channels = [Image.fromarray(np.ascontiguousarray(plane)) for plane in pixels]
    picture = channels[0] if count == 1 else Image.merge(mode, channels)
    return picture.convert("RGB"), note


def _read_layout(data: bytes) -> _Layout:
    _, *numbers = _HEADER.unpack_from(data)
    return _Layout(*numbers)


def _read_planes(data: bytes, layout: _Layout, count: int) -> NDArray[np.generic]:
    """Return the first channels, one row of pixels after the other."""
    import numpy as np

    at = _find_pixels(data, layout)
    packing, at = int.from_bytes(data[at : at + 2], "big"), at + 2
    row_bytes = layout.width * layout.depth // 8
    rows = layout.height * count
    if packing == _RAW:
        raw = data[at : at + row_bytes * rows]
    elif packing == _RUNS:
        # The lengths of all packed rows come first.
        at += layout.height * layout.channels * (4 if layout.version == _LARGE else 2)
        packed = data[at:]
        raw = Image.frombytes("L", (row_bytes, rows), packed, "packbits", "L").tobytes()
    else:
        raise NotImplementedError(f"packing {packing}")
    return np.frombuffer(raw, _FORMS[layout.depth])[: layout.width * rows]


def _find_pixels(data: bytes, layout: _Layout) -> int:
    """Return where the picture begins: behind colours, resources and layers."""
    at = _HEADER.size
    for number in range(3):
        size = 8 if number == 2 and layout.version == _LARGE else 4
        at += size + int.from_bytes(data[at : at + size], "big")
    return at
