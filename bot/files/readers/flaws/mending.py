"""Rewrites picture files that every viewer shows and a strict decoder refuses. Decodes no pixels.

Pure functions of bytes. See `salvage.py` for pictures of which pixels are missing.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_PNG_SIGNATURE_BYTES = 8
# Chunks that decide about pixels, as they came: a wrong checksum in them is real damage.
_CRITICAL_CHUNKS = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
# Further chunks that change what is seen: transparency, colours, orientation, animation.
_VISIBLE_CHUNKS = (b"tRNS", b"iCCP", b"eXIf", b"acTL", b"fcTL", b"fdAT")
_CHUNK_SIZES = {b"acTL": 8, b"fcTL": 26}
# Real profiles have a few megabytes at most (ICC.1:2022 sets no limit).
MAX_PROFILE_BYTES = 8 * 1024 * 1024
_RIFF_HEADER_BYTES = 12
_WEBP_PICTURE_CHUNKS = (b"VP8 ", b"VP8L", b"ANMF")
# More is padded only to fill the memory.
_MAX_PADDING_BYTES = 64 * 1024 * 1024
_SPARE_PADDING_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class MendedFile:
    """A file as a strict decoder takes it. `has_lost_end`: frames at its end were cut off."""

    data: bytes
    has_lost_end: bool = False


def repair(mimetype: str, data: bytes) -> MendedFile:
    """Return the file without its flaws that no viewer minds; as it is for most types."""
    if mimetype == "image/png":
        return MendedFile(b"".join([data[:_PNG_SIGNATURE_BYTES], *_select_png_chunks(data)]))
    if mimetype == "image/webp":
        return _repair_webp(data)
    return MendedFile(data)


def complete_webp(data: bytes, filler: bytes) -> bytes:
    """Return a WebP whose last chunk was cut off, with `filler` repeated in place of the rest.

    It gets more than the rest, as the decoder needs more bytes for some fillers than for others.
    """
    for start, size in _list_riff_chunks(data):
        missing = start + 8 + size - len(data)
        if 0 < missing <= _MAX_PADDING_BYTES:
            completed = data + filler * ((2 * missing + _SPARE_PADDING_BYTES) // len(filler))
            completed += b"\0" * (len(completed) % 2)
            new_size = (len(completed) - start - 8).to_bytes(4, "little")
            return _set_riff_size(completed[: start + 4] + new_size + completed[start + 8 :])
    return data


def _select_png_chunks(data: bytes) -> Iterator[bytes]:
    """Yield the chunks that change what is seen, up to the end of the file or its `IEND`.

    Text, dates and unknown chunks are left out. The last chunk may be cut off (PNG, 5.3).
    """
    position, end_chunk = _PNG_SIGNATURE_BYTES, struct.pack(">I4sI", 0, b"IEND", 0xAE42_6082)
    while position + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, position)
        body = data[position + 8 : position + 8 + size]
        if name == b"IEND":
            break
        if name in _CRITICAL_CHUNKS and len(body) == size:
            yield data[position : position + 12 + size]
        elif name in _CRITICAL_CHUNKS or (name in _VISIBLE_CHUNKS and _is_usable(name, body)):
            yield struct.pack(">I", len(body)) + name + body
            yield struct.pack(">I", zlib.crc32(name + body))
        position += 12 + size
    yield end_chunk


def _is_usable(name: bytes, body: bytes) -> bool:
    if name == b"iCCP":
        return _is_small_profile(body.partition(b"\0")[2][1:])
    return len(body) == _CHUNK_SIZES.get(name, len(body))


def _is_small_profile(packed: bytes) -> bool:
    decompressor = zlib.decompressobj()
    try:
        decompressor.decompress(packed, MAX_PROFILE_BYTES)
    except zlib.error:
        return False
    return not decompressor.unconsumed_tail


def _repair_webp(data: bytes) -> MendedFile:
    """Leave out the chunk that was cut off, or only the byte that makes its size even.

    RIFF pads chunks of odd size, which some encoders forget at the end (WebP container, RIFF file
    format).
    """
    end, has_lost_end = _RIFF_HEADER_BYTES, False
    for start, size in _list_riff_chunks(data):
        if start + 8 + size > len(data):
            has_lost_end = data[start : start + 4] in _WEBP_PICTURE_CHUNKS
            break
        end = start + 8 + size
    return MendedFile(_set_riff_size(data[:end] + b"\0" * (end % 2)), has_lost_end)


def _list_riff_chunks(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each chunk starts and the size that it claims."""
    start = _RIFF_HEADER_BYTES
    while start + 8 <= len(data):
        size = int.from_bytes(data[start + 4 : start + 8], "little")
        yield start, size
        start += 8 + size + size % 2


def _set_riff_size(data: bytes) -> bytes:
    return data[:4] + (len(data) - 8).to_bytes(4, "little") + data[8:]
