"""Chooses the reader for a file by its type. Reads nothing itself.

Synchronous and heavy, and made for untrusted bytes: it runs in a sandbox process
(`bot.files.sandbox`), where a hostile file can only end that process.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.files import ParsedFile
from bot.files.kinds import (
    FileType,
    detect_file_type,
    has_audio_or_video_extension,
    has_document_extension,
    has_picture_extension,
    is_other_document,
    is_remnant,
)
from bot.files.readers.archives import read_zip
from bot.files.readers.office import read_html, read_mail, read_office, read_outlook
from bot.files.readers.office_packages import detect_office_type
from bot.files.readers.pdfs import read_pdf
from bot.files.readers.pictures import read_picture
from bot.files.readers.text_files import read_text
from bot.files.readers.vector.detection import is_svg
from bot.files.unreadable import UnreadableError, build_unreadable_error

# Documents whose pictures are not read.
_TEXT_ONLY_KINDS = ("Word document", "Excel workbook", "web page", "e-mail")


def read_file(name: str, data: bytes) -> ParsedFile:
    """Read a file of any kind, whatever its name says. Raises only `UnreadableError`."""
    return _read(name, data, _read_zip_or_office)


def _read(name: str, data: bytes, read_zipped: Callable[[str, bytes], ParsedFile]) -> ParsedFile:
    if not data:
        raise build_unreadable_error(name, "empty")
    try:
        parsed_file = _dispatch(name, data, read_zipped)
        has_text = any(map(str.strip, parsed_file.pages))
        if not (parsed_file.pictures or parsed_file.is_scanned or has_text):
            # A document of pictures alone is not empty.
            why = "no words" if parsed_file.kind in _TEXT_ONLY_KINDS else "empty"
            raise build_unreadable_error(name, why, detail="nothing in it")
        return parsed_file
    except UnreadableError:
        raise
    except MemoryError as error:
        raise build_unreadable_error(name, "too heavy") from error
    except RecursionError as error:
        raise build_unreadable_error(name, "too large inside", detail="recursion") from error
    except Exception as error:
        # Parsers raise anything on a hostile file.
        raise build_unreadable_error(name, "damaged", detail=type(error).__name__) from error


def _dispatch(
    name: str, data: bytes, read_zipped: Callable[[str, bytes], ParsedFile]
) -> ParsedFile:
    file_type = detect_file_type(name, data)
    can_be_svg = file_type in (FileType.OTHER, FileType.HTML, FileType.OTHER_ARCHIVE)
    if can_be_svg and is_svg(data):
        return _read_drawing(name, data)
    if file_type in (FileType.AUDIO_OR_VIDEO, FileType.OTHER_ARCHIVE):
        raise build_unreadable_error(name, file_type.value)
    readers: dict[FileType, Callable[[str, bytes], ParsedFile]] = {
        FileType.PICTURE: read_picture,
        FileType.PDF: read_pdf,
        FileType.ZIP: read_zipped,
        FileType.OLE: read_outlook,
        FileType.MAIL: read_mail,
        FileType.HTML: read_html,
    }
    return readers.get(file_type, _read_as_text)(name, data)


def _read_drawing(name: str, data: bytes) -> ParsedFile:
    # Loaded with the first one.
    from bot.files.readers.vector.svg import read_svg

    return read_svg(name, data)


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


def _read_zip_or_office(name: str, data: bytes) -> ParsedFile:
    if is_other_document(data):
        raise build_unreadable_error(name, "another document")
    if detect_office_type(data):
        return read_office(name, data)
    return read_zip(name, data, _read_archived_file)


def _read_archived_file(name: str, data: bytes) -> ParsedFile:
    """Read a file of an archive; an archive in an archive is not opened."""
    return _read(name, data, _read_office_only)


def _read_office_only(name: str, data: bytes) -> ParsedFile:
    if detect_office_type(data):
        return read_office(name, data)
    raise build_unreadable_error(name, "archive in an archive")
