"""Builds picture files that no library here writes (odd bitmaps, raw files, cropped AVIF), and
reads what comes of them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image

from bot.domain.files import ParsedFile

# From black to white.
RAMP = np.linspace(0, 1, 256)[None, :].repeat(128, 0)


def build_grey_png(
    depth: int, rows: list[bytes], size: tuple[int, int], hole: int | None = None
) -> bytes:
    """Build a grey PNG of `depth` bits a pixel; `hole` is the grey that is transparent."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", *size, depth, 0, 0, 0, 0))]
    parts += [] if hole is None else [(b"tRNS", struct.pack(">H", hole))]
    parts += [(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows))), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def build_bitmap(pixels: list[int], width: int, masks: tuple[int, int, int, int]) -> bytes:
    """Build a BMP of 16 bits a pixel with its channels where `masks` say, from its lowest row."""
    row = (width * 16 + 31) // 32 * 4
    lines = [pixels[start : start + width] for start in range(0, len(pixels), width)]
    body = b"".join(struct.pack(f"<{width}H", *line).ljust(row, b"\0") for line in lines)
    info = struct.pack("<IiiHHIIiiII", 124, width, len(lines), 1, 16, 3, len(body), 0, 0, 0, 0)
    header = (info + struct.pack("<IIII", *masks)).ljust(124, b"\0")
    start = 14 + len(header)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + header + body


def build_tiff(values: Any, sample_format: int) -> bytes:
    """Build a TIFF of one strip from an array; 1 is unsigned, 2 signed, 3 a fraction."""
    height, width = values.shape[:2]
    channels = 1 if values.ndim == 2 else values.shape[2]
    bits, data = values.dtype.itemsize * 8, bytes(values.tobytes())
    photometric = 2 if channels == 3 else 1
    shorts = {256: width, 257: height, 259: 1, 262: photometric, 277: channels, 278: height}
    lists = {258: [bits] * channels, 339: [sample_format] * channels}
    tags = sorted([*shorts, *lists, 273, 279])
    extra_at = 8 + 2 + 12 * len(tags) + 4
    data_at = extra_at + (4 * channels if channels > 2 else 0)
    entries, extra = b"", b""
    for tag in tags:
        if tag in lists and channels > 2:
            entries += struct.pack("<HHII", tag, 3, channels, extra_at + len(extra))
            extra += struct.pack(f"<{channels}H", *lists[tag])
        elif tag in lists:
            entries += struct.pack("<HHIHH", tag, 3, 1, lists[tag][0], 0)
        elif tag in shorts:
            entries += struct.pack("<HHIHH", tag, 3, 1, shorts[tag], 0)
        else:
            entries += struct.pack("<HHII", tag, 4, 1, data_at if tag == 273 else len(data))
    head = b"II*\0" + struct.pack("<IH", 8, len(tags))
    return head + entries + bytes(4) + extra + data


def build_raw(jpegs: list[bytes], *, orientation: int = 1, order: str = "<") -> bytes:
    """Build a camera's raw file as most makers do: a thumbnail first, the rest behind it."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    tags = [(254, 4, 1), (256, 4, 16), (257, 4, 12), (274, 3, orientation), (330, 4, 400)]
    entries = b"".join(
        struct.pack(f"{order}HHI", tag, kind, 1)
        + (struct.pack(f"{order}HH", value, 0) if kind == 3 else struct.pack(f"{order}I", value))
        for tag, kind, value in tags
    )
    directory = struct.pack(f"{order}IH", 8, len(tags)) + entries + bytes(4)
    lossless = b"\xff\xd8\xff\xc3" + struct.pack(">HBHHB", 11, 14, 4_000, 6_000, 1) + bytes(90)
    return (mark + directory).ljust(600, b"\0") + lossless + b"sensor".join(jpegs)


def build_cropped_avif(picture: Image.Image, box: tuple[int, int, int, int]) -> bytes:
    """Build an AVIF whose clean aperture is `box`, by adding that property to Pillow's."""
    out = io.BytesIO()
    picture.save(out, "AVIF", quality=100, subsampling="4:4:4")
    data = out.getvalue()
    left, top, right, bottom = box
    across = left + right - picture.width
    down = top + bottom - picture.height
    clap = struct.pack(
        ">I4sIIIIiIiI", 40, b"clap", right - left, 1, bottom - top, 1, across, 2, down, 2
    )
    return _insert_property(data, clap)


def _insert_property(data: bytes, box: bytes) -> bytes:
    """Append `box` to the properties, and give it to the first item."""
    ipco = data.index(b"ipco") - 4
    (size,) = struct.unpack_from(">I", data, ipco)
    number = _count_boxes(data[ipco + 8 : ipco + size]) + 1
    data = _grow(data, ipco + size, box, (ipco, data.index(b"iprp") - 4, data.index(b"meta") - 4))
    ipma = data.index(b"ipma") - 4
    count_at = ipma + 8 + 4 + 4 + 2
    data = data[:count_at] + bytes([data[count_at] + 1]) + data[count_at + 1 :]
    end = count_at + data[count_at]
    parents = (ipma, data.index(b"iprp") - 4, data.index(b"meta") - 4)
    # Its first bit says that who does not know the property must not show the picture.
    return _move_items(_grow(data, end, bytes([number | 0x80]), parents), len(box) + 1)


def _count_boxes(data: bytes) -> int:
    at = count = 0
    while at < len(data):
        at += struct.unpack_from(">I", data, at)[0]
        count += 1
    return count


def _grow(data: bytes, at: int, added: bytes, parents: tuple[int, ...]) -> bytes:
    changed = bytearray(data[:at] + added + data[at:])
    for parent in parents:
        (size,) = struct.unpack_from(">I", changed, parent)
        struct.pack_into(">I", changed, parent, size + len(added))
    return bytes(changed)


def _move_items(data: bytes, by: int) -> bytes:
    """Tell `iloc` that what the items hold lies further behind: Pillow writes one of version 0."""
    iloc = data.index(b"iloc") + 4
    changed = bytearray(data)
    (count,) = struct.unpack_from(">H", data, iloc + 6)
    at = iloc + 8
    for _ in range(count):
        (place,) = struct.unpack_from(">I", data, at + 6)
        struct.pack_into(">I", changed, at + 6, place + by)
        at += 14
    return bytes(changed)


def build_layered(planes: Any, version: int, packing: str) -> bytes:
    """Build a Photoshop file without layers from planes; `version` 2 is that of large files."""
    count, height, width = planes.shape
    depth, mode = planes.dtype.itemsize * 8, 3 if count == 3 else 1
    head = b"8BPS" + struct.pack(">H6xHIIHH", version, count, height, width, depth, mode)
    head += bytes(8 + (8 if version == 2 else 4))
    if packing == "raw":
        return head + b"\0\0" + bytes(planes.tobytes())
    rows = [
        pack_bits(planes[channel, row].tobytes())
        for channel in range(count)
        for row in range(height)
    ]
    lengths = b"".join(struct.pack(">I" if version == 2 else ">H", len(row)) for row in rows)
    return head + b"\0\1" + lengths + b"".join(rows)


def pack_bits(row: bytes) -> bytes:
    """Pack bytes as they are, in the form of runs."""
    pieces = [row[start : start + 128] for start in range(0, len(row), 128)]
    return b"".join(bytes([len(piece) - 1]) + piece for piece in pieces)


def read_pixels(parsed_file: ParsedFile) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(io.BytesIO(parsed_file.pictures[0].data)) as picture:
        return np.asarray(picture.convert("RGBA"))
