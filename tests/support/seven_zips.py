"""Builds 7z archives of one folder. Packs nothing itself."""

from __future__ import annotations

import struct
import zlib

# One coder: its flags, its id, its properties.
ZSTANDARD = b"\x24\x04\xf7\x11\x01\x05\x01\x05\x03\0\0"


def build_seven_zip(coder: bytes, packed: bytes, files: dict[str, bytes]) -> bytes:
    """An archive of one folder with one coder, in which the files lie behind one another."""
    body = b"".join(files.values())
    assert all(len(data) < 0x80 for data in files.values())
    sizes = b"".join(bytes([len(data)]) for data in list(files.values())[:-1])
    streams = b"\x06\x00\x01\x09" + bytes([len(packed)]) + b"\x00"
    folder = b"\x07\x0b\x01\x00\x01" + coder + b"\x0c" + bytes([len(body)]) + b"\x00"
    digests = b"".join(struct.pack("<I", zlib.crc32(data)) for data in files.values())
    parts = b"\x08\x0d" + bytes([len(files)]) + b"\x09" + sizes + b"\x0a\x01" + digests + b"\x00"
    names = b"\x00" + b"".join(f"{name}\0".encode("utf-16-le") for name in files)
    listed = b"\x05" + bytes([len(files)]) + b"\x11" + bytes([len(names)]) + names + b"\x00"
    header = b"\x01\x04" + streams + folder + parts + b"\x00" + listed + b"\x00"
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    head = b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(start)) + start
    return head + packed + header
