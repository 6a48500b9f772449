"""Unpacks pages of Parquet files: Snappy, gzip, Zstandard, LZ4, and as they are.

Each page is unpacked to the size that it states, and no further.
"""

from __future__ import annotations

import sys
import zlib

from bot.files.readers.parquet.budget import Budget
from bot.files.readers.parquet.metadata import ParquetError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["unpack_page", "zstd"]

PLAIN, SNAPPY, GZIP, ZSTD, LZ4_RAW = 0, 1, 2, 6, 7


def unpack_page(data: bytes, codec: int, size: int, budget: Budget) -> bytes:
    """Return the `size` bytes of a page. Raises `ParquetError`, `zlib.error` or `ZstdError`."""
    budget.take_bytes(size)
    if codec == PLAIN:
        unpacked = data
    elif codec == GZIP:
        unpacked = zlib.decompressobj(wbits=47).decompress(data, max(1, size))
    elif codec == ZSTD:
        unpacked = zstd.ZstdDecompressor().decompress(data, max_length=max(1, size))
    elif codec == SNAPPY:
        unpacked = _unpack_snappy(data, size, budget)
    elif codec == LZ4_RAW:
        unpacked = _unpack_lz4(data, size, budget)
    else:
        raise ParquetError("packed in another way")
    if len(unpacked) != size:
        raise ParquetError("another size than stated")
    return unpacked


def _unpack_snappy(data: bytes, size: int, budget: Budget) -> bytes:
    """Unpack Snappy (google/snappy, `format_description.txt`)."""
    position = 0
    while position < len(data) and data[position] >= 0x80:
        position += 1
    position += 1
    out, steps = bytearray(), 0
    while position < len(data) and len(out) < size:
        steps += 1
        if not steps % 1_000:
            budget.take_steps(1_000)
        tag = data[position]
        if tag & 3:
            length, offset, position = _read_snappy_copy(data, position)
            _copy_back(out, offset, min(length, size - len(out)))
        else:
            length, position = _read_snappy_length(data, position)
            out += data[position : position + length]
            position += length
    return bytes(out[:size])


def _read_snappy_length(data: bytes, position: int) -> tuple[int, int]:
    """Return how many bytes follow as they are, and where they begin."""
    length = data[position] >> 2
    position += 1
    if length < 60:
        return length + 1, position
    end = position + length - 59
    return int.from_bytes(data[position:end], "little") + 1, end


def _read_snappy_copy(data: bytes, position: int) -> tuple[int, int, int]:
    """Return how many bytes are copied, from how far back, and where what follows begins."""
    tag = data[position]
    kind = tag & 3
    end = position + (2, 3, 5)[kind - 1]
    offset = int.from_bytes(data[position + 1 : end], "little")
    if kind == 1:
        return (tag >> 2 & 7) + 4, tag >> 5 << 8 | offset, end
    return (tag >> 2) + 1, offset, end


def _unpack_lz4(data: bytes, size: int, budget: Budget) -> bytes:
    """Unpack a block of LZ4 (lz4/lz4, `lz4_Block_format.md`)."""
    out, position, steps = bytearray(), 0, 0
    while position < len(data) and len(out) < size:
        steps += 1
        if not steps % 1_000:
            budget.take_steps(1_000)
        token = data[position]
        length, position = _read_lz4_length(data, position + 1, token >> 4)
        out += data[position : position + length]
        position += length
        if position + 2 > len(data):
            break
        offset = int.from_bytes(data[position : position + 2], "little")
        length, position = _read_lz4_length(data, position + 2, token & 15)
        _copy_back(out, offset, min(length + 4, size - len(out)))
    return bytes(out[:size])


def _read_lz4_length(data: bytes, position: int, length: int) -> tuple[int, int]:
    if length == 15:
        while position < len(data):
            length += data[position]
            position += 1
            if data[position - 1] != 255:
                break
    return length, position


def _copy_back(out: bytearray, offset: int, length: int) -> None:
    """Append `length` bytes from `offset` bytes before the end, which may run into the new ones."""
    if not 0 < offset <= len(out):
        raise ParquetError("a copy from nowhere")
    start = len(out) - offset
    if offset >= length:
        out += out[start : start + length]
    elif length > 0:
        piece = bytes(out[start:])
        out += (piece * (length // offset + 1))[:length]
