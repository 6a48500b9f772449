"""Small random damages to a file, all drawn from one generator. Asserts nothing."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence

_EDGE_VALUES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_MAX_CHANGES = 4
# A large file proves no more than a small one.
MAX_BYTES = 256 * 1024


def mutate(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """Damage `data` a few times, mostly once; some damages take bytes of `other`."""
    for _ in range(1 + int(_MAX_CHANGES * rng.random() ** 3)):
        data = rng.choice(_MUTATIONS)(data, other, rng)[:MAX_BYTES]
    return data


def _flip_bits(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """Flip up to 16 bits."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 16) if changed else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _fill_range(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """Overwrite a range with one byte."""
    start, end = _choose_range(data, rng)
    return data[:start] + bytes([rng.choice((0, 0xFF, 0x20, 0x41))]) * (end - start) + data[end:]


def _cut(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    return data[: rng.randint(0, len(data))]


def _remove_range(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    start, end = _choose_range(data, rng)
    return data[:start] + data[end:]


def _repeat_range(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """Repeat a range up to 20 times, as a chunk might be repeated."""
    start, end = _choose_range(data, rng)
    return data[:end] + data[start:end] * rng.randint(1, 20) + data[end:]


def _splice(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """Join the start of one file and the end of another."""
    return data[: rng.randint(0, len(data))] + other[rng.randint(0, len(other)) :]


def _insert_other(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """Insert a range of another file."""
    at = rng.randint(0, len(data))
    start, end = _choose_range(other, rng)
    return data[:at] + other[start:end] + data[at:]


def _write_edge_value(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """Replace two or four bytes by an edge value, mostly near the start."""
    form = rng.choice(("<H", ">H", "<I", ">I"))
    size = struct.calcsize(form)
    if len(data) <= size:
        return data
    limit = min(len(data), 200) if rng.random() < 0.5 else len(data)
    at = rng.randrange(max(1, limit - size))
    value = rng.choice(_EDGE_VALUES) & (1 << 8 * size) - 1
    return data[:at] + struct.pack(form, value) + data[at + size :]


def _nudge_byte(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """Add or subtract one from a byte, which may belong to a length."""
    if not data:
        return data
    at = rng.randrange(min(len(data), 300))
    value = (data[at] + rng.choice((-1, 1))) % 256
    return data[:at] + bytes([value]) + data[at + 1 :]


def _replace_digit(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """Replace a digit of text, such as a size or an offset in PDF, SVG and XML."""
    indexes = [index for index, byte in enumerate(data[:4096]) if 0x30 <= byte <= 0x39]
    if not indexes:
        return data
    index = rng.choice(indexes)
    replacement = rng.choice((b"9", b"0", b"-1", b"99999999", b"1e99", b""))
    return data[:index] + replacement + data[index + 1 :]


def _choose_range(data: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randint(0, len(data))
    return start, min(len(data), start + rng.choice((1, 4, 16, 64, 512, 4096)))


_MUTATIONS: Sequence[Callable[[bytes, bytes, random.Random], bytes]] = (
    _flip_bits,
    _fill_range,
    _cut,
    _remove_range,
    _repeat_range,
    _splice,
    _insert_other,
    _write_edge_value,
    _write_edge_value,
    _nudge_byte,
    _replace_digit,
)
