"""Builds the OLE container of old Office files: a small disk with named streams."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_SECTOR_BYTES = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_MIN_STREAM_BYTES = 4_096  # shorter streams are stored inside another one


def build_ole(streams: Sequence[str]) -> bytes:
    """Build a container with these streams, each 4 KB of filler."""
    size = _MIN_STREAM_BYTES // _SECTOR_BYTES
    directory_sectors = -(-(len(streams) + 1) // 4)
    table = [_FAT] + [n + 1 for n in range(1, directory_sectors)] + [_END]
    starts = []
    for _ in streams:
        starts.append(len(table))
        table += [len(table) + n + 1 for n in range(size - 1)] + [_END]
    table += [_FREE] * (_SECTOR_BYTES // 4 - len(table))
    entries = [_build_entry("Root Entry", 5, 1 if streams else _FREE, _END, 0)]
    for number, (name, start) in enumerate(zip(streams, starts, strict=True)):
        right = number + 2 if number + 1 < len(streams) else _FREE
        entries.append(_build_entry(name, 2, _FREE, start, _MIN_STREAM_BYTES, right))
    entries += [bytes(128)] * (4 * directory_sectors - len(entries))
    body = struct.pack("<128I", *table) + b"".join(entries)
    return _build_head() + body + b"".join(b"EASEL\x00" * 682 + bytes(4) for _ in streams)


def _build_head() -> bytes:
    head = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, _MIN_STREAM_BYTES, _END, 0, _END, 0)
    return head + struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108


def _build_entry(
    name: str, kind: int, child: int, start: int, size: int, right: int = _FREE
) -> bytes:
    wide = name.encode("utf-16-le") + b"\x00\x00"
    entry = wide.ljust(64, b"\x00") + struct.pack("<HBB", len(wide), kind, 1)
    entry += struct.pack("<III", _FREE, right, child) + bytes(16 + 4 + 16)
    return entry + struct.pack("<IQ", start, size)
