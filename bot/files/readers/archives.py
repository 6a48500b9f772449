"""Reads ZIP archives: a list of their files, and the first few of them.

Opens no archive in an archive. The unpacked size is limited, whatever the directory claims, and no
file is written to disk.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from bot.domain.errors import UserError
from bot.domain.files import Image, ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.unreadable import UnreadableError, build_unreadable_error

MAX_FILES_READ = 20
MAX_UNPACKED_BYTES = 5 * 1024 * 1024
MAX_PICTURES = 6
MAX_FILES_LISTED = 200
# Checked before the directory is parsed, because each entry takes memory.
_MAX_ENTRIES = 100_000
_DIRECTORY_ENTRY = b"PK\x01\x02"
_MAX_PATH_CHARS = 200
_ENCRYPTED, _UTF8 = 0x1, 0x800
_CHUNK_BYTES = 65_536
# Their decoders can stop after a given number of bytes; those of other types cannot.
_BOUNDED_COMPRESSION_TYPES = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_REASONS = {
    "damaged": "it is damaged",
    "password": "protected by a password",
    "other packing": "packed in a way I do not read",
}

FileReader: TypeAlias = Callable[[str, bytes], ParsedFile]


def read_zip(name: str, data: bytes, read: FileReader) -> ParsedFile:
    """List the files of an archive on the first page, then add what is in the small ones.

    `read` is called with a file's name and bytes; a file that it refuses is only listed, with the
    reason. Raises `UnreadableError` for an archive that is damaged, empty or has too many files.
    """
    with open_zip(name, data, _MAX_ENTRIES) as archive:
        files = [info for info in archive.infolist() if not _is_noise(info)]
        if not files:
            raise build_unreadable_error(name, "empty")
        reader = _ArchiveReader(read)
        if has_overlapping_entries(archive):
            reader.notes = {id(info): "damaged: files lie over each other" for info in files}
        else:
            for info in files:
                reader.read_entry(archive, info)
    if files and all(info.flag_bits & _ENCRYPTED for info in files):
        raise build_unreadable_error(name, "password")
    unread_count = len(files) - reader.read_count
    left_out = ""
    if unread_count:
        left_out = Message(
            "{count:,} of {total:,} files only listed", count=unread_count, total=len(files)
        )
    pages = (_format_listing(files, reader.notes), *reader.pages)
    pictures = tuple(reader.pictures)
    return ParsedFile(clean_name(name), "ZIP archive", pictures, pages, len(files), left_out)


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
    if info.compress_type not in _BOUNDED_COMPRESSION_TYPES:
        raise build_unreadable_error(info.filename, "damaged", detail="other packing")
    pieces, size = list[bytes](), 0
    try:
        with archive.open(info) as entry:
            while piece := entry.read(_CHUNK_BYTES):
                size += len(piece)
                if size > max_bytes:
                    raise build_unreadable_error(info.filename, "too large inside")
                pieces.append(piece)
    except UnreadableError:
        raise
    except Exception as error:
        # zlib.error, BadZipFile for a wrong checksum or size, EOFError, NotImplementedError, …
        raise build_unreadable_error(info.filename, "damaged") from error
    return b"".join(pieces)


def format_size(size: int) -> str:
    """Format a number of bytes for people: “1.2 MB”."""
    if size == 1:
        return "1 byte"
    amount, units = float(size), iter(("bytes", "kB", "MB", "GB"))
    unit = next(units)
    while amount >= 1000 and (larger := next(units, "")):
        amount, unit = amount / 1024, larger
    return f"{amount:,.0f} {unit}" if amount >= 10 or unit == "bytes" else f"{amount:.1f} {unit}"


@dataclass
class _ArchiveReader:
    """Reads the files of one archive and collects the results; `notes` are keyed by `id(entry)`."""

    read: FileReader
    pages: list[str] = field(default_factory=list)
    pictures: list[Image] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    read_count: int = 0
    tried_count: int = 0
    claimed_bytes: int = 0

    def read_entry(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        """Read an entry if it is within the limits; otherwise it is only listed."""
        if info.flag_bits & _ENCRYPTED:
            self.notes[id(info)] = _REASONS["password"]
            return
        remaining_bytes = MAX_UNPACKED_BYTES - self.claimed_bytes
        if self.tried_count >= MAX_FILES_READ or info.file_size > remaining_bytes:
            return
        self.tried_count += 1
        # Count the claimed size, which is the most that `zipfile` unpacks, whatever the real size.
        self.claimed_bytes += info.file_size
        path = _clean_path(info)
        try:
            data = unpack_entry(archive, info, remaining_bytes)
            self._add_file(info, path, self.read(path.rpartition("/")[2], data))
        except UserError as error:
            self.notes[id(info)] = _format_reason(path, error)

    def _add_file(self, info: zipfile.ZipInfo, path: str, parsed_file: ParsedFile) -> None:
        name = clean_name(path.rpartition("/")[2])
        pictures = parsed_file.pictures[: MAX_PICTURES - len(self.pictures)]
        self.pictures.extend(replace(picture, name=name) for picture in pictures)
        page_count = len(parsed_file.pages)
        for number, page in enumerate(parsed_file.pages, 1):
            suffix = f", page {number} of {page_count}" if page_count > 1 else ""
            self.pages.append(f"File {path}{suffix}:\n{page}")
        if not pictures and not parsed_file.pages:
            self.notes[id(info)] = "I look at only so many pictures"
            return
        self.read_count += 1
        if parsed_file.left_out:
            self.notes[id(info)] = f"without {parsed_file.left_out}"


def _clean_path(info: zipfile.ZipInfo) -> str:
    """Return an entry's path as it is safe to show: relative, no control codes, bounded length."""
    path = info.filename
    if not info.flag_bits & _UTF8:
        # Many programs write UTF-8 without setting its flag; the default is a DOS code page.
        try:
            path = path.encode("cp437").decode()
        except UnicodeError:
            path = info.filename
    plain = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in path[:2_000])
    parts = (" ".join(part.split()) for part in plain.replace("\\", "/").split("/"))
    clean = "/".join(part for part in parts if part.strip(". "))
    if len(clean) > _MAX_PATH_CHARS:
        return f"…{clean[-_MAX_PATH_CHARS:]}"
    return clean or "a file"


def _is_noise(info: zipfile.ZipInfo) -> bool:
    """Whether an entry is a folder, or one that macOS adds to every archive."""
    return info.is_dir() or info.filename.startswith("__MACOSX/")


def _format_reason(path: str, error: UserError) -> str:
    prefix = f"I could not read {clean_name(path.rpartition('/')[2])}: "
    reason = error.user_message.removeprefix(prefix)
    return _REASONS.get(str(error), reason.partition(". ")[0].rstrip("."))


def _format_listing(files: list[zipfile.ZipInfo], notes: dict[int, str]) -> str:
    noun = "file" if len(files) == 1 else "files"
    # Without the archive's name: where equal bytes are sent again, it has another.
    lines = [f"This archive holds {len(files):,} {noun}:"]
    for info in files[:MAX_FILES_LISTED]:
        note = notes.get(id(info))
        suffix = f" ({note})" if note else ""
        lines.append(f"- {_clean_path(info)}, {format_size(info.file_size)}{suffix}")
    if len(files) > MAX_FILES_LISTED:
        lines.append(f"... and {len(files) - MAX_FILES_LISTED:,} more")
    return "\n".join(lines) + "\n"
