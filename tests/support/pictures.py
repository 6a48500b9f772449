"""Builds pictures, sound and broken ones. Asserts nothing."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


def encode_picture(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """Encode `picture` as a file of `kind`, a name that Pillow knows."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def build_picture(
    kind: str = "PNG", colour: Any = "red", size: tuple[int, int] = (60, 40)
) -> bytes:
    return encode_picture(Image.new("RGB", size, colour), kind)


def open_picture(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def insert_segment(jpeg: bytes, marker: int, payload: bytes) -> bytes:
    """Insert one more application segment at the start of `jpeg`."""
    head = struct.pack(">BBH", 0xFF, marker, len(payload) + 2)
    return jpeg[:2] + head + payload + jpeg[2:]


def build_png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def build_png_header(width: int, height: int) -> bytes:
    """Build a PNG of a header that claims a size, without pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG_MAGIC + build_png_chunk(b"IHDR", header) + build_png_chunk(b"IEND", b"")


def build_turned_exif(*entries: tuple[int, int, int, bytes]) -> bytes:
    """Build EXIF that says "turn a quarter", with more entries: tag, type, count, four bytes."""
    sideways = (0x0112, 3, 1, b"\x00\x06\x00\x00")
    listed = sorted([sideways, *entries])
    fields = b"".join(struct.pack(">HHI", *entry[:3]) + entry[3] for entry in listed)
    directory = struct.pack(">H", len(listed)) + fields + bytes(4)
    return b"Exif\x00\x00MM\x00*\x00\x00\x00\x08" + directory
