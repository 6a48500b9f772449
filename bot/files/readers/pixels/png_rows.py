"""Inflates the rows of a large PNG while Pillow takes the rows before them apart.

Pillow does both in turn, with a slower library. What cannot be done here is left to it, and so is
every error.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from isal import igzip_lib
from PIL import Image, PngImagePlugin

# Of smaller ones nothing is gained.
_MIN_PIXELS = 1_000_000
# Bytes of a pixel, by Pillow's name for how it is kept.
_PIXEL_BYTES = {"L": 1, "P": 1, "LA": 2, "RGB": 3, "RGBA": 4}
_PIECE_BYTES, _READ_BYTES = 500_000, 65_536
_STREAM_START = b"\x78\x01"
# A block of a zlib stream that is not compressed: a byte, its length, its complement. See RFC 1951.
_BLOCK_START, _MAX_BLOCK_BYTES = struct.Struct("<BHH"), 65_535


@contextmanager
def read_ahead(picture: Image.Image) -> Iterator[None]:
    """Within this context, `picture` is loaded quickly where it is a large PNG."""
    size = _compute_rows_size(picture)
    if not isinstance(picture, PngImagePlugin.PngImageFile) or not size:
        yield
        return
    with ThreadPoolExecutor(1) as thread:
        rows = _Rows(picture.load_read, size, thread)
        picture.load_read = rows.read  # type: ignore[method-assign] # Pillow calls it
        yield


def _compute_rows_size(picture: Image.Image) -> int:
    """Return how many bytes the rows of a PNG take, each with the name of its filter before it; 0
    for what is not read ahead."""
    if not isinstance(picture, PngImagePlugin.PngImageFile) or picture.is_animated:
        return 0
    width, height = picture.size
    if width * height < _MIN_PIXELS or picture.info.get("interlace") or len(picture.tile) != 1:
        return 0
    stored = picture.tile[0].args
    size = _PIXEL_BYTES.get(stored, 0) if isinstance(stored, str) else 0
    return height * (1 + width * size) if size else 0


class _Rows:
    """What Pillow reads in place of the file: the same rows in blocks that are not compressed.

    While it works on one piece, `thread` makes the next.
    """

    def __init__(
        self, read_file: Callable[[int], bytes], size: int, thread: ThreadPoolExecutor
    ) -> None:
        self._read_file = read_file
        self._missing_bytes = size
        self._thread = thread
        self._inflater = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_ZLIB)
        self._next: Future[bytes] | None = None
        self._start = _STREAM_START

    def read(self, read_bytes: int) -> bytes:  # noqa: ARG002 - its name at Pillow
        """Return the next piece, of whatever size; nothing after the last."""
        piece = self._next.result() if self._next is not None else self._unpack_piece()
        # Once all rows are there, only Pillow reads the file: it goes on with what follows.
        self._next = self._thread.submit(self._unpack_piece) if self._missing_bytes else None
        start, self._start = self._start, b""
        return start + _pack_blocks(piece)

    def _unpack_piece(self) -> bytes:
        """Return at most `_PIECE_BYTES` of rows; nothing where the file holds no more."""
        wanted, parts = min(_PIECE_BYTES, self._missing_bytes), list[bytes]()
        while wanted and not self._inflater.eof:
            needs_input = self._inflater.needs_input
            packed = self._read_file(_READ_BYTES) if needs_input else b""
            if needs_input and not packed:
                break
            parts.append(self._inflater.decompress(packed, wanted))
            wanted -= len(parts[-1])
        piece = b"".join(parts)
        # What is cut off is an error, which Pillow finds.
        self._missing_bytes = self._missing_bytes - len(piece) if piece else 0
        return piece


def _pack_blocks(piece: bytes) -> bytes:
    """Return bytes as blocks of a zlib stream that are not compressed."""
    parts = list[bytes]()
    for start in range(0, len(piece), _MAX_BLOCK_BYTES):
        block = piece[start : start + _MAX_BLOCK_BYTES]
        parts += (_BLOCK_START.pack(0, len(block), len(block) ^ _MAX_BLOCK_BYTES), block)
    return b"".join(parts)
