"""ZIP archives built byte by byte, so that they can claim what is not so."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pytest

from bot.domain.errors import UserError
from bot.domain.files import Image, ParsedFile
from bot.files.readers.archives import read_zip
from bot.files.unreadable import build_unreadable_error


class CountingReader:
    """Reads `.txt` as pages and `.png` as a picture, refuses other files; records its input."""

    def __init__(self) -> None:
        self.names = list[str]()
        self.total_bytes = 0

    def __call__(self, name: str, data: bytes) -> ParsedFile:
        self.names.append(name)
        self.total_bytes += len(data)
        if name.endswith(".png"):
            digest = hashlib.sha256(data).hexdigest()
            picture = Image(name.rpartition("/")[2], "image/png", data, digest, 1, 1)
            return ParsedFile(name, "PNG picture", (picture,))
        if name.endswith(".txt"):
            return ParsedFile(name, "text", pages=tuple(data.decode("latin-1").split("\f")))
        raise build_unreadable_error(
            name, "another archive" if name.endswith(".zip") else "unsupported"
        )


def build_zip(files: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def build_entry(name: bytes, packed: bytes, *, size: int, crc: int = 0, flags: int = 0) -> bytes:
    """The local part of an entry, written by hand."""
    head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, flags, 8, 0, 0, crc, len(packed), size, 0, 0)
    return head[:26] + struct.pack("<HH", len(name), 0) + name + packed


def build_directory_entry(
    name: bytes, offset: int, packed: int, *, size: int, crc: int = 0, flags: int = 0
) -> bytes:
    """An entry's line in the directory."""
    fields = (
        0x02014B50,
        20,
        20,
        flags,
        8,
        0,
        0,
        crc,
        packed,
        size,
        len(name),
        0,
        0,
        0,
        0,
        0,
        offset,
    )
    return struct.pack("<IHHHHHHIIIHHHHHII", *fields) + name


def build_packed_zip(name: str, packed: bytes, packing: int, *, size: int, crc: int) -> bytes:
    """A ZIP of one entry in any packing, with the size and the checksum that it claims."""
    local = bytearray(build_entry(name.encode(), packed, size=size, crc=crc))
    listed = bytearray(build_directory_entry(name.encode(), 0, len(packed), size=size, crc=crc))
    local[8:10] = listed[10:12] = packing.to_bytes(2, "little")
    return append_end_record(bytes(local), bytes(listed), 1)


def append_end_record(body: bytes, directory: bytes, count: int) -> bytes:
    count = min(count, 0xFFFF)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def build_with_size(actual_bytes: int, claimed_bytes: int) -> bytes:
    """An archive of one text file whose headers claim another size."""
    data = b"a" * actual_bytes
    packed, crc = deflate(data), zlib.crc32(data)
    body = build_entry(b"a.txt", packed, size=claimed_bytes, crc=crc)
    return append_end_record(
        body, build_directory_entry(b"a.txt", 0, len(packed), size=claimed_bytes, crc=crc), 1
    )


def expect_refusal(data: bytes) -> str:
    with pytest.raises(UserError) as caught:
        read_zip("a.zip", data, CountingReader())
    return caught.value.user_message
