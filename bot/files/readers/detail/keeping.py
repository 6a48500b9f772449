"""Finds the pixels of a PNG, JPEG or WebP as they lie in its file, and nothing else.

A picture that is sent in its own bytes is never larger than it came, and nothing of it is lost.
Runs in a sandbox process. See `encoding.py` for when they are sent.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from PIL import Image

from bot.files.readers.detail.sharpness import JpegSource, find_jpeg_source

_PNG_START = b"\x89PNG\r\n\x1a\n"
# About the size of a sharp JPEG with much text in it.
_MAX_BYTES, _MAX_BYTES_PER_PIXEL = 128 * 1024, 0.4
# More pieces than any program writes into a picture of this size.
_MAX_CHUNKS = 10_000
# The bands of grey, colour and palette; those with transparency are encoded again.
_PALETTE = 3
_PNG_BANDS = {0: 1, 2: 3, _PALETTE: 1}
_MAX_DEPTH = 8
_LOSSLESS_WEBP = b"VP8L"
_WEBP_PIXELS = (b"VP8 ", _LOSSLESS_WEBP)
# What changes how the pixels are seen, or is more than one picture.
_CHANGING_PNG_CHUNKS = (b"tRNS", b"iCCP", b"acTL")
_CHANGING_WEBP_CHUNKS = (b"ICCP", b"ANIM", b"ANMF")
_WEBP_ALPHA, _WEBP_ALPHA_FLAG = b"ALPH", 0x10
# What a file says that it holds besides, by a flag in its head.
_WEBP_HEAD, _WEBP_FLAGS = b"VP8X", ((0x08, b"EXIF"), (0x04, b"XMP "))
_WEBP_CHUNKS = frozenset(
    (*_WEBP_PIXELS, *_CHANGING_WEBP_CHUNKS, _WEBP_ALPHA, _WEBP_HEAD, b"EXIF", b"XMP ")
)
# Of a JPEG: where the next piece begins within the pixels, the pieces that hold them (frames of
# eight bits, tables, intervals, scans), and those that say how colours are kept.
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_JPEG_PIECES = frozenset((0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD))
_SCAN, _END, _JFIF, _ADOBE, _COMMENT = 0xDA, 0xD9, 0xE0, 0xEE, 0xFE
_PLAIN_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_ADOBE_BYTES = 16


@dataclass(frozen=True, slots=True)
class OwnPixels:
    """A file with the pixels of another one and nothing else."""

    data: bytes
    mimetype: str


@dataclass(frozen=True, slots=True)
class WebpSource:
    """The kind of WebP that a picture is from: as any other format it would be much larger.

    `is_shrunk`: its pixels are no longer its own.
    """

    is_lossless: bool
    is_shrunk: bool = False

    @property
    def shrunk(self) -> WebpSource:
        """The kind in which it is small when its pixels are no longer its own."""
        return WebpSource(is_lossless=False, is_shrunk=True)


Source: TypeAlias = JpegSource | OwnPixels | WebpSource


def find_source(data: bytes, picture: Image.Image, *, is_turned: bool) -> Source | None:
    """Return what of the file of a loaded picture, which is not shrunk, may be sent as it came."""
    own = None if is_turned else find_own_pixels(data, picture)
    source = find_jpeg_source(picture)
    if source is not None:
        return replace(source, own=own.data) if own is not None else source
    return own or find_webp_source(data, picture)


def find_webp_source(data: bytes, picture: Image.Image) -> WebpSource | None:
    """Return which kind of WebP a picture is from; None for other formats, and for large files."""
    area = picture.width * picture.height
    if picture.format != "WEBP" or len(data) > bound_kept_bytes(area):
        return None
    try:
        return WebpSource(any(kind == _LOSSLESS_WEBP for kind, _ in _list_webp_chunks(data)))
    except (struct.error, ValueError):
        return None


def bound_kept_bytes(area: int) -> float:
    """Return up to how many bytes a picture of `area` pixels is sent as PNG or WebP."""
    return max(_MAX_BYTES, _MAX_BYTES_PER_PIXEL * area)


def find_own_pixels(data: bytes, picture: Image.Image) -> OwnPixels | None:
    """Return a file with the pixels alone of a loaded picture; None if they cannot be taken over.

    `data` is the whole file. It is for pictures that are neither turned nor shrunk.
    """
    strip = {"PNG": _strip_png, "JPEG": _strip_jpeg, "WEBP": _strip_webp}.get(picture.format or "")
    is_plain = not {"icc_profile", "transparency"} & {*picture.info}
    modes = ("RGB", "RGBA") if strip is _strip_webp else ("1", "L", "P", "RGB")
    if strip is None or not is_plain or picture.mode not in modes:
        return None
    try:
        kept = strip(data, picture)
    except (struct.error, zlib.error, ValueError, LookupError):
        return None
    return None if kept is None else OwnPixels(kept, Image.MIME[picture.format or ""])


def _strip_png(data: bytes, picture: Image.Image) -> bytes | None:
    chunks = list(_list_png_chunks(data))
    named = dict(chunks)
    width, height, depth, colour, *methods = struct.unpack(">IIBBBBB", named[b"IHDR"])
    is_known = colour in _PNG_BANDS and depth <= _MAX_DEPTH and not any(methods)
    if not is_known or (width, height) != picture.size or {*_CHANGING_PNG_CHUNKS} & {*named}:
        return None
    rows = b"".join(content for kind, content in chunks if kind == b"IDAT")
    # Where rows end, nothing may follow that no one sees.
    length = height * (1 + (width * depth * _PNG_BANDS[colour] + 7) // 8)
    if not _has_exactly(rows, length):
        return None
    kept = [(b"IHDR", named[b"IHDR"]), (b"IDAT", rows), (b"IEND", b"")]
    if colour == _PALETTE:
        palette = named[b"PLTE"]
        if 3 * picture.getextrema()[1] >= len(palette):  # type: ignore[operator] # of one band
            return None
        kept.insert(1, (b"PLTE", palette))
    return _PNG_START + b"".join(_pack_png_chunk(*chunk) for chunk in kept)


def _has_exactly(compressed: bytes, length: int) -> bool:
    reader = zlib.decompressobj()
    return (
        len(reader.decompress(compressed, length + 1)) == length
        and reader.eof
        and not reader.unused_data
    )


def _list_png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_PNG_START)
    for _ in range(_MAX_CHUNKS):
        size, kind = struct.unpack_from(">I4s", data, place)
        content = data[place + 8 : place + 8 + size]
        if kind == b"IEND":
            return
        yield kind, content
        place += 12 + size
    raise ValueError("too many pieces")


def _pack_png_chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I4s", len(content), kind) + content + struct.pack(">I", checksum)


def _strip_jpeg(data: bytes, _picture: Image.Image) -> bytes | None:
    pieces = list(_list_jpeg_pieces(data))
    markers = [marker for marker, _ in pieces]
    if not all(marker in _JPEG_PIECES or _is_about_pixels(marker) for marker in markers):
        return None
    kept = [
        piece
        for marker, piece in pieces
        if marker in _JPEG_PIECES or (marker == _ADOBE and len(piece) == _ADOBE_BYTES)
    ]
    jfif = _PLAIN_JFIF if _JFIF in markers else b""
    return b"".join((b"\xff\xd8", jfif, *kept, b"\xff\xd9"))


def _is_about_pixels(marker: int) -> bool:
    """Whether a piece of a JPEG says something of its pixels, or is a comment."""
    return 0xE0 <= marker <= 0xEF or marker == _COMMENT


def _list_jpeg_pieces(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the pieces of a JPEG up to its end, scans with their pixels. Raises `ValueError`."""
    place, data = 2, data + bytes(2)
    for _ in range(_MAX_CHUNKS):
        start, marker, size = struct.unpack_from(">BBH", data, place)
        if start != 0xFF:
            break
        if marker == _END:
            return
        end = place + 2 + size
        if marker == _SCAN:
            found = _JPEG_MARKER.search(data, end)
            end = len(data) if found is None else found.start()
        yield marker, data[place:end]
        place = end
    raise ValueError("no end")


