"""Office files, web pages and mails in: their text as Markdown. Their pictures are not looked at.

Fetches nothing, follows no link, writes nothing to disk. The converters are an optional part of
the set-up, imported on the first such file.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from bot.domain.files import Reading
from bot.domain.safe_text import clean_name, tidy_name
from bot.files.readers.mails import mail_text
from bot.files.readers.office_packages import repacked, sort_of_office
from bot.files.readers.text_files import MOST_CHARACTERS, bounded, decoded_text, pages_of
from bot.files.unreadable import Unreadable, unreadable

__all__ = ["read_html", "read_mail", "read_office", "read_outlook", "sort_of_office"]

MOST_ROWS = 5_000
_MOST_COLUMNS, _MOST_BLANK, _LONGEST_CELL = 256, 10_000, 5_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OUTLOOK = "__properties_version1.0".encode("utf-16-le")
_PICTURE = re.compile(r"!\[[^\]\n]{0,500}\]\(\s*+data:[^)\n]*+\)?")
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
_PROLOGUE = re.compile(r"\A\s*<\?xml[^>]{0,500}\?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SLIDE = re.compile(r"^<!-- Slide number: \d+ -->\n?", re.MULTILINE)


def read_office(name: str, data: bytes) -> Reading:
    """Text of a Word file by size, of a presentation by slides, of a workbook by sheets.

    Raises `Unreadable`: damaged, encrypted, too much in it, with entities, or of an old format.
    """
    if data.startswith(_OLE):
        raise unreadable(name, "password" if _ENCRYPTED in data else "old office")
    sort = sort_of_office(data)
    if not sort:
        raise unreadable(name, "damaged", detail="no office file")
    clean = repacked(name, data)
    if sort == "xlsx":
        return _workbook(name, clean)
    if sort == "docx":
        return _by_size(name, "Word document", _markdown(name, "DocxConverter", clean))
    text, left_out = bounded(_markdown(name, "PptxConverter", clean))
    slides = [f"Slide {at}\n\n{slide}" for at, slide in enumerate(_SLIDE.split(text)[1:], 1)]
    pages = tuple(page for slide in slides for page in pages_of(slide.strip()))
    kind = "PowerPoint presentation"
    return Reading(clean_name(name), kind, (), pages, len(slides), left_out)


def read_html(name: str, data: bytes) -> Reading:
    """Text of a web page as it is stored; scripts do not run. Raises `Unreadable`."""
    declared = _DECLARED.search(data[:4096])
    text = decoded_text(data, declared[1].decode() if declared else "")
    if text is None:
        raise unreadable(name, "damaged", detail="no text")
    return _by_size(name, "web page", _html(name, text))


def read_mail(name: str, data: bytes) -> Reading:
    """Who wrote what to whom when; attachments are listed, not opened. Raises `Unreadable`."""
    with _refusing(name):
        text = mail_text(data, lambda html: _html(name, html))
    if not text:
        raise unreadable(name, "damaged", detail="no mail")
    return _by_size(name, "e-mail", text)


def read_outlook(name: str, data: bytes) -> Reading:
    """Who wrote what to whom in a mail that Outlook stored. Raises `Unreadable`.

    Other files in such a container are refused: they are encrypted or of an old format.
    """
    if _OUTLOOK not in data:
        return read_office(name, data)
    told = _markdown(name, "OutlookMsgConverter", data).replace("\0", "").replace("\r\n", "\n")
    text = told.removeprefix("# Email Message").lstrip()
    if text in ("", "## Content"):
        raise unreadable(name, "damaged", detail="no mail")
    return _by_size(name, "e-mail", text)


def _by_size(name: str, kind: str, text: str) -> Reading:
    kept, left_out = bounded(text)
    pages = tuple(pages_of(kept))
    return Reading(clean_name(name), kind, (), pages, len(pages), left_out)


def _html(name: str, html: str) -> str:
    # The parser looks for the end of each comment that has none, again and again.
    bare = _PROLOGUE.sub("", _COMMENT.sub("", html))
    return _markdown(name, "HtmlConverter", bare.encode("utf-8", "replace"))


def _markdown(name: str, converter: str, data: bytes) -> str:
    """What a converter of MarkItDown makes of bytes, without pictures. Raises `Unreadable`."""
    with _refusing(name):
        from markitdown import StreamInfo, converters

        info = StreamInfo(charset="utf-8")
        told = getattr(converters, converter)().convert(io.BytesIO(data), info)
        return _PICTURE.sub("[picture]", str(told.markdown).encode("utf-8", "replace").decode())


@contextlib.contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Whatever parsers raise becomes `Unreadable`."""
    try:
        with warnings.catch_warnings():
            # They tell a programmer which features of a file they skip.
            warnings.simplefilter("ignore", UserWarning)
            yield
    except Unreadable:
        raise
    except ImportError as error:
        raise unreadable(name, "not installed") from error
    except MemoryError as error:
        raise unreadable(name, "too heavy") from error
    except RecursionError as error:
        raise unreadable(name, "too large inside", detail="levels") from error
    except Exception as error:
        missing = type(error).__name__ == "MissingDependencyException"
        why = "not installed" if missing else "damaged"
        raise unreadable(name, why, detail=type(error).__name__) from error


def _workbook(name: str, data: bytes) -> Reading:
    """Straight from the sheets: a converter would turn whole columns into rounded numbers."""
    with _refusing(name):
        import openpyxl

        file = io.BytesIO(data)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        pages, beyond, size = list[str](), list[str](), 0
        for sheet in book.worksheets:
            title = tidy_name(str(sheet.title))
            if size >= MOST_CHARACTERS:
                beyond.append(f"“{title}”")
                continue
            rows, more = _rows(sheet, MOST_CHARACTERS - size)
            if more:
                beyond.append(f"what follows row {len(rows):,} of “{title}”")
            text = "\n".join([f"## {title}\n", *_table(rows)]) + "\n"
            size += len(text)
            pages.extend(pages_of(text))
        if not (count := len(book.worksheets)):
            raise unreadable(name, "damaged", detail="no sheets")
    told = ", ".join(beyond[:5]) + (f" and {len(beyond) - 5} more" if len(beyond) > 5 else "")
    return Reading(clean_name(name), "Excel workbook", (), tuple(pages), count, told)


def _rows(sheet: Any, most: int) -> tuple[list[list[str]], bool]:
    """The first rows with something in them, and whether there are more."""
    # A sheet may claim any size; only what is there counts.
    sheet.reset_dimensions()
    rows, blank, size = list[list[str]](), 0, 0
    for values in sheet.iter_rows(values_only=True):
        cells = [_cell(value) for value in values[:_MOST_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        blank = 0 if cells else blank + 1
        size += sum(map(len, cells)) + 3 * len(cells)
        if len(rows) >= MOST_ROWS or blank > _MOST_BLANK or size > most:
            return rows, blank <= _MOST_BLANK
        if cells:
            rows.append(cells)
    return rows, False


def _table(rows: list[list[str]]) -> Iterable[str]:
    width = max(map(len, rows), default=0)
    for number, cells in enumerate(rows):
        yield f"| {' | '.join([*cells, *[''] * (width - len(cells))])} |"
        if number == 0:
            yield f"|{' --- |' * width}"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return " ".join(str(value)[:_LONGEST_CELL].split()).replace("|", "\\|")
