"""Unpacks entries of ZIP archives without end in `zipfile`: bzip2, LZMA, xz and Zstandard.

The numbers of the packings are those of APPNOTE.TXT 6.3.10, section 4.4.5.
"""

from __future__ import annotations

import bz2
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from bot.files.readers.containers.seven_zip_codecs import LZMA, build_filter, unpack_stream

_ZSTANDARD, _XZ = 93, 95
OTHER_PACKINGS = (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, _ZSTANDARD, _XZ)
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_LOCAL_MARK = b"PK\x03\x04"
# The largest dictionary of the presets of xz is of 64 MiB, and the decoder needs some more.
_MAX_DECODER_BYTES = 96 * 1024 * 1024
_OVER_LIMIT = "Memory usage limit exceeded"


class TooMuchMemoryError(Exception):
    """An entry that is sound as far as is known, and takes too much memory to unpack."""


def unpack_other(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what is in an entry of one of these packings, at most the bytes that it claims.

    Raises `TooMuchMemoryError`; `ValueError`, or an error of the decoder, for one that is damaged.
    """
    packed = memoryview(_read_packed(archive, info))
    checksum = 0
    decoder, start = _build_decoder(info, packed)
    try:
        for piece in unpack_stream(decoder, packed[start:], info.file_size):
            checksum = zlib.crc32(piece, checksum)
            yield piece
    except lzma.LZMAError as error:
        # The library has no type of its own for this.
        if str(error) == _OVER_LIMIT:
            raise TooMuchMemoryError from error
        raise
    if checksum != info.CRC:
        raise ValueError("checksum")


def _read_packed(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    file = archive.fp
    if file is None:
        raise ValueError("closed")
    file.seek(info.header_offset)
    mark, name_size, extra_size = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    if mark != _LOCAL_MARK:
        raise ValueError("no header")
    file.seek(name_size + extra_size, 1)
    return file.read(info.compress_size)


def _build_decoder(info: zipfile.ZipInfo, packed: memoryview) -> tuple[Any, int]:
    """Return the decoder of an entry, and where its stream begins in the packed bytes."""
    if info.compress_type == zipfile.ZIP_BZIP2:
        return bz2.BZ2Decompressor(), 0
    if info.compress_type == _XZ:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MAX_DECODER_BYTES), 0
    if info.compress_type == _ZSTANDARD:
        from bot.files.readers.containers.zstandard import build_zstandard_decoder

        return build_zstandard_decoder(), 0
    # Two bytes of a version, two of the length of the properties, then these.
    (size,) = struct.unpack_from("<H", packed, 2)
    wanted = build_filter(LZMA, bytes(packed[4 : 4 + size]), info.file_size)
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[wanted]), 4 + size