def _strip_webp(data: bytes, picture: Image.Image) -> bytes | None:
    found = list(_list_webp_chunks(data))
    pixels = [(kind, content) for kind, content in found if kind in _WEBP_PIXELS]
    alpha = [(kind, content) for kind, content in found if kind == _WEBP_ALPHA]
    is_single = len(pixels) == 1 and len(alpha) <= 1
    if not is_single or any(kind in _CHANGING_WEBP_CHUNKS for kind, _ in found):
        return None
    kinds = {kind for kind, _ in found}
    head = dict(found).get(_WEBP_HEAD, bytes(1))
    if any(head[0] & flag and kind not in kinds for flag, kind in _WEBP_FLAGS):
        return None
    if alpha:
        # What may be seen through is kept apart from lossy pixels, and told in the head.
        flags, sizes = bytes((_WEBP_ALPHA_FLAG, 0, 0, 0)), [side - 1 for side in picture.size]
        sides = b"".join(side.to_bytes(3, "little") for side in sizes)
        alpha.insert(0, (_WEBP_HEAD, flags + sides))
    body = b"".join(_pack_webp_chunk(*chunk) for chunk in (*alpha, *pixels))
    return struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"WEBP") + body


def _pack_webp_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(content)) + content + bytes(len(content) % 2)


def _list_webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks of a WebP. Raises `ValueError` where one may reach into the next: what
    follows the pixels within their own chunk is sent with them."""
    (size,) = struct.unpack_from("<I", data, 4)
    place, end = 12, 8 + size
    for _ in range(_MAX_CHUNKS):
        if place >= end:
            break
        kind, size = struct.unpack_from("<4sI", data, place)
        if kind not in _WEBP_CHUNKS:
            raise ValueError("unknown chunk")
        yield kind, data[place + 8 : place + 8 + size]
        place += 8 + size + size % 2
    if place not in (end, end + 1) or len(data) < end:
        raise ValueError("wrong length")
