"""Collects what is in the files of an archive or of a mail, within bounds. Opens no container."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from bot.domain.errors import UserError
from bot.domain.files import Image, ParsedFile
from bot.domain.messages import Message
from bot.domain.pages import list_pages
from bot.domain.pictures.in_files import build_path
from bot.domain.safe_text import clean_name
from bot.files.kinds import FileType, detect_file_type, detect_picture_mimetype
from bot.files.unreadable import build_unreadable_error

FileReader: TypeAlias = Callable[[str, bytes], ParsedFile]

MAX_PICTURES = 6
# The kinds of files that hold other files.
MAIL_KIND, ARCHIVE_ENDING = "e-mail", " archive"
MAX_FILES_LISTED = 200
_MAX_PATH_CHARS, _MAX_GUESSES = 200, 5
# What shows the reader nothing: dots that count readers, lines and spacers of mails.
_MIN_PICTURE_SIDE = 24
_MISSING_INSIDE = "in {name}: {omission}"
_TOO_MANY_PICTURES = "I look at only so many pictures"
_REASONS = {
    "damaged": "it is damaged",
    "password": "protected by a password",
    "other packing": "packed in a way I do not read",
}


@dataclass
class Allowance:
    """What may still be read of one file and of all the containers in it together."""

    files: int = 20
    unpacked_bytes: int = 5 * 1024 * 1024
    # What is unpacked only to get past it.
    passed_bytes: int = 128 * 1024 * 1024
    pictures: int = MAX_PICTURES
    # Archives in archives.
    archives: int = 5


@dataclass(frozen=True)
class Member:
    """A file in a container, as its list names it; `path` is safe to show."""

    path: str
    size: int

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]


@dataclass
class Collector:
    """Reads files and collects their pages and pictures; `notes` are keyed by the file's number.

    `noun` is what such a file is called before its text. With the `allowance` of an archive, the
    archives in it wait for `read_inner_archives`: what lies next to them comes first.
    """

    read: FileReader
    noun: str = "File"
    allowance: Allowance | None = None
    pages: list[str] = field(default_factory=list)
    pictures: list[Image] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    read_count: int = 0
    unseen_pictures: int = 0
    # Encodings that were guessed, by the names of the files.
    guesses: dict[str, str] = field(default_factory=dict)
    # What is missing of archives in the archive.
    inner_left_out: list[Message] = field(default_factory=list)
    _inner: list[tuple[int, Member, bytes]] = field(default_factory=list)

    def add(self, number: int, member: Member, data: bytes) -> None:
        """Read a file; one that is refused gets a note with the reason."""
        if self._picture_room <= 0 and detect_picture_mimetype(data) is not None:
            # To decode it would take time, and it is not shown.
            self.unseen_pictures += 1
            self.notes[number] = _TOO_MANY_PICTURES
        elif self.allowance is not None and is_archive(member.name, data):
            self._inner.append((number, member, data))
        else:
            self._read(number, member, data)

    def read_inner_archives(self) -> None:
        """Read the archives that were added, as far as the allowance goes."""
        for number, member, data in self._inner:
            parsed_file = self._read(number, member, data)
            if parsed_file is not None and parsed_file.left_out:
                missing = Message(_MISSING_INSIDE, name=member.name, omission=parsed_file.left_out)
                self.inner_left_out.append(missing)
        self._inner.clear()

    @property
    def _picture_room(self) -> int:
        """How many more pictures are taken."""
        if self.allowance is None:
            return MAX_PICTURES - len(self.pictures)
        return self.allowance.pictures

    def _read(self, number: int, member: Member, data: bytes) -> ParsedFile | None:
        room = self._picture_room
        try:
            parsed_file = self.read(member.name, data)
        except UserError as error:
            self.note_refusal(number, member, error)
            return None
        pictures = parsed_file.pictures[:room]
        if self.allowance is not None:
            # Where it is an archive, its own pictures are counted already.
            self.allowance.pictures = room - len(pictures)
        self._add_file(number, member, parsed_file, pictures)
        return parsed_file

    def note_refusal(self, number: int, member: Member, error: UserError) -> None:
        """Note why a file is only listed."""
        self.notes[number] = _format_reason(member.name, error)

    def _add_file(
        self, number: int, member: Member, parsed_file: ParsedFile, pictures: Sequence[Image]
    ) -> None:
        name = clean_name(member.name)
        # One that lies deeper keeps the name that it has there as well.
        is_container = parsed_file.kind == MAIL_KIND or parsed_file.kind.endswith(ARCHIVE_ENDING)
        self.pictures.extend(
            replace(one, name=build_path(name, one.name) if is_container else name)
            for one in pictures
        )
        self.unseen_pictures += len(parsed_file.pictures) - len(pictures)
        page_count = len(parsed_file.pages)
        for index, page in enumerate(parsed_file.pages, 1):
            suffix = f", page {index} of {page_count}" if page_count > 1 else ""
            self.pages.append(f"{self.noun} {member.path}{suffix}:\n{page}")
        if not pictures and not parsed_file.pages:
            self.notes[number] = _TOO_MANY_PICTURES
            return
        self.read_count += 1
        missing = parsed_file.left_out or _format_missing_pages(parsed_file, len(pictures))
        notes = [f"without {missing}"] if missing else []
        if parsed_file.guessed_encoding:
            self.guesses[name] = parsed_file.guessed_encoding
            notes.append(f"its encoding is a guess: {parsed_file.guessed_encoding}")
        if parsed_file.guessed_parts:
            self.guesses[name] = parsed_file.guessed_parts
        if notes:
            self.notes[number] = "; ".join(notes)

    def format_guesses(self) -> str:
        """Format `ParsedFile.guessed_parts`."""
        listed = [f"{name}: {found}" for name, found in self.guesses.items()]
        more = ["…"] if len(listed) > _MAX_GUESSES else []
        return ", ".join(listed[:_MAX_GUESSES] + more)


def _format_missing_pages(parsed_file: ParsedFile, seen_count: int) -> str:
    """Return how many pages of a picture are not seen; "" for none, and for other files."""
    if not list_pages(parsed_file.pictures) or seen_count >= parsed_file.count:
        return ""
    missing = parsed_file.count - seen_count
    return Message("{count:,} of {total:,} pages", count=missing, total=parsed_file.count)


def build_archive_file(
    name: str,
    kind: str,
    members: Sequence[Member],
    collector: Collector,
    more: Message | None = None,
) -> ParsedFile:
    """Return an archive as it was read: its list on the first page, then what is in the files.

    `more` says what is missing behind those. Raises `UnreadableError` if it has none.
    """
    if not members:
        raise build_unreadable_error(name, "empty")
    collector.read_inner_archives()
    left_out: str = ""
    unread_count = len(members) - collector.read_count
    if unread_count:
        left_out = Message(
            "{count:,} of {total:,} files only listed", count=unread_count, total=len(members)
        )
    pages = (_format_listing(members, collector.notes), *collector.pages)
    parsed_file = ParsedFile(
        clean_name(name), kind, tuple(collector.pictures), pages, len(members), left_out
    )
    parsed_file = replace(parsed_file, guessed_parts=collector.format_guesses())
    for missing in (*collector.inner_left_out, *filter(None, [more])):
        parsed_file = parsed_file.add_left_out(missing)
    return parsed_file


def is_archive(name: str, data: bytes) -> bool:
    """Whether a file in an archive is one itself, and no document that is packed as one."""
    file_type = detect_file_type(name, data)
    if file_type in (FileType.PACKED, FileType.SEVEN_ZIP):
        return True
    # Itself opens archives by what stands on this module.
    from bot.files.readers.documents.choose import is_packed_document

    return file_type is FileType.ZIP and not is_packed_document(name, data)


def is_shown_picture(picture: Image) -> bool:
    """Whether a picture in a document is large enough to show something."""
    return min(picture.width, picture.height) >= _MIN_PICTURE_SIDE


def clean_path(path: str) -> str:
    """Return a path as it is safe to show: relative, no control codes, bounded length."""
    plain = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in path[:2_000])
    parts = (" ".join(part.split()) for part in plain.replace("\\", "/").split("/"))
    clean = "/".join(part for part in parts if part.strip(". "))
    if len(clean) > _MAX_PATH_CHARS:
        return f"…{clean[-_MAX_PATH_CHARS:]}"
    return clean or "a file"


def is_noise(path: str) -> bool:
    """Whether this is one of the files that macOS adds to every archive."""
    return path.startswith("__MACOSX/") or path.rpartition("/")[2].startswith("._")


def _format_reason(name: str, error: UserError) -> str:
    """Format why a file in a container was not read, for its line in the list."""
    prefix = f"I could not read {clean_name(name)}: "
    reason = error.user_message.removeprefix(prefix)
    return _REASONS.get(str(error), reason.partition(". ")[0].rstrip("."))


def format_size(size: int) -> str:
    """Format a number of bytes for people: “1.2 MB”."""
    if size == 1:
        return "1 byte"
    amount, units = float(size), iter(("bytes", "kB", "MB", "GB"))
    unit = next(units)
    while amount >= 1000 and (larger := next(units, "")):
        amount, unit = amount / 1024, larger
    return f"{amount:,.0f} {unit}" if amount >= 10 or unit == "bytes" else f"{amount:.1f} {unit}"


def _format_listing(members: Sequence[Member], notes: dict[int, str]) -> str:
    noun = "file" if len(members) == 1 else "files"
    # Without the archive's name: where equal bytes are sent again, it has another.
    lines = [f"This archive holds {len(members):,} {noun}:"]
    for number, member in enumerate(members[:MAX_FILES_LISTED]):
        note = notes.get(number)
        suffix = f" ({note})" if note else ""
        lines.append(f"- {member.path}, {format_size(member.size)}{suffix}")
    if len(members) > MAX_FILES_LISTED:
        lines.append(f"... and {len(members) - MAX_FILES_LISTED:,} more")
    return "\n".join(lines) + "\n"
