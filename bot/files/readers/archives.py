"""ZIP archives in: what is in them, and the first few files read. Opens no archive in an archive.

What is unpacked is bounded, whatever the directory claims, and never written to disk.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.domain.errors import TellPerson
from bot.domain.files import Attachment, Reading
from bot.domain.safe_text import clean_name
from bot.files.unreadable import Unreadable, unreadable

MOST_READ = 20
MOST_UNPACKED = 5 * 1024 * 1024
MOST_PICTURES = 6
MOST_LISTED = 200
# Of a directory's entries, before it is parsed: each takes memory.
_MOST_ENTRIES = 100_000
_DIRECTORY_ENTRY = b"PK\x01\x02"
_LONGEST_PATH = 200
_ENCRYPTED, _UTF8 = 0x1, 0x800
_PIECE = 65_536
# Its decoder can be told to stop after so many bytes; those of the others cannot.
_BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_REASONS = {
    "damaged": "it is damaged",
    "password": "protected by a password",
    "other packing": "packed in a way I do not read",
}

Read = Callable[[str, bytes], Reading]


def read_zip(name: str, data: bytes, read: Read) -> Reading:
    """The list of an archive's files as the first page, then what `read` makes of the small ones.

    `read` gets a file's name and bytes; what it refuses is only listed, with its reason. Raises
    `Unreadable` for an archive that is damaged, empty or has too many files.
    """
    with opened(name, data, _MOST_ENTRIES) as archive:
        files = [info for info in archive.infolist() if not _is_noise(info)]
        if not files:
            raise unreadable(name, "empty")
        found = _Found(read)
        if overlapping(archive):
            found.notes = {id(info): "damaged: files lie over each other" for info in files}
        else:
            for info in files:
                found.take(archive, info)
    if files and all(info.flag_bits & _ENCRYPTED for info in files):
        raise unreadable(name, "password")
    unread = len(files) - found.whole
    left_out = f"{unread:,} of {len(files):,} files only listed" if unread else ""
    pages = (_listing(name, files, found.notes), *found.pages)
    pictures = tuple(found.pictures)
    return Reading(clean_name(name), "ZIP archive", pictures, pages, len(files), left_out)


def opened(name: str, data: bytes, most_entries: int) -> zipfile.ZipFile:
    """The directory of an archive, whose entries are at most so many. Raises `Unreadable`."""
    if data.count(_DIRECTORY_ENTRY) > most_entries:
        raise unreadable(name, "too large inside", detail="entries")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except Exception as error:
        # BadZipFile mostly, and whatever else a hostile directory makes the parser raise.
        raise unreadable(name, "damaged", detail=type(error).__name__) from error


def overlapping(archive: zipfile.ZipFile) -> bool:
    """Whether entries share bytes, as in bombs whose entries are all the same data."""
    end = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        if info.header_offset < end:
            return True
        end = info.header_offset + 30 + info.compress_size
    return False


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """The bytes of one entry, at most `most`. Raises `Unreadable`: never more is unpacked."""
    if info.flag_bits & _ENCRYPTED:
        raise unreadable(info.filename, "password")
    if info.compress_type not in _BOUNDED:
        raise unreadable(info.filename, "damaged", detail="other packing")
    pieces, size = list[bytes](), 0
    try:
        with archive.open(info) as entry:
            while piece := entry.read(_PIECE):
                size += len(piece)
                if size > most:
                    raise unreadable(info.filename, "too large inside")
                pieces.append(piece)
    except Unreadable:
        raise
    except Exception as error:
        # zlib.error, BadZipFile for a wrong sum or size, EOFError, NotImplementedError, …
        raise unreadable(info.filename, "damaged") from error
    return b"".join(pieces)


def size_told(size: int) -> str:
    """A number of bytes as people say it: “1.2 MB”."""
    if size == 1:
        return "1 byte"
    amount, units = float(size), iter(("bytes", "kB", "MB", "GB"))
    unit = next(units)
    while amount >= 1000 and (larger := next(units, "")):
        amount, unit = amount / 1024, larger
    return f"{amount:,.0f} {unit}" if amount >= 10 or unit == "bytes" else f"{amount:.1f} {unit}"


@dataclass
class _Found:
    """What the files of one archive came to, so far; `notes` by the entries' identity."""

    read: Read
    pages: list[str] = field(default_factory=list)
    pictures: list[Attachment] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    whole: int = 0
    tried: int = 0
    size: int = 0

    def take(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        """One more entry: read while that is little, else left to the list."""
        if info.flag_bits & _ENCRYPTED:
            self.notes[id(info)] = _REASONS["password"]
            return
        left = MOST_UNPACKED - self.size
        if self.tried >= MOST_READ or info.file_size > left:
            return
        self.tried += 1
        # What it claims: no more than that is unpacked of it, and lies are paid for.
        self.size += info.file_size
        path = shown_path(info)
        try:
            data = unpacked(archive, info, left)
            self._keep(info, path, self.read(path.rpartition("/")[2], data))
        except TellPerson as error:
            self.notes[id(info)] = _reason(path, error)

    def _keep(self, info: zipfile.ZipInfo, path: str, reading: Reading) -> None:
        name = clean_name(path.rpartition("/")[2])
        kept = reading.pictures[: MOST_PICTURES - len(self.pictures)]
        self.pictures.extend(replace(picture, name=name) for picture in kept)
        for number, page in enumerate(reading.pages, 1):
            which = f", page {number} of {len(reading.pages)}" if len(reading.pages) > 1 else ""
            self.pages.append(f"File {path}{which}:\n{page}")
        if not kept and not reading.pages:
            self.notes[id(info)] = "I look at only so many pictures"
            return
        self.whole += 1
        if reading.left_out:
            self.notes[id(info)] = f"without {reading.left_out}"


def shown_path(info: zipfile.ZipInfo) -> str:
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
    return (f"…{told[-_LONGEST_PATH:]}" if len(told) > _LONGEST_PATH else told) or "a file"


def _is_noise(info: zipfile.ZipInfo) -> bool:
    """Folders, and what macOS adds to every archive."""
    return info.is_dir() or info.filename.startswith("__MACOSX/")


def _reason(path: str, error: TellPerson) -> str:
    named = f"I could not read {clean_name(path.rpartition('/')[2])}: "
    told = error.said.removeprefix(named)
    return _REASONS.get(str(error), told.partition(". ")[0].rstrip("."))


def _listing(name: str, files: list[zipfile.ZipInfo], notes: dict[int, str]) -> str:
    lines = [f"{clean_name(name)} holds {len(files):,} {_files(len(files))}:"]
    for info in files[:MOST_LISTED]:
        note = notes.get(id(info))
        told = f" ({note})" if note else ""
        lines.append(f"- {shown_path(info)}, {size_told(info.file_size)}{told}")
    if len(files) > MOST_LISTED:
        lines.append(f"... and {len(files) - MOST_LISTED:,} more")
    return "\n".join(lines) + "\n"


def _files(count: int) -> str:
    return "file" if count == 1 else "files"
