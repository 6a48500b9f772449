"""Reads Office files: their text as Markdown, without their pictures.

Fetches nothing, follows no link, writes nothing to disk. The converters are an optional dependency,
imported on the first such file. See `office_packages.py` for the checks before a file is converted.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from bot.domain.files import ParsedFile
from bot.domain.messages import Message, MessageList
from bot.domain.safe_text import clean_name, normalize_file_name
from bot.files.readers.office_packages import detect_office_type, repack
from bot.files.readers.text_files import MAX_CHARS, split_pages, truncate_text
from bot.files.unreadable import UnreadableError, build_unreadable_error

MAX_ROWS = 5_000
_MAX_LISTED = 5  # of what is left out
_MAX_COLUMNS, _MAX_BLANK_ROWS, _MAX_CELL_CHARS = 256, 10_000, 5_000
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_MARKER = "EncryptedPackage".encode("utf-16-le")
_EMBEDDED_PICTURE = re.compile(r"!\[[^\]\n]{0,500}\]\(\s*+data:[^)\n]*+\)?")
_SLIDE_MARKER = re.compile(r"^<!-- Slide number: \d+ -->\n?", re.MULTILINE)


def read_office(name: str, data: bytes) -> ParsedFile:
    """Read a Word file in pages by size, a presentation by slides, a workbook by sheets.

    Raises `UnreadableError` for a file that is damaged, encrypted, too large inside, declares
    entities, or has an old format.
    """
    if data.startswith(_OLE_SIGNATURE):
        raise build_unreadable_error(
            name, "password" if _ENCRYPTED_MARKER in data else "old office"
        )
    office_type = detect_office_type(data)
    if not office_type:
        raise build_unreadable_error(name, "damaged", detail="no office file")
    clean = repack(name, data)
    if office_type == "xlsx":
        return _read_workbook(name, clean)
    if office_type == "docx":
        return _build_parsed_file(
            name, "Word document", _convert_to_markdown(name, "DocxConverter", clean)
        )
    text, left_out = truncate_text(_convert_to_markdown(name, "PptxConverter", clean))
    parts = _SLIDE_MARKER.split(text)[1:]
    slides = [f"Slide {number}\n\n{slide}" for number, slide in enumerate(parts, 1)]
    pages = tuple(page for slide in slides for page in split_pages(slide.strip()))
    kind = "PowerPoint presentation"
    return ParsedFile(clean_name(name), kind, (), pages, len(slides), left_out)


def _build_parsed_file(name: str, kind: str, text: str) -> ParsedFile:
    text, left_out = truncate_text(text)
    pages = tuple(split_pages(text))
    return ParsedFile(clean_name(name), kind, (), pages, len(pages), left_out)


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


def _read_workbook(name: str, data: bytes) -> ParsedFile:
    """Read the cells directly: a converter would turn whole columns into rounded numbers."""
    with _guard_parsing(name):
        import openpyxl

        file = io.BytesIO(data)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        pages, left_out, size = list[str](), list[str](), 0
        for sheet in book.worksheets:
            title = normalize_file_name(str(sheet.title))
            if size >= MAX_CHARS:
                left_out.append(f"“{title}”")
                continue
            rows, has_more = _read_rows(sheet, MAX_CHARS - size)
            if has_more:
                left_out.append(
                    Message("what follows row {row:,} of “{sheet}”", row=len(rows), sheet=title)
                )
            text = "\n".join([f"## {title}\n", *_format_table(rows)]) + "\n"
            size += len(text)
            pages.extend(split_pages(text))
        if not (count := len(book.worksheets)):
            raise build_unreadable_error(name, "damaged", detail="no sheets")
    if len(left_out) > _MAX_LISTED:
        left_out[_MAX_LISTED:] = [Message("{count:,} more", count=len(left_out) - _MAX_LISTED)]
    summary = MessageList(left_out, ", ") if left_out else ""
    return ParsedFile(clean_name(name), "Excel workbook", (), tuple(pages), count, summary)


def _read_rows(sheet: Any, max_chars: int) -> tuple[list[list[str]], bool]:
    """Return the first rows that are not blank, and whether there are more."""
    # A sheet may claim any size, so read the rows that it really has.
    sheet.reset_dimensions()
    rows, blank_count, size = list[list[str]](), 0, 0
    for values in sheet.iter_rows(values_only=True):
        cells = [_format_cell(value) for value in values[:_MAX_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        blank_count = 0 if cells else blank_count + 1
        size += sum(map(len, cells)) + 3 * len(cells)
        if len(rows) >= MAX_ROWS or blank_count > _MAX_BLANK_ROWS or size > max_chars:
            return rows, blank_count <= _MAX_BLANK_ROWS
        if cells:
            rows.append(cells)
    return rows, False


def _format_table(rows: list[list[str]]) -> Iterable[str]:
    width = max(map(len, rows), default=0)
    for number, cells in enumerate(rows):
        yield f"| {' | '.join([*cells, *[''] * (width - len(cells))])} |"
        if number == 0:
            yield f"|{' --- |' * width}"


def _format_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return " ".join(str(value)[:_MAX_CELL_CHARS].split()).replace("|", "\\|")
