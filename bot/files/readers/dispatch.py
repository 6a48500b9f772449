"""Chooses the reader for a file by its type. Reads nothing itself.

Synchronous and heavy, and made for untrusted bytes: it runs in a sandbox process
(`bot.files.sandbox`), where a hostile file can only end that process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.kinds import (
    FileType,
    detect_file_type,
    detect_picture_mimetype,
    has_audio_or_video_extension,
    has_document_extension,
    has_picture_extension,
    is_remnant,
)
from bot.files.readers.archives import read_zip
from bot.files.readers.containers.collecting import Allowance, FileReader
from bot.files.readers.containers.packed import is_packed_alone, read_packed
from bot.files.readers.containers.seven_zip import read_seven_zip
from bot.files.readers.detail.seeking import mark_whole_file
from bot.files.readers.documents.choose import choose_archive_reader, choose_reader
from bot.files.readers.documents.old_office import detect_old_office, read_old_office
from bot.files.readers.documents.web_pages import read_web_page
from bot.files.readers.encodings.guesses import collect_guesses
from bot.files.readers.mail.formats import read_mail, read_outlook_mail, read_tnef
from bot.files.readers.mail.signed import find_signed_content, is_encrypted, is_signed
from bot.files.readers.office import read_office, read_other_workbook
from bot.files.readers.ooxml.package import (
    detect_office_type,
    is_old_workbook,
    is_open_sheet,
)
from bot.files.readers.pdfs import read_pdf
from bot.files.readers.pictures import read_picture
from bot.files.readers.text_files import read_text
from bot.files.readers.vector.detection import is_svg
from bot.files.unreadable import UnreadableError, build_unreadable_error, refuse_unreadable

# Documents whose pictures are not read.
_TEXT_ONLY_KINDS = ("OpenDocument spreadsheet", "web page", "e-mail")


# Left out of a file that is signed.
_UNCHECKED = Message("a check of its signature")
_OUTLOOK_MARKER = "__properties_version1.0".encode("utf-16-le")
# A file in a mail in an archive is read, or in an archive in one; in a further container it is not.
_MAX_CONTAINERS = 2
_ARCHIVE_TYPES = (FileType.ZIP, FileType.PACKED, FileType.SEVEN_ZIP)
_MAIL_TYPES = (FileType.MAIL, FileType.OLE, FileType.TNEF)


@dataclass(frozen=True)
class _Nest:
    """In how many containers a file lies, and what may still be read of all that is in them."""

    containers: int = 0
    is_in_archive: bool = False
    allowance: Allowance = field(default_factory=Allowance)

    def read_picture(self, name: str, data: bytes) -> ParsedFile:
        """Read a picture or a PDF in a document. Raises `UnreadableError` for other files."""
        if (
            detect_picture_mimetype(data) is None
            and not data.startswith(b"%PDF")
            and not is_svg(data)
        ):
            raise build_unreadable_error(name, "no picture")
        return _read(name, data, replace(self, containers=_MAX_CONTAINERS))

    def open(self, name: str, *, is_archive: bool) -> _Nest:
        """Return the nest of the files in a container. Raises `UnreadableError` if it is too deep,
        and for an archive in an archive that is one too many."""
        is_inner = is_archive and self.is_in_archive
        if self.containers >= _MAX_CONTAINERS:
            raise build_unreadable_error(name, "archive in an archive" if is_inner else "too deep")
        if is_inner and self.allowance.archives <= 0:
            raise build_unreadable_error(name, "many archives")
        self.allowance.archives -= is_inner
        return _Nest(self.containers + 1, self.is_in_archive or is_archive, self.allowance)


def read_file(name: str, data: bytes) -> ParsedFile:
    """Read a file of any kind, whatever its name says. Raises only `UnreadableError`."""
    return mark_whole_file(_read(name, data, _Nest()), data)


def _read(name: str, data: bytes, nest: _Nest) -> ParsedFile:
    if not data:
        raise build_unreadable_error(name, "empty")
    with refuse_unreadable(name):
        parsed_file = _dispatch_told(name, data, nest)
    has_text = any(map(str.strip, parsed_file.pages))
    if not (parsed_file.pictures or parsed_file.is_scanned or has_text):
        # A document of pictures alone is not empty.
        why = "no words" if parsed_file.kind in _TEXT_ONLY_KINDS else "empty"
        raise build_unreadable_error(name, why, detail="nothing in it")
    return parsed_file


def _dispatch_told(name: str, data: bytes, nest: _Nest) -> ParsedFile:
    """Read a file; it says which encoding was guessed for its letters, whoever decoded them."""
    with collect_guesses() as guesses:
        parsed_file = _dispatch(name, data, nest)
    if not guesses.encoding or parsed_file.guessed_encoding:
        return parsed_file
    return replace(parsed_file, guessed_encoding=guesses.encoding, odd_lines=guesses.odd_lines)


def _dispatch(name: str, data: bytes, nest: _Nest) -> ParsedFile:
    file_type = detect_file_type(name, data)
    can_be_svg = file_type in (FileType.OTHER, FileType.HTML, FileType.PACKED)
    if can_be_svg and is_svg(data):
        return _read_drawing(name, data)
    if file_type in (FileType.AUDIO_OR_VIDEO, FileType.OTHER_ARCHIVE):
        raise build_unreadable_error(name, file_type.value)
    if file_type in _ARCHIVE_TYPES:
        return _read_archive(name, data, file_type, nest)
    if file_type is FileType.OTHER and (is_signed(data) or is_encrypted(data)):
        return _read_signed(name, data, nest)
    if file_type in (FileType.OTHER, FileType.HTML):
        read_other = choose_reader(name, data, nest.read_picture)
        if read_other is not None and (parsed_file := read_other(name, data)) is not None:
            return parsed_file
    if file_type in _MAIL_TYPES:
        return _read_mail(name, data, file_type, nest)
    readers: dict[FileType, FileReader] = {
        FileType.PICTURE: read_picture,
        FileType.PDF: read_pdf,
        FileType.HTML: read_web_page,
    }
    return readers.get(file_type, _read_as_text)(name, data)


def _read_drawing(name: str, data: bytes) -> ParsedFile:
    # Loaded with the first one.
    from bot.files.readers.vector.svg import read_svg

    return read_svg(name, data)


def _read_archive(name: str, data: bytes, file_type: FileType, nest: _Nest) -> ParsedFile:
    if file_type is FileType.ZIP and is_open_sheet(data):
        return read_other_workbook(name, data)
    if file_type is FileType.ZIP and detect_office_type(data):
        return read_office(name, data)
    if file_type is FileType.ZIP:
        read_document = choose_archive_reader(name, data, nest.read_picture)
        if read_document is not None and (parsed_file := read_document(name, data)) is not None:
            return parsed_file
    readers: dict[FileType, Callable[[str, bytes, FileReader, Allowance], ParsedFile]] = {
        FileType.ZIP: read_zip,
        FileType.PACKED: read_packed,
        FileType.SEVEN_ZIP: read_seven_zip,
    }
    # One file that was packed alone is bounded as any other.
    is_alone = file_type is FileType.PACKED and is_packed_alone(name, data)
    inner = nest.open(name, is_archive=not is_alone)
    return readers[file_type](name, data, partial(_read_inside, nest=inner), nest.allowance)


def _read_mail(name: str, data: bytes, file_type: FileType, nest: _Nest) -> ParsedFile:
    if file_type is FileType.OLE and _OUTLOOK_MARKER not in data:
        is_text = detect_old_office(data) and not is_old_workbook(data)
        return (read_old_office if is_text else read_office)(name, data)
    readers = {
        FileType.MAIL: read_mail,
        FileType.OLE: read_outlook_mail,
        FileType.TNEF: read_tnef,
    }
    inner = nest.open(name, is_archive=False)
    return readers[file_type](name, data, partial(_read_inside, nest=inner))


def _read_signed(name: str, data: bytes, nest: _Nest) -> ParsedFile:
    """Read what was signed: a mail, or a file under the name that is left without “.p7m”."""
    if is_encrypted(data):
        raise build_unreadable_error(name, "encrypted")
    signed = find_signed_content(data)
    if signed is None:
        raise build_unreadable_error(name, "unsupported", detail="a signature alone")
    inner_name = name[:-4] if name.lower().endswith((".p7m", ".p7s")) else name
    inner_name = inner_name if "." in inner_name else f"{inner_name}.eml"
    parsed_file = _read(inner_name, signed, nest.open(name, is_archive=False))
    return replace(parsed_file, name=clean_name(name)).add_left_out(_UNCHECKED)


def _read_inside(name: str, data: bytes, nest: _Nest) -> ParsedFile:
    """Read a file that lies in a container."""
    return _read(name, data, nest)


def _read_as_text(name: str, data: bytes) -> ParsedFile:
    if is_remnant(name, data):
        raise build_unreadable_error(name, "damaged", detail="only its start")
    try:
        return read_text(name, data)
    except UnreadableError as error:
        if error.why == "unsupported" and (why := _explain_by_name(name)):
            raise build_unreadable_error(name, why) from error
        raise


def _explain_by_name(name: str) -> str:
    """Return why a file is not read that is no text, by what its name says; "" for nothing."""
    if has_audio_or_video_extension(name):
        return "audio or video"
    if has_picture_extension(name):
        return "no picture"
    return "no document" if has_document_extension(name) else ""
