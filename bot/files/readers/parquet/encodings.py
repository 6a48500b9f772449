"""Decodes the values in the pages of Parquet files: plain, run lengths, dictionaries, deltas.

Every decoder returns at most `count` values. Source: `Encodings.md` of the format.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from bot.files.readers.parquet.budget import Budget
from bot.files.readers.parquet.metadata import Node, ParquetError, Physical

_FORMATS = {Physical.INT32: "i", Physical.INT64: "q", Physical.FLOAT: "f", Physical.DOUBLE: "d"}
_MAX_BIT_WIDTH, _MAX_BLOCK_VALUES, _MAX_FIXED_BYTES = 64, 1 << 20, 1 << 20


def get_width(node: Node) -> int:
    """Return how many bytes a value takes; 0 for those of different lengths. Raises."""
    if node.physical is Physical.FIXED and not 0 < node.length <= _MAX_FIXED_BYTES:
        raise ParquetError("no length")
    widths = {
        Physical.INT32: 4,
        Physical.FLOAT: 4,
        Physical.INT64: 8,
        Physical.DOUBLE: 8,
        Physical.INT96: 12,
        Physical.FIXED: node.length,
    }
    return 0 if node.physical is None else widths.get(node.physical, 0)


def decode_plain(node: Node, data: bytes, count: int, budget: Budget) -> list[Any]:
    """Decode values as they are."""
    budget.take_steps(count)
    if node.physical is Physical.BOOLEAN:
        return [bool(bit) for bit in unpack_bits(data, 1, count)]
    if node.physical is Physical.BYTE_ARRAY:
        return _decode_byte_arrays(data, count)
    width = get_width(node)
    count = min(count, len(data) // width)
    if (letter := _FORMATS.get(node.physical or Physical.FIXED)) is not None:
        return list(struct.unpack_from(f"<{count}{letter}", data))
    return [data[start : start + width] for start in range(0, count * width, width)]


def _decode_byte_arrays(data: bytes, count: int) -> list[bytes]:
    values, position = list[bytes](), 0
    while len(values) < count and position + 4 <= len(data):
        length = int.from_bytes(data[position : position + 4], "little")
        position += 4 + length
        if position > len(data):
            raise ParquetError("a value longer than its page")
        values.append(data[position - length : position])
    return values


def decode_split(node: Node, data: bytes, count: int, budget: Budget) -> list[Any]:
    """Decode values whose first bytes come first, then their second ones (BYTE_STREAM_SPLIT)."""
    width = get_width(node)
    if not width:
        raise ParquetError("no numbers to be split")
    budget.take_steps(count)
    total = len(data) // width
    pieces = (data[index : total * width : total] for index in range(min(count, total)))
    return decode_plain(node, b"".join(pieces), min(count, total), budget)


def decode_runs(data: bytes, width: int, count: int, budget: Budget) -> list[int]:
    """Decode numbers of `width` bits in runs: equal ones, or packed ones."""
    if not 0 <= width <= _MAX_BIT_WIDTH:
        raise ParquetError("another width")
    if not width:
        budget.take_steps(count)
        return [0] * count
    values, position, size = list[int](), 0, -(-width // 8)
    while len(values) < count and position < len(data):
        head, position = _read_varint(data, position)
        missing = count - len(values)
        budget.take_steps(1 + min(missing, head * 4))
        if head & 1:
            end = position + (head >> 1) * width
            values += unpack_bits(data[position:end], width, min(missing, (head >> 1) * 8))
            position = end
        else:
            value = int.from_bytes(data[position : position + size], "little")
            values += [value] * min(missing, head >> 1)
            position += size
    return values


def unpack_bits(data: bytes, width: int, count: int) -> list[int]:
    """Unpack numbers of `width` bits, the lowest first."""
    count = min(count, len(data) * 8 // width) if width else count
    values, mask = list[int](), (1 << width) - 1
    # Eight of them fill whole bytes; a number of all the bytes would be shifted over and over.
    for start in range(0, count, 8):
        packed = int.from_bytes(data[start * width // 8 : (start + 8) * width // 8], "little")
        values += [packed >> index * width & mask for index in range(min(8, count - start))]
    return values


def decode_deltas(data: bytes, count: int, budget: Budget) -> tuple[list[int], int]:
    """Decode numbers stored as differences; return them, and where the data after them begins."""
    block, position = _read_varint(data, 0)
    parts, position = _read_varint(data, position)
    total, position = _read_varint(data, position)
    first, position = _read_signed(data, position)
    if not 0 < block <= _MAX_BLOCK_VALUES or not 0 < parts <= 512 or block % (parts * 32):
        raise ParquetError("another block")
    values = [first] if total else []
    while len(values) < total and position < len(data):
        smallest, position = _read_signed(data, position)
        widths = data[position : position + parts]
        position += parts
        for width in widths:
            if len(values) >= total:
                break
            if width > _MAX_BIT_WIDTH:
                raise ParquetError("another width")
            needed = min(block // parts, total - len(values))
            budget.take_steps(1 + needed)
            size = block // parts * width // 8
            for delta in unpack_bits(data[position : position + size], width, needed):
                values.append(values[-1] + smallest + delta)
            position += size
    return values[:count], position


def decode_delta_numbers(node: Node, data: bytes, count: int, budget: Budget) -> list[int]:
    """Decode differences as numbers of the column's width, which wrap around."""
    bits = 32 if node.physical is Physical.INT32 else 64
    half, values = 1 << (bits - 1), decode_deltas(data, count, budget)[0]
    return [(value + half) % (2 * half) - half for value in values]


def decode_delta_lengths(_node: Node, data: bytes, count: int, budget: Budget) -> list[bytes]:
    """Decode byte arrays whose lengths stand first."""
    lengths, position = decode_deltas(data, 1 << 62, budget)
    values = list[bytes]()
    for length in lengths[:count]:
        if not 0 <= length <= len(data) - position:
            raise ParquetError("a value longer than its page")
        values.append(data[position : position + length])
        position += length
    return values


def decode_delta_arrays(node: Node, data: bytes, count: int, budget: Budget) -> list[bytes]:
    """Decode byte arrays of which each begins like the one before."""
    prefixes, position = decode_deltas(data, 1 << 62, budget)
    suffixes = decode_delta_lengths(node, data[position:], count, budget)
    values, last = list[bytes](), b""
    for prefix, suffix in zip(prefixes, suffixes, strict=False):
        if not 0 <= prefix <= len(last):
            raise ParquetError("a prefix longer than its value")
        last = last[:prefix] + suffix
        budget.take_bytes(len(last))
        values.append(last)
    return values


def look_up(dictionary: Sequence[Any], indexes: Sequence[int]) -> list[Any]:
    """Return the entries of a dictionary. Raises `ParquetError` for one that it has not."""
    if indexes and max(indexes) >= len(dictionary):
        raise ParquetError("no such entry")
    return [dictionary[index] for index in indexes]


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for index in range(10):
        if position >= len(data):
            raise ParquetError("cut off")
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, position
    raise ParquetError("a number too long")


def _read_signed(data: bytes, position: int) -> tuple[int, int]:
    value, position = _read_varint(data, position)
    return (value >> 1) ^ -(value & 1), position
