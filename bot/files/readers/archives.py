"""Reads ZIP archives: a list of their files, and the first few of them.

The unpacked size is limited, whatever the directory claims, and no
file is written to disk.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.files import ParsedFile
from bot.files.readers.containers.collecting import (
    MAX_FILES_LISTED,
    MAX_PICTURES,
    Allowance,
    Collector,
    FileReader,
    Member,
    build_archive_file,
    clean_path,
    format_size,
    is_noise,
)
from bot.files.readers.containers.entry_names import decode_names
from bot.files.readers.containers.zip_codecs import (
    OTHER_PACKINGS,
    TooMuchMemoryError,
    unpack_other,
)
from bot.files.unreadable import UnreadableError, build_unreadable_error

__all__ = [
    "MAX_FILES_LISTED",
    "MAX_FILES_READ",
    "MAX_PICTURES",
    "MAX_UNPACKED_BYTES",
    "FileReader",
    "format_size",
    "has_overlapping_entries",
    "open_zip",
    "read_zip",
    "unpack_entry",
]

MAX_FILES_READ = Allowance().files
MAX_UNPACKED_BYTES = Allowance().unpacked_bytes
# Checked before the directory is parsed, because each entry takes memory.
_MAX_ENTRIES = 100_000
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_CHUNK_BYTES = 65_536
# Their decoders can stop after a given number of bytes; those of other types cannot.
_BOUNDED_COMPRESSION_TYPES = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def read_zip(
    name: str, data: bytes, read: FileReader, allowance: Allowance | None = None
) -> ParsedFile:
    """List the files of an archive on the first page, then add what is in the small ones.

    `read` is called with a file's name and bytes; a file that it refuses is only listed, with the
    reason. Raises `UnreadableError` for an archive that is damaged, empty or has too many files.
    """
    allowance = allowance or Allowance()
    collector = Collector(read, allowance=allowance)
    with open_zip(name, data, _MAX_ENTRIES) as archive:
        entries = archive.infolist()
        listed = zip(entries, decode_names(entries), strict=True)
        files = [(info, path) for info, path in listed if not (info.is_dir() or is_noise(path))]
        members = [Member(clean_path(path), info.file_size) for info, path in files]
        if has_overlapping_entries(archive):
            collector.notes = dict.fromkeys(range(len(files)), "damaged: files lie over each other")
        else:
            reader = _ArchiveReader(archive, collector, allowance)
            for number, (info, _) in enumerate(files):
                reader.read_entry(number, info, members[number])
    if files and all(info.flag_bits & _ENCRYPTED for info, _ in files):
        raise build_unreadable_error(name, "password")
    return build_archive_file(name, "ZIP archive", members, collector)


def open_zip(name: str, data: bytes, max_entries: int) -> zipfile.ZipFile:
    """Open an archive of at most `max_entries` entries. Raises `UnreadableError`."""
    if data.count(_DIRECTORY_ENTRY) > max_entries:
        raise build_unreadable_error(name, "too large inside", detail="entries")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except Exception as error:
        # Usually BadZipFile, but the parser raises anything on a hostile directory.
        raise build_unreadable_error(name, "damaged", detail=type(error).__name__) from error


def has_overlapping_entries(archive: zipfile.ZipFile) -> bool:
    """Whether entries share bytes, as in zip bombs whose entries all use the same data."""
    end = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        if info.header_offset < end:
            return True
        end = info.header_offset + 30 + info.compress_size
    return False


def unpack_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, max_bytes: int) -> bytes:
    """Unpack one entry. Raises `UnreadableError`, also for more than `max_bytes` bytes."""
    if info.flag_bits & _ENCRYPTED:
        raise build_unreadable_error(info.filename, "password")
    if info.compress_type not in (*_BOUNDED_COMPRESSION_TYPES, *OTHER_PACKINGS):
        raise build_unreadable_error(info.filename, "damaged", detail="other packing")
    pieces, size = list[bytes](), 0
    try:
        for piece in _iterate_pieces(archive, info):
            size += len(piece)
            if size > max_bytes:
                raise build_unreadable_error(info.filename, "too large inside")
            pieces.append(piece)
    except UnreadableError:
        raise
    except TooMuchMemoryError as error:
        raise build_unreadable_error(info.filename, "too large inside", detail="memory") from error
    except Exception as error:
        # zlib.error, BadZipFile for a wrong checksum or size, EOFError, NotImplementedError, …
        raise build_unreadable_error(info.filename, "damaged") from error
    return b"".join(pieces)


def _iterate_pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    if info.compress_type in OTHER_PACKINGS:
        yield from unpack_other(archive, info)
        return
    with archive.open(info) as entry:
        while piece := entry.read(_CHUNK_BYTES):
            yield piece


@dataclass
class _ArchiveReader:
    """Reads the files of one archive that are within the allowance."""

    archive: zipfile.ZipFile
    collector: Collector
    allowance: Allowance

    def read_entry(self, number: int, info: zipfile.ZipInfo, member: Member) -> None:
        """Read an entry if it is within the limits; otherwise it is only listed."""
        if info.flag_bits & _ENCRYPTED:
            self.collector.notes[number] = "protected by a password"
            return
        remaining_bytes = self.allowance.unpacked_bytes
        if self.allowance.files <= 0 or info.file_size > remaining_bytes:
            return
        self.allowance.files -= 1
        # Count the claimed size, which is the most that `zipfile` unpacks, whatever the real size.
        self.allowance.unpacked_bytes -= info.file_size
        try:
            data = unpack_entry(self.archive, info, remaining_bytes)
        except UnreadableError as error:
            self.collector.note_refusal(number, member, error)
        else:
            self.collector.add(number, member, data)
