"""ZIP archives in: what is in them, and the first few files read. Opens no archive in an archive.

What is unpacked is bounded, whatever the directory claims, and never written to disk.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.domain.errors import UserError
from bot.domain.files import Image, ParsedFile
from bot.domain.safe_text import clean_name
from bot.files.unreadable import UnreadableError, build_unreadable_error

MAX_FILES_READ = 20
MAX_UNPACKED_BYTES = 5 * 1024 * 1024
MAX_PICTURES = 6
MAX_FILES_LISTED = 200
# Of a directory's entries, before it is parsed: each takes memory.
_MAX_ENTRIES = 100_000
_DIRECTORY_ENTRY = b"PK\x01\x02"
_MAX_PATH_CHARS = 200
_ENCRYPTED, _UTF8 = 0x1, 0x800
_CHUNK_BYTES = 65_536
# Its decoder can be told to stop after so many bytes; those of the others cannot.
_BOUNDED_COMPRESSION_TYPES = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_REASONS = {
    "damaged": "it is damaged",
    "password": "protected by a password",
    "other packing": "packed in a way I do not read",
}

FileReader = Callable[[str, bytes], ParsedFile]


def read_zip(name: str, data: bytes, read: FileReader) -> ParsedFile:
    """The list of an archive's files as the first page, then what `read` makes of the small ones.

    `read` gets a file's name and bytes; what it refuses is only listed, with its reason. Raises
    `Unreadable` for an archive that is damaged, empty or has too many files.
    """
    with open_zip(name, data, _MAX_ENTRIES) as archive:
        files = [info for info in archive.infolist() if not _is_noise(info)]
        if not files:
            raise build_unreadable_error(name, "empty")
        found = _ArchiveReader(read)
        if has_overlapping_entries(archive):
            found.notes = {id(info): "damaged: files lie over each other" for info in files}
        else:
            for info in files:
                found.read_entry(archive, info)
    if files and all(info.flag_bits & _ENCRYPTED for info in files):
        raise build_unreadable_error(name, "password")
    unread = len(files) - found.read_count
    left_out = f"{unread:,} of {len(files):,} files only listed" if unread else ""
    pages = (_format_listing(name, files, found.notes), *found.pages)
    pictures = tuple(found.pictures)
    return ParsedFile(clean_name(name), "ZIP archive", pictures, pages, len(files), left_out)


def open_zip(name: str, data: bytes, max_entries: int) -> zipfile.ZipFile:
    """The directory of an archive, whose entries are at most so many. Raises `Unreadable`."""
    if data.count(_DIRECTORY_ENTRY) > max_entries:
        raise build_unreadable_error(name, "too large inside", detail="entries")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except Exception as error:
        # BadZipFile mostly, and whatever else a hostile directory makes the parser raise.
        raise build_unreadable_error(name, "damaged", detail=type(error).__name__) from error


def has_overlapping_entries(archive: zipfile.ZipFile) -> bool:
    """Whether entries share bytes, as in bombs whose entries are all the same data."""
    end = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        if info.header_offset < end:
            return True
        end = info.header_offset + 30 + info.compress_size
    return False


def unpack_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, max_bytes: int) -> bytes:
    """The bytes of one entry, at most `most`. Raises `Unreadable`: never more is unpacked."""
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
        # zlib.error, BadZipFile for a wrong sum or size, EOFError, NotImplementedError, …
        raise build_unreadable_error(info.filename, "damaged") from error
    return b"".join(pieces)


def format_size(size: int) -> str:
    """A number of bytes as people say it: “1.2 MB”."""
    if size == 1:
        return "1 byte"
    amount, units = float(size), iter(("bytes", "kB", "MB", "GB"))
    unit = next(units)
    while amount >= 1000 and (larger := next(units, "")):
        amount, unit = amount / 1024, larger
    return f"{amount:,.0f} {unit}" if amount >= 10 or unit == "bytes" else f"{amount:.1f} {unit}"


@dataclass
class _ArchiveReader:
    """What the files of one archive came to, so far; `notes` by the entries' identity."""

    read: FileReader
    pages: list[str] = field(default_factory=list)
    pictures: list[Image] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    read_count: int = 0
    tried_count: int = 0
    claimed_bytes: int = 0

    def read_entry(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        """One more entry: read while that is little, else left to the list."""
        if info.flag_bits & _ENCRYPTED:
            self.notes[id(info)] = _REASONS["password"]
            return
        left = MAX_UNPACKED_BYTES - self.claimed_bytes
        if self.tried_count >= MAX_FILES_READ or info.file_size > left:
            return
        self.tried_count += 1
        # What it claims: no more than that is unpacked of it, and lies are paid for.
        self.claimed_bytes += info.file_size
        path = clean_path(info)
        try:
            data = unpack_entry(archive, info, left)
            self._add_file(info, path, self.read(path.rpartition("/")[2], data))
        except UserError as error:
            self.notes[id(info)] = _format_reason(path, error)

    def _add_file(self, info: zipfile.ZipInfo, path: str, parsed_file: ParsedFile) -> None:
        name = clean_name(path.rpartition("/")[2])
        kept = parsed_file.pictures[: MAX_PICTURES - len(self.pictures)]
        self.pictures.extend(replace(picture, name=name) for picture in kept)
        for number, page in enumerate(parsed_file.pages, 1):
            which = (
                f", page {number} of {len(parsed_file.pages)}" if len(parsed_file.pages) > 1 else ""
            )
            self.pages.append(f"File {path}{which}:\n{page}")
        if not kept and not parsed_file.pages:
            self.notes[id(info)] = "I look at only so many pictures"
            return
        self.read_count += 1
        if parsed_file.left_out:
            self.notes[id(info)] = f"without {parsed_file.left_out}"


def clean_path(info: zipfile.ZipInfo) -> str:
    """An entry's path as it may be shown: relative, without control codes, bounded."""
    path = info.filename
    if not info.flag_bits & _UTF8:
        # Many programs write UTF-8 and do not say so; the format's own code page is from DOS.
        try:
            path = path.encode("cp437").decode()
        except UnicodeError:
            path = info.filename
    plain = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in path[:2_000])
    parts = (" ".join(part.split()) for part in plain.replace("\\", "/").split("/"))
    told = "/".join(part for part in parts if part.strip(". "))
    return (f"…{told[-_MAX_PATH_CHARS:]}" if len(told) > _MAX_PATH_CHARS else told) or "a file"


def _is_noise(info: zipfile.ZipInfo) -> bool:
    """Folders, and what macOS adds to every archive."""
    return info.is_dir() or info.filename.startswith("__MACOSX/")


def _format_reason(path: str, error: UserError) -> str:
    named = f"I could not read {clean_name(path.rpartition('/')[2])}: "
    told = error.user_message.removeprefix(named)
    return _REASONS.get(str(error), told.partition(". ")[0].rstrip("."))


def _format_listing(name: str, files: list[zipfile.ZipInfo], notes: dict[int, str]) -> str:
    lines = [f"{clean_name(name)} holds {len(files):,} {_pluralize_files(len(files))}:"]
    for info in files[:MAX_FILES_LISTED]:
        note = notes.get(id(info))
        told = f" ({note})" if note else ""
        lines.append(f"- {clean_path(info)}, {format_size(info.file_size)}{told}")
    if len(files) > MAX_FILES_LISTED:
        lines.append(f"... and {len(files) - MAX_FILES_LISTED:,} more")
    return "\n".join(lines) + "\n"


def _pluralize_files(count: int) -> str:
    return "file" if count == 1 else "files"
