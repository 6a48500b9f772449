"""Small damages to a file, all of them drawn from one source of chance. Nothing here asserts."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence

_EDGE_VALUES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_MAX_CHANGES = 4
# Nothing grows without bounds: a large file proves no more than a small one.
MAX_BYTES = 256 * 1024


def mutate(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """`data` with a few damages, most often one; some of them take bytes of `other`."""
    for _ in range(1 + int(_MAX_CHANGES * rng.random() ** 3)):
        data = rng.choice(_MUTATIONS)(data, other, rng)[:MAX_BYTES]
    return data


def _flip_bits(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """A few bits the other way."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 16) if changed else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _fill_range(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """A stretch of one byte."""
    start, end = _choose_range(data, rng)
    return data[:start] + bytes([rng.choice((0, 0xFF, 0x20, 0x41))]) * (end - start) + data[end:]


def _cut(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    return data[: rng.randint(0, len(data))]


def _remove_range(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    start, end = _choose_range(data, rng)
    return data[:start] + data[end:]


def _repeat_range(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """A stretch many times, as a chunk of its own might be."""
    start, end = _choose_range(data, rng)
    return data[:end] + data[start:end] * rng.randint(1, 20) + data[end:]


def _splice(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """The start of one file, the end of another."""
    return data[: rng.randint(0, len(data))] + other[rng.randint(0, len(other)) :]


def _insert_other(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """A stretch of another file within."""
    at = rng.randint(0, len(data))
    start, end = _choose_range(other, rng)
    return data[:at] + other[start:end] + data[at:]


def _write_edge_value(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """A number of two or four bytes replaced by one at an edge; most often near the start."""
    form = rng.choice(("<H", ">H", "<I", ">I"))
    size = struct.calcsize(form)
    if len(data) <= size:
        return data
    near = min(len(data), 200) if rng.random() < 0.5 else len(data)
    at = rng.randrange(max(1, near - size))
    value = rng.choice(_EDGE_VALUES) & (1 << 8 * size) - 1
    return data[:at] + struct.pack(form, value) + data[at + size :]


def _nudge_byte(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """A byte, perhaps of a length, one more or less."""
    if not data:
        return data
    at = rng.randrange(min(len(data), 300))
    value = (data[at] + rng.choice((-1, 1))) % 256
    return data[:at] + bytes([value]) + data[at + 1 :]


def _replace_digit(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """A digit of text another: sizes and places in PDF, SVG and XML."""
    places = [at for at, byte in enumerate(data[:4096]) if 0x30 <= byte <= 0x39]
    if not places:
        return data
    at = rng.choice(places)
    put = rng.choice((b"9", b"0", b"-1", b"99999999", b"1e99", b""))
    return data[:at] + put + data[at + 1 :]


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
