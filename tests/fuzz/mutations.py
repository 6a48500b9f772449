"""Small damages to a file, all of them drawn from one source of chance. Nothing here asserts."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence

_ODD = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_MOST_CHANGES = 4
# Nothing grows without bounds: a large file proves no more than a small one.
LARGEST = 256 * 1024


def mutated(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """`data` with a few damages, most often one; some of them take bytes of `other`."""
    for _ in range(1 + int(_MOST_CHANGES * chance.random() ** 3)):
        data = chance.choice(_WAYS)(data, other, chance)[:LARGEST]
    return data


def _flipped(data: bytes, _other: bytes, chance: random.Random) -> bytes:
    """A few bits the other way."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 16) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _run(data: bytes, _other: bytes, chance: random.Random) -> bytes:
    """A stretch of one byte."""
    start, end = _stretch(data, chance)
    return data[:start] + bytes([chance.choice((0, 0xFF, 0x20, 0x41))]) * (end - start) + data[end:]


def _cut(data: bytes, _other: bytes, chance: random.Random) -> bytes:
    return data[: chance.randint(0, len(data))]


def _removed(data: bytes, _other: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(data, chance)
    return data[:start] + data[end:]


def _again(data: bytes, _other: bytes, chance: random.Random) -> bytes:
    """A stretch many times, as a chunk of its own might be."""
    start, end = _stretch(data, chance)
    return data[:end] + data[start:end] * chance.randint(1, 20) + data[end:]


def _spliced(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """The start of one file, the end of another."""
    return data[: chance.randint(0, len(data))] + other[chance.randint(0, len(other)) :]


def _planted(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """A stretch of another file within."""
    at = chance.randint(0, len(data))
    start, end = _stretch(other, chance)
    return data[:at] + other[start:end] + data[at:]


def _odd_number(data: bytes, _other: bytes, chance: random.Random) -> bytes:
    """A number of two or four bytes replaced by one at an edge; most often near the start."""
    form = chance.choice(("<H", ">H", "<I", ">I"))
    size = struct.calcsize(form)
    if len(data) <= size:
        return data
    near = min(len(data), 200) if chance.random() < 0.5 else len(data)
    at = chance.randrange(max(1, near - size))
    value = chance.choice(_ODD) & (1 << 8 * size) - 1
    return data[:at] + struct.pack(form, value) + data[at + size :]


def _nudged(data: bytes, _other: bytes, chance: random.Random) -> bytes:
    """A byte, perhaps of a length, one more or less."""
    if not data:
        return data
    at = chance.randrange(min(len(data), 300))
    value = (data[at] + chance.choice((-1, 1))) % 256
    return data[:at] + bytes([value]) + data[at + 1 :]


def _digits(data: bytes, _other: bytes, chance: random.Random) -> bytes:
    """A digit of text another: sizes and places in PDF, SVG and XML."""
    places = [at for at, byte in enumerate(data[:4096]) if 0x30 <= byte <= 0x39]
    if not places:
        return data
    at = chance.choice(places)
    put = chance.choice((b"9", b"0", b"-1", b"99999999", b"1e99", b""))
    return data[:at] + put + data[at + 1 :]


def _stretch(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randint(0, len(data))
    return start, min(len(data), start + chance.choice((1, 4, 16, 64, 512, 4096)))


_WAYS: Sequence[Callable[[bytes, bytes, random.Random], bytes]] = (
    _flipped, _run, _cut, _removed, _again, _spliced, _planted, _odd_number, _odd_number,
    _nudged, _digits,
)  # fmt: skip
