"""Any file in: what it is, and who reads it. Reads nothing itself.

Synchronous and heavy, and meant for bytes nobody trusts: the service calls it in a decoder's
process (`bot.decoding`), where a file can do no more than end that process.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.files import Reading
from bot.files.kinds import Sort, is_called_sound, is_other_document, sort_of
from bot.files.readers.archives import read_zip
from bot.files.readers.office import read_html, read_mail, read_office, read_outlook, sort_of_office
from bot.files.readers.pdfs import read_pdf
from bot.files.readers.pictures import read_picture
from bot.files.readers.svg import looks_like_svg, read_svg
from bot.files.readers.text_files import read_text
from bot.files.unreadable import Unreadable, unreadable


def read_file(name: str, data: bytes) -> Reading:
    """Read `data`, whatever it is called. Raises only `Unreadable`."""
    return _read(name, data, _zip_or_office)


def _read(name: str, data: bytes, zipped: Callable[[str, bytes], Reading]) -> Reading:
    if not data:
        raise unreadable(name, "empty")
    try:
        reading = _by_sort(name, data, zipped)
        if not (reading.pictures or reading.scanned or any(map(str.strip, reading.pages))):
            raise unreadable(name, "empty", detail="nothing in it")
        return reading
    except Unreadable:
        raise
    except MemoryError as error:
        raise unreadable(name, "too heavy") from error
    except RecursionError as error:
        raise unreadable(name, "too large inside", detail="recursion") from error
    except Exception as error:
        # Parsers raise whatever a hostile file makes them raise.
        raise unreadable(name, "damaged", detail=type(error).__name__) from error


def _by_sort(name: str, data: bytes, zipped: Callable[[str, bytes], Reading]) -> Reading:
    sort = sort_of(name, data)
    if sort in (Sort.OTHER, Sort.HTML, Sort.ARCHIVE) and looks_like_svg(data):
        return read_svg(name, data)
    if sort in (Sort.SOUND, Sort.ARCHIVE):
        raise unreadable(name, sort.value)
    readers: dict[Sort, Callable[[str, bytes], Reading]] = {
        Sort.PICTURE: read_picture,
        Sort.PDF: read_pdf,
        Sort.ZIP: zipped,
        Sort.OLE: read_outlook,
        Sort.MAIL: read_mail,
        Sort.HTML: read_html,
    }
    return readers.get(sort, _text)(name, data)


def _text(name: str, data: bytes) -> Reading:
    try:
        return read_text(name, data)
    except Unreadable as error:
        if is_called_sound(name):
            raise unreadable(name, "audio or video") from error
        raise


def _zip_or_office(name: str, data: bytes) -> Reading:
    if is_other_document(data):
        raise unreadable(name, "another document")
    if sort_of_office(data):
        return read_office(name, data)
    return read_zip(name, data, _inside)


def _inside(name: str, data: bytes) -> Reading:
    """A file of an archive; an archive in it is not opened."""
    return _read(name, data, _office_only)


def _office_only(name: str, data: bytes) -> Reading:
    if sort_of_office(data):
        return read_office(name, data)
    raise unreadable(name, "archive in an archive")
