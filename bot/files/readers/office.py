"""Reads Office files, web pages and mails: their text as Markdown.

Fetches nothing, follows no link, writes nothing to disk. What reads a kind of file is imported with
the first one of the kind. See `ooxml/` for Word, PowerPoint and Excel.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module

from bot.domain.files import ParsedFile
from bot.domain.safe_text import clean_name
from bot.files.readers.html_text import convert_html
from bot.files.readers.mails import extract_mail_text
from bot.files.readers.ooxml.package import detect_office_type, is_old_workbook
from bot.files.readers.text_files import decode_text, split_pages, truncate_text
from bot.files.unreadable import UnreadableError, build_unreadable_error

_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_MARKER = "EncryptedPackage".encode("utf-16-le")
_OUTLOOK_MARKER = "__properties_version1.0".encode("utf-16-le")
_OUTLOOK_HEADERS = (("From", "0C1F"), ("To", "0E04"), ("Subject", "0037"))
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


def read_html(name: str, data: bytes) -> ParsedFile:
    """Read the text of a web page as it is stored; scripts do not run. Raises `UnreadableError`."""
    text = decode_text(data)
    if text is None:
        raise build_unreadable_error(name, "damaged", detail="no text")
    return _build_parsed_file(name, "web page", _convert_html(name, text))


def read_mail(name: str, data: bytes) -> ParsedFile:
    """Read a mail; attachments are listed, not opened. Raises `UnreadableError`."""
    with _guard_parsing(name):
        text = extract_mail_text(data, lambda html: _convert_html(name, html))
    if not text:
        raise build_unreadable_error(name, "damaged", detail="no mail")
    return _build_parsed_file(name, "e-mail", text)


def read_outlook(name: str, data: bytes) -> ParsedFile:
    """Read a mail that Outlook stored. Raises `UnreadableError`.

    Other files in such a container are encrypted or have an old format, and are refused.
    """
    if _OUTLOOK_MARKER not in data:
        return read_office(name, data)
    with _guard_parsing(name):
        text = _read_outlook_text(name, data)
    if not text:
        raise build_unreadable_error(name, "damaged", detail="no mail")
    return _build_parsed_file(name, "e-mail", text)


def _read_outlook_text(name: str, data: bytes) -> str:
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as container:

        def read(number: str) -> str:
            for kind, declared in (("001F", "utf-16-le"), ("001E", ""), ("0102", "")):
                stream = f"__substg1.0_{number}{kind}"
                if container.exists(stream):
                    stored = container.openstream(stream).read()
                    text = (
                        stored.decode(declared, "replace") if declared else decode_text(stored)
                    ) or ""
                    return text.replace("\0", "").replace("\r\n", "\n")
            return ""

        headers = [f"**{key}:** {read(number)}" for key, number in _OUTLOOK_HEADERS if read(number)]
        body = read("1000") or _convert_html(name, read("1013"))
    return "\n\n".join(filter(None, ("\n".join(headers), body.strip())))


def _build_parsed_file(name: str, kind: str, text: str) -> ParsedFile:
    text, left_out = truncate_text(text)
    pages = tuple(split_pages(text))
    return ParsedFile(clean_name(name), kind, (), pages, len(pages), left_out)


def _convert_html(name: str, html: str) -> str:
    with _guard_parsing(name):
        return convert_html(html)


@contextlib.contextmanager
def _guard_parsing(name: str) -> Iterator[None]:
    """Turn any error of a parser into `UnreadableError`."""
    try:
        with warnings.catch_warnings():
            # Parsers warn about features of a file that they skip.
            warnings.simplefilter("ignore", UserWarning)
            yield
    except UnreadableError:
        raise
    except ImportError as error:
        raise build_unreadable_error(name, "not installed") from error
    except MemoryError as error:
        raise build_unreadable_error(name, "too heavy") from error
    except RecursionError as error:
        raise build_unreadable_error(name, "too large inside", detail="levels") from error
    except Exception as error:
        raise build_unreadable_error(name, "damaged", detail=type(error).__name__) from error
