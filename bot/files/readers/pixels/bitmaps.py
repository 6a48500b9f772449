"""Rewrites bitmaps (BMP) whose channels lie where Pillow expects none, as bitmaps of 32 bits.

Runs in a sandbox process. Source of the layout: Microsoft, "BITMAPV5HEADER structure".
"""

from __future__ import annotations

import struct

from bot.files.readers.pixels.limits import MAX_PIXELS

_FILE_HEADER_BYTES, _INFO_HEADER_BYTES, _V3_HEADER_BYTES = 14, 40, 56
_BITFIELDS = (3, 6)  # with three masks, or with four
# Those that Pillow reads, by their number of bits: red, green, blue and alpha.
_KNOWN_MASKS = {
    16: {(0xF800, 0x7E0, 0x1F, 0), (0x7C00, 0x3E0, 0x1F, 0)},
    32: {(0xFF0000, 0xFF00, 0xFF, 0), (0xFF0000, 0xFF00, 0xFF, 0xFF000000)},
}


def rewrite_bitmap(data: bytes) -> bytes:
    """Return a bitmap with odd masks as one of 32 bits a pixel; any other data as it is."""
    if len(data) < _FILE_HEADER_BYTES + _V3_HEADER_BYTES or not data.startswith(b"BM"):
        return data
    header_bytes, width, height, _, bits, compression = struct.unpack_from("<IiiHHI", data, 14)
    if header_bytes < _INFO_HEADER_BYTES or compression not in _BITFIELDS or bits not in (16, 32):
        return data
    masks = _read_masks(data, has_alpha=header_bytes >= _V3_HEADER_BYTES or compression == 6)
    is_known = masks in _KNOWN_MASKS[bits]
    if is_known or not 0 < width * abs(height) <= MAX_PIXELS:
        return data
    start = struct.unpack_from("<I", data, 10)[0]
    return _build(_spread(data[start:], width, abs(height), bits, masks), width, height)


def _read_masks(data: bytes, *, has_alpha: bool) -> tuple[int, int, int, int]:
    red, green, blue, alpha = struct.unpack_from("<IIII", data, 54)
    return red, green, blue, alpha if has_alpha else 0


def _spread(
    data: bytes, width: int, height: int, bits: int, masks: tuple[int, int, int, int]
) -> bytes:
    """Return rows of blue, green, red and alpha, of eight bits each. Missing pixels are zero."""
    import numpy as np

    row_bytes = (width * bits + 31) // 32 * 4
    rows = np.frombuffer(data[: row_bytes * height].ljust(row_bytes * height, b"\0"), np.uint8)
    kind = np.dtype("<u2" if bits == 16 else "<u4")
    pixels = rows.reshape(height, row_bytes)[:, : width * bits // 8].copy().view(kind)
    spread = np.empty((height, width, 4), np.uint8)
    for place, mask in enumerate((masks[2], masks[1], masks[0], masks[3])):
        if not mask:
            spread[..., place] = 255 if place == 3 else 0
            continue
        shift = (mask & -mask).bit_length() - 1
        spread[..., place] = ((pixels & mask) >> shift).astype(np.float32) * (
            255 / (mask >> shift)
        ) + 0.5
    return spread.tobytes()


def _build(pixels: bytes, width: int, height: int) -> bytes:
    offset = _FILE_HEADER_BYTES + 108
    info = struct.pack("<IiiHHIIiiII", 108, width, height, 1, 32, 3, len(pixels), 0, 0, 0, 0)
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    head = b"BM" + struct.pack("<IHHI", offset + len(pixels), 0, 0, offset)
    return head + info + masks + bytes(108 - len(info) - len(masks)) + pixels
