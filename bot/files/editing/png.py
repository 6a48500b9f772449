"""Encodes large pictures as PNG, quickly: strips at the same time, each in the way that suits it.

Runs in a sandbox process. Pillow tries five filters on every row, which takes three quarters of its
time for a picture of 12 megapixels; here it is always the difference from the row above.
"""

from __future__ import annotations

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

from PIL import Image, ImageChops

_START = b"\x89PNG\r\n\x1a\n"
_COLOUR_TYPES = {"RGB": 2, "RGBA": 6}
_DEPTH = 8
_UP = b"\x02"
# A stream of zlib with a window of 32 KB, quickly compressed: RFC 1950.
_STREAM_START = b"\x78\x01"
_LEVEL, _STORED, _RAW_WINDOW, _MEMORY = 1, 0, -15, 9
_ADLER_MODULUS = 65_521
THREADS = 2
# Two strips for each thread: what is drawn in one half only is not left to one of them.
_STRIPS = 4
_SAMPLED_ROWS = 16
# Of what is drawn, repetitions make a tenth; in a photo there are none, and to look for them takes
# twice as long as all the rest.
_MAX_REPETITIVE_SHARE = 0.4
# Noise is stored as it is: to compress it takes long and saves nothing.
_MIN_NOISE_SHARE = 0.96
_METRES_PER_INCH = 0.0254


@dataclass(frozen=True, slots=True)
class _Strip:
    """Some rows, compressed; `checksum` is the Adler-32 of the `length` bytes that they were."""

    data: bytes
    checksum: int
    length: int


def encode_png(picture: Image.Image, dpi: int = 0) -> bytes:
    """Return a picture in RGB or RGBA as a PNG without metadata, but for `dpi` where it is told."""
    edges = [picture.height * number // _STRIPS for number in range(_STRIPS + 1)]
    with ThreadPoolExecutor(THREADS) as threads:
        strips = list(
            threads.map(lambda top, bottom: _pack_strip(picture, top, bottom), edges, edges[1:])
        )
    header = struct.pack(">IIBBBBB", *picture.size, _DEPTH, _COLOUR_TYPES[picture.mode], 0, 0, 0)
    dots = round(dpi / _METRES_PER_INCH)
    rows = [_STREAM_START, *(strip.data for strip in strips), _pack_checksum(strips)]
    chunks = [
        (b"IHDR", header),
        *([(b"pHYs", struct.pack(">IIB", dots, dots, 1))] if dots else []),
        *((b"IDAT", data) for data in rows if data),
        (b"IEND", b""),
    ]
    return _START + b"".join(chain.from_iterable(_pack(*chunk) for chunk in chunks))


def _pack_strip(picture: Image.Image, top: int, bottom: int) -> _Strip:
    """Compress the rows from `top` to before `bottom`, as a piece of one stream."""
    width = picture.width
    part = picture.crop((0, top, width, bottom))
    # Above the first row everything is zero, as the format wants it.
    above = picture.crop((0, top - 1, width, bottom - 1))
    pixels = ImageChops.subtract_modulo(part, above).tobytes()
    stride = width * len(picture.getbands())
    rows = [pixels[start : start + stride] for start in range(0, len(pixels), stride)]
    filtered = b"".join(chain.from_iterable((_UP, row) for row in rows))
    level, strategy = _choose_compression(rows)
    packer = zlib.compressobj(level, zlib.DEFLATED, _RAW_WINDOW, _MEMORY, strategy)
    end = zlib.Z_FINISH if bottom == picture.height else zlib.Z_SYNC_FLUSH
    data = packer.compress(filtered) + packer.flush(end)
    return _Strip(data, zlib.adler32(filtered), len(filtered))


def _choose_compression(rows: list[bytes]) -> tuple[int, int]:
    """Return a level and a strategy of zlib for some rows, by a sample of them."""
    sample = b"".join(rows[:: max(1, len(rows) // _SAMPLED_ROWS)])
    share = len(zlib.compress(sample, _LEVEL)) / max(1, len(sample))
    if share <= _MAX_REPETITIVE_SHARE:
        return _LEVEL, zlib.Z_DEFAULT_STRATEGY
    return (_STORED if share > _MIN_NOISE_SHARE else _LEVEL), zlib.Z_RLE


def _pack_checksum(strips: list[_Strip]) -> bytes:
    """Return the Adler-32 of all strips, one after another, from that of each: see RFC 1950."""
    low, high = 1, 0
    for strip in strips:
        other_low, other_high = strip.checksum & 0xFFFF, strip.checksum >> 16
        high = (high + other_high + strip.length * (low - 1)) % _ADLER_MODULUS
        low = (low + other_low - 1) % _ADLER_MODULUS
    return struct.pack(">HH", high, low)


def _pack(kind: bytes, content: bytes) -> tuple[bytes, ...]:
    checksum = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I", len(content)), kind, content, struct.pack(">I", checksum)
