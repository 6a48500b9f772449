"""Builds PNG of every depth and colour type, interlaced or not; Pillow cannot write them all."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence

from tests.support.pictures import PNG_MAGIC, build_png_chunk

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))  # fmt: skip  # noqa: E501 - a table

Samples = Sequence[int]
Chunk = tuple[bytes, bytes]


def build_png(
    size: tuple[int, int],
    kind: tuple[int, int],
    sample: Callable[[int, int], Samples],
    chunks: Sequence[Chunk] = (),
    *,
    interlaced: bool = False,
) -> bytes:
    """Build a PNG of `kind` (colour type, bits per sample), with `chunks` before its pixels."""
    colour, bits = kind
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    rows = bytearray()
    for left, top, right, down in passes:
        columns = range(left, size[0], right)
        for y in range(top, size[1], down) if columns else ():
            rows += b"\x00" + _pack_samples([part for x in columns for part in sample(x, y)], bits)
    head = struct.pack(">IIBBBBB", *size, bits, colour, 0, 0, int(interlaced))
    before = b"".join(build_png_chunk(*chunk) for chunk in chunks)
    pixels = build_png_chunk(b"IDAT", zlib.compress(bytes(rows), 6))
    return (
        PNG_MAGIC + build_png_chunk(b"IHDR", head) + before + pixels + build_png_chunk(b"IEND", b"")
    )


def sample_quarters(
    samples: Sequence[Samples], size: tuple[int, int]
) -> Callable[[int, int], Samples]:
    """Return a function that samples four quarters, each with its own samples."""
    return lambda x, y: samples[(x >= size[0] // 2) + 2 * (y >= size[1] // 2)]


def _pack_samples(samples: Sequence[int], bits: int) -> bytes:
    if bits == 16:
        return struct.pack(f">{len(samples)}H", *samples)
    if bits == 8:
        return bytes(samples)
    together = 8 // bits
    padded = [*samples, *[0] * (-len(samples) % together)]
    packed = bytearray()
    for start in range(0, len(padded), together):
        value = 0
        for sample in padded[start : start + together]:
            value = value << bits | sample
        packed.append(value)
    return bytes(packed)


def insert_chunks(data: bytes, *chunks: Chunk) -> bytes:
    """Insert chunks into a PNG directly after its header."""
    return data[:33] + b"".join(build_png_chunk(*chunk) for chunk in chunks) + data[33:]
