"""Builds ZIP files that are the same at every run, and ZIP files that no library would write."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_ENTRY_TIME = (2024, 2, 29, 12, 0, 0)


def build_zip(
    files: Mapping[str, bytes] | Iterable[tuple[str, bytes]],
    compression: int = zipfile.ZIP_DEFLATED,
    *,
    comment: bytes = b"",
) -> bytes:
    """Build a ZIP of files, all with the same time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in files.items() if isinstance(files, Mapping) else files:
            entry = zipfile.ZipInfo(name, _ENTRY_TIME)
            entry.compress_type = compression
            packed.writestr(entry, data)
        packed.comment = comment
    return out.getvalue()


def rebuild_zip(data: bytes) -> bytes:
    """Rebuild a library's ZIP without the time at which it was written."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return build_zip([(name, opened.read(name)) for name in opened.namelist()])


@dataclass(frozen=True)
class Entry:
    """One entry as it is stored; its fields may be false."""

    name: bytes
    stored: bytes
    size: int
    crc: int = 0
    method: int = 8
    flags: int = 0
    mode: int = 0  # Unix mode, such as that of a link or a device


def build_entry(name: str, data: bytes, *, flags: int = 0, mode: int = 0) -> Entry:
    """Build an entry whose fields are true."""
    maker = zlib.compressobj(9, wbits=-15)
    stored = maker.compress(data) + maker.flush()
    return Entry(name.encode(), stored, len(data), zlib.crc32(data), flags=flags, mode=mode)


def build_filler_entry(
    name: str, megabytes: int, byte: bytes = b"\x00", start: bytes = b""
) -> Entry:
    """Build an entry of `start` and `megabytes` of one repeated byte."""
    piece, crc = byte * 1_000_000, zlib.crc32(start)
    for _ in range(megabytes):
        crc = zlib.crc32(piece, crc)
    size = len(start) + megabytes * 1_000_000
    return Entry(name.encode(), deflate_repeated(start, piece, megabytes), size, crc)


def deflate_repeated(start: bytes, piece: bytes, times: int) -> bytes:
    """Deflate `start` and `times` pieces.

    After a full flush a piece is packed to the same bytes each time, so it is packed only once.
    """
    maker = zlib.compressobj(9, wbits=-15)
    head = maker.compress(start) + maker.flush(zlib.Z_FULL_FLUSH)
    packed_piece = maker.compress(piece) + maker.flush(zlib.Z_FULL_FLUSH)
    return head + packed_piece * times + maker.flush()


def build_raw_zip(entries: Iterable[Entry], *, overlap: bool = False) -> bytes:
    """Build a ZIP of entries; with `overlap` all of them share the bytes of the first."""
    body, listed, count, first = b"", b"", 0, 0
    for entry in entries:
        offset = first if overlap and count else len(body)
        head = struct.pack("<HHHHHIIIHH", 20, entry.flags, entry.method, 0, 0x5821, entry.crc,
                           len(entry.stored), entry.size, len(entry.name), 0)  # fmt: skip
        if not overlap or not count:
            body += b"PK\x03\x04" + head + entry.name + entry.stored
        listed += b"PK\x01\x02" + struct.pack("<H", 0x031E) + head + bytes(6)
        listed += struct.pack("<II", entry.mode << 16, offset) + entry.name
        count += 1
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(listed), len(body), 0)
    return body + listed + b"PK\x05\x06" + end
