"""Unpacks the streams of a 7z archive, never more than they claim."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterator
from typing import Any

from bot.files.readers.containers.seven_zip_header import Folder
from bot.files.readers.containers.seven_zip_numbers import SevenZipError

_CHUNK_BYTES = 65_536
_AES = b"\x06\xf1\x07\x01"
_FILTERS = {
    b"\x03\x03\x01\x03": lzma.FILTER_X86,
    b"\x03\x03\x02\x05": lzma.FILTER_POWERPC,
    b"\x03\x03\x05\x01": lzma.FILTER_ARM,
    b"\x03\x03\x07\x01": lzma.FILTER_ARMTHUMB,
    b"\x03\x03\x08\x05": lzma.FILTER_SPARC,
}
_COPY, _DELTA, LZMA, _LZMA2 = b"\x00", b"\x03", b"\x03\x01\x01", b"\x21"
_DEFLATE, _BZIP2, _ZSTANDARD = b"\x04\x01\x08", b"\x04\x02\x02", b"\x04\xf7\x11\x01"


def unpack_folder(data: bytes, folder: Folder) -> Iterator[bytes]:
    """Yield what is in a folder, at most the bytes that it claims. Raises `SevenZipError`."""
    packed = memoryview(data)[folder.start : folder.start + folder.packed_size]
    yield from unpack_stream(_build_decoder(folder), packed, folder.size)


def unpack_stream(decoder: Any, packed: memoryview, size: int) -> Iterator[bytes]:
    """Yield `size` bytes of a stream, whatever there is in it. Raises `EOFError` for fewer.

    `decoder` is called as those of `lzma` are.
    """
    remaining, position = size, 0
    while remaining > 0:
        needs_input = getattr(decoder, "needs_input", True)
        piece = bytes(packed[position : position + _CHUNK_BYTES]) if needs_input else b""
        position += len(piece)
        unpacked = decoder.decompress(piece, min(remaining, _CHUNK_BYTES))
        remaining -= len(unpacked)
        if unpacked:
            yield unpacked
        elif not piece:
            raise EOFError
        if decoder.eof and not unpacked:
            raise EOFError


class _Copying:
    """A decoder of what is not packed, called as those of `lzma` are."""

    eof = False

    def __init__(self) -> None:
        self._rest = b""

    @property
    def needs_input(self) -> bool:
        """Whether all was returned."""
        return not self._rest

    def decompress(self, piece: bytes, max_length: int) -> bytes:
        """Return some of the bytes."""
        data = self._rest + piece
        part, self._rest = data[:max_length], data[max_length:]
        return part


class _Inflating:
    """A decoder of Deflate, called as those of `lzma` are."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=-15)

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""
        return self._inflate.eof

    @property
    def needs_input(self) -> bool:
        """Whether all that came was unpacked."""
        return not self._inflate.unconsumed_tail

    def decompress(self, piece: bytes, max_length: int) -> bytes:
        """Unpack some bytes."""
        return self._inflate.decompress(self._inflate.unconsumed_tail + piece, max_length)


def _build_decoder(folder: Folder) -> Any:
    """Return the decoder of a folder. Raises `SevenZipError` for another packing."""
    codecs = [codec for codec, _ in folder.chain]
    if _AES in codecs:
        raise SevenZipError("password")
    simple = {_COPY: _Copying, _DEFLATE: _Inflating, _BZIP2: bz2.BZ2Decompressor}
    if codecs == [_ZSTANDARD]:
        from bot.files.readers.containers.zstandard import build_zstandard_decoder

        return build_zstandard_decoder()
    if len(codecs) == 1 and codecs[0] in simple:
        return simple[codecs[0]]()
    filters = [build_filter(codec, properties, folder.size) for codec, properties in folder.chain]
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)


def build_filter(codec: bytes, properties: bytes, size: int) -> dict[str, int]:
    """Return a filter for `lzma`, for a stream of `size` bytes. Raises `SevenZipError`."""
    if codec in _FILTERS:
        return {"id": _FILTERS[codec]}
    if codec == _DELTA and len(properties) == 1:
        return {"id": lzma.FILTER_DELTA, "dist": properties[0] + 1}
    # No more of a dictionary is needed than there are bytes.
    if codec == LZMA and len(properties) >= 5:
        rest, lc = divmod(properties[0], 9)
        pb, lp = divmod(rest, 5)
        wanted = int.from_bytes(properties[1:5], "little")
        limited = max(4096, min(wanted, size))
        return {"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": limited}
    if codec == _LZMA2 and len(properties) == 1 and properties[0] <= 40:
        bits = properties[0]
        wanted = min(0xFFFFFFFF, (2 | (bits & 1)) << (bits // 2 + 11))
        return {"id": lzma.FILTER_LZMA2, "dict_size": max(4096, min(wanted, size))}
    raise SevenZipError("other packing")
