"""Reads Office files, web pages and mails: their text as Markdown.

Fetches nothing, follows no link, writes nothing to disk. What reads a kind of file is imported with
the first one of the kind. See `ooxml/` for Word, PowerPoint and Excel.
"""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module

from bot.domain.files import ParsedFile
from bot.domain.safe_text import clean_name
from bot.files.readers.mails import extract_mail_text
from bot.files.readers.ooxml.package import detect_office_type, is_old_workbook
from bot.files.readers.text_files import decode_text, split_pages, truncate_text
from bot.files.unreadable import UnreadableError, build_unreadable_error

_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_MARKER = "EncryptedPackage".encode("utf-16-le")
_OUTLOOK_MARKER = "__properties_version1.0".encode("utf-16-le")
_EMBEDDED_PICTURE = re.compile(r"!\[[^\]\n]{0,500}\]\(\s*+data:[^)\n]*+\)?")
_DECLARED_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,500}\?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
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
    declared = _DECLARED_CHARSET.search(data[:4096])
    text = decode_text(data, declared[1].decode() if declared else "")
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
    markdown = _convert_to_markdown(name, "OutlookMsgConverter", data)
    markdown = markdown.replace("\0", "").replace("\r\n", "\n")
    text = markdown.removeprefix("# Email Message").lstrip()
    if text in ("", "## Content"):
        raise build_unreadable_error(name, "damaged", detail="no mail")
    return _build_parsed_file(name, "e-mail", text)


def _build_parsed_file(name: str, kind: str, text: str) -> ParsedFile:
    text, left_out = truncate_text(text)
    pages = tuple(split_pages(text))
    return ParsedFile(clean_name(name), kind, (), pages, len(pages), left_out)


def _convert_html(name: str, html: str) -> str:
    # For each comment without an end, the parser would search the rest of the page.
    bare = _XML_DECLARATION.sub("", _COMMENT.sub("", html))
    return _convert_to_markdown(name, "HtmlConverter", bare.encode("utf-8", "replace"))


def _convert_to_markdown(name: str, converter: str, data: bytes) -> str:
    """Convert bytes with a converter of MarkItDown; drop pictures. Raises `UnreadableError`."""
    with _guard_parsing(name):
        from markitdown import StreamInfo, converters

        info = StreamInfo(charset="utf-8")
        result = getattr(converters, converter)().convert(io.BytesIO(data), info)
        markdown = str(result.markdown).encode("utf-8", "replace").decode()
        return _EMBEDDED_PICTURE.sub("[picture]", markdown)


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
        is_missing = type(error).__name__ == "MissingDependencyException"
        why = "not installed" if is_missing else "damaged"
        raise build_unreadable_error(name, why, detail=type(error).__name__) from error
