"""Reads Office files: their text as Markdown, and their pictures.

Fetches nothing, follows no link, writes nothing to disk. What reads a kind of file is imported with
the first one of the kind. See `ooxml/` for Word, PowerPoint and Excel.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module

from bot.domain.files import ParsedFile
from bot.files.readers.ooxml.package import detect_office_type, is_old_workbook
from bot.files.unreadable import build_unreadable_error, refuse_unreadable

_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_MARKER = "EncryptedPackage".encode("utf-16-le")
# Imported with the first file of the kind.
_READERS = {
    "docx": ("bot.files.readers.ooxml.word.reader", "read_word"),
    "pptx": ("bot.files.readers.ooxml.slides.reader", "read_slides"),
    "xlsx": ("bot.files.readers.ooxml.workbooks.reader", "read_workbook"),
}


def read_office(name: str, data: bytes) -> ParsedFile:
    """Read a Word file in pages by size, a presentation by slides, a workbook by sheets.

    Raises `UnreadableError` for a file that is damaged, encrypted, too large inside, declares
    entities, or has an old format that is no workbook.
    """
    with _guard_parsing(name):
        if data.startswith(_OLE_SIGNATURE):
            return _read_old(name, data)
        office_type = detect_office_type(data)
        if not office_type:
            raise build_unreadable_error(name, "damaged", detail="no office file")
        if office_type == "xlsb":
            return read_other_workbook(name, data)
        module, function = _READERS[office_type]
        read: Callable[[str, bytes], ParsedFile] = getattr(import_module(module), function)
        return read(name, data)


def _read_old(name: str, data: bytes) -> ParsedFile:
    """Read a workbook as Excel wrote it until 2003; refuse other old files."""
    if _ENCRYPTED_MARKER in data:
        raise build_unreadable_error(name, "password")
    if not is_old_workbook(data):
        raise build_unreadable_error(name, "old office")
    return read_other_workbook(name, data)


def read_other_workbook(name: str, data: bytes) -> ParsedFile:
    """Read a workbook of another format: `.xls`, `.xlsb`, `.ods`. Raises `UnreadableError`."""
    with _guard_parsing(name):
        from bot.files.readers.ooxml.workbooks import other_formats

        return other_formats.read_other_workbook(name, data)


@contextlib.contextmanager
def _guard_parsing(name: str) -> Iterator[None]:
    with refuse_unreadable(name), warnings.catch_warnings():
        # Parsers warn about features of a file that they skip.
        warnings.simplefilter("ignore", UserWarning)
        yield
