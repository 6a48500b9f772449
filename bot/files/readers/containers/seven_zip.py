"""Reads 7z archives: the headers, and streams of LZMA, LZMA2, Deflate, bzip2 and plain ones.

The format is 7zFormat.txt of the LZMA SDK. No library is used: the one there is brings ciphers and
other packings, 20 MB. What is encrypted or packed otherwise is only listed.
"""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.domain.files import ParsedFile
from bot.files.readers.containers.collecting import (
    Allowance,
    Collector,
    FileReader,
    Member,
    build_archive_file,
    clean_path,
    is_noise,
)
from bot.files.readers.containers.seven_zip_codecs import unpack_folder
from bot.files.readers.containers.seven_zip_header import (
    Archive,
    Folder,
    parse_header,
    parse_packed_header,
)
from bot.files.readers.containers.seven_zip_numbers import SevenZipError
from bot.files.unreadable import build_unreadable_error

_START_BYTES, _HEADER, _ENCODED_HEADER = 32, 0x01, 0x17
_MAX_HEADER_BYTES = 16 * 1024 * 1024
# Files lie one after the other in one stream: those in front of a file are unpacked, too.
_MAX_DISCARDED_BYTES = 64 * 1024 * 1024
_CHUNK_BYTES = 65_536


def read_seven_zip(name: str, data: bytes, read: FileReader, allowance: Allowance) -> ParsedFile:
    """List the files of an archive, and read the first small ones. Raises `UnreadableError`."""
    try:
        archive = _parse_archive(data)
    except SevenZipError as error:
        raise build_unreadable_error(name, str(error)) from error
    except (IndexError, ValueError, EOFError, lzma.LZMAError) as error:
        raise build_unreadable_error(name, "damaged", detail=type(error).__name__) from error
    reader = _Reader(data, Collector(read, allowance=allowance), allowance)
    for folder, paths in archive.list_files():
        reader.read_folder(folder, paths)
    if reader.members and reader.encrypted_count == len(reader.members):
        raise build_unreadable_error(name, "password")
    return build_archive_file(name, "7z archive", reader.members, reader.collector)


def _parse_archive(data: bytes) -> Archive:
    offset, size = (int.from_bytes(data[at : at + 8], "little") for at in (12, 20))
    header = data[_START_BYTES + offset : _START_BYTES + offset + size]
    if not size:
        return Archive()
    if len(header) < size or zlib.crc32(header) != int.from_bytes(data[28:32], "little"):
        raise SevenZipError("damaged")
    # A header may itself be packed, once in practice.
    for _ in range(4):
        if header[0] == _HEADER:
            return parse_header(header)
        if header[0] != _ENCODED_HEADER:
            break
        folder = parse_packed_header(header)
        if folder.size > _MAX_HEADER_BYTES:
            raise SevenZipError("too large inside")
        header = b"".join(unpack_folder(data, folder))
    raise SevenZipError("damaged")


@dataclass
class _Reader:
    """Reads the files of an archive, folder by folder; a folder is one packed stream."""

    data: bytes
    collector: Collector
    allowance: Allowance
    members: list[Member] = field(default_factory=list)
    encrypted_count: int = 0
    discarded_bytes: int = 0
    done: set[int] = field(default_factory=set)

    def read_folder(self, folder: Folder | None, files: list[tuple[str, int]]) -> None:
        """List the files of a folder, and read those within the allowance."""
        numbers = list[int | None]()
        for path, size in files:
            numbers.append(None if is_noise(path) else len(self.members))
            if not is_noise(path):
                self.members.append(Member(clean_path(path), size))
        wanted = [number for number in numbers if number is not None]
        try:
            self._unpack_files(folder, files, numbers)
        except SevenZipError as error:
            is_encrypted = str(error) == "password"
            self.encrypted_count += len(wanted) if is_encrypted else 0
            note = "protected by a password" if is_encrypted else "packed in a way I do not read"
            self.collector.notes.update(dict.fromkeys(wanted, note))
        except (lzma.LZMAError, zlib.error, OSError, ValueError, EOFError):
            for number in wanted:
                if number not in self.collector.notes and number not in self.done:
                    self.collector.notes[number] = "it is damaged"

    def _unpack_files(
        self, folder: Folder | None, files: list[tuple[str, int]], numbers: list[int | None]
    ) -> None:
        stream = _Pieces(iter(()) if folder is None else unpack_folder(self.data, folder))
        for (_, size), number in zip(files, numbers, strict=True):
            is_within = size <= self.allowance.unpacked_bytes and self.allowance.files > 0
            if number is None or not is_within:
                if folder is None or not self.allowance.files:
                    return
                self.discarded_bytes += size
                self.allowance.passed_bytes -= size
                if self.discarded_bytes > _MAX_DISCARDED_BYTES or self.allowance.passed_bytes < 0:
                    return
                stream.drop(size)
                continue
            self.allowance.files -= 1
            self.allowance.unpacked_bytes -= size
            data = stream.take(size)
            self.done.add(number)
            self.collector.add(number, self.members[number], data)


class _Pieces:
    """Bytes that come in pieces. Raises `EOFError` where they end too early."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        found, count = list[bytes](), 0
        while count < size:
            piece = self._rest or next(self._pieces, b"")
            if not piece:
                raise EOFError
            part, self._rest = piece[: size - count], piece[size - count :]
            found.append(part)
            count += len(part)
        return b"".join(found)

    def drop(self, size: int) -> None:
        """Drop the next `size` bytes."""
        while size > 0:
            size -= len(self.take(min(size, _CHUNK_BYTES)))
