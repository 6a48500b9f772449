"""Reads workbooks of other formats with a library: `.xls`, `.xlsb` and `.ods`.

The library (calamine) gives values without their number formats, and no comments or drawings.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.domain.files import ParsedFile
from bot.domain.safe_text import clean_name, normalize_file_name
from bot.files.readers.ooxml.extras import format_counts, join_left_out
from bot.files.readers.ooxml.markdown import clean_text
from bot.files.readers.ooxml.package import is_old_workbook, is_open_sheet, repack
from bot.files.readers.ooxml.workbooks.blank_rows import BlankRows
from bot.files.readers.ooxml.workbooks.cells import Row
from bot.files.readers.ooxml.workbooks.number_formats import GENERAL
from bot.files.readers.ooxml.workbooks.outside_cells import count_outside_cells
from bot.files.readers.ooxml.workbooks.reader import MAX_COLUMNS, WorkbookText
from bot.files.unreadable import UnreadableError, build_unreadable_error

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_ENDINGS = (".xml", ".rels", ".bin", "mimetype")


def read_other_workbook(name: str, data: bytes) -> ParsedFile:
    """Read the cells of a workbook of another format. Raises `UnreadableError`."""
    kind = "OpenDocument spreadsheet" if is_open_sheet(data) else "Excel workbook"
    book, text = open_other_workbook(name, data), WorkbookText()
    for sheet in book.sheets_metadata:
        title = normalize_file_name(sheet.name)
        is_hidden = "Hidden" in str(sheet.visible)
        if not text.begin_sheet(title, is_hidden=is_hidden):
            continue
        if "WorkSheet" in str(sheet.typ):
            cells = book.get_sheet_by_name(sheet.name)
            if text.add_rows(iterate_rows(cells, text.blank_rows)):
                text.note_cut_rows(title, cells.total_height)
            if cells.total_width > MAX_COLUMNS:
                text.note_cut_columns(title, cells.total_width)
        text.end_sheet()
    outside_cells = format_counts(count_outside_cells(name, data))
    left_out = join_left_out([*text.list_left_out(), *outside_cells])
    count = len(book.sheets_metadata)
    return ParsedFile(clean_name(name), kind, (), tuple(text.pages), count, left_out)


def open_other_workbook(name: str, data: bytes) -> CalamineWorkbook:
    """Open a workbook. Raises `UnreadableError`, also for one that is protected."""
    import python_calamine

    if not is_old_workbook(data):
        # The library unpacks by itself: it gets a package that unpacks to no more than was checked.
        data = repack(name, data, _ENDINGS)
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError as error:
        raise build_unreadable_error(name, "password") from error
    except UnreadableError:
        raise
    except Exception as error:
        raise build_unreadable_error(name, "damaged", detail=type(error).__name__) from error


def iterate_rows(sheet: CalamineSheet, blank_rows: BlankRows | None = None) -> Iterator[Row]:
    """Yield the rows of a sheet that are not blank, with the empty cells in front of them.

    Ends where `blank_rows` is used up.
    """
    left = sheet.start[1] if sheet.start else 0
    if left > MAX_COLUMNS:
        return
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if cells.count("") == len(cells):
            if blank_rows is not None and not blank_rows.leave_behind(cells=len(cells)):
                return
            continue
        kept = cells[: MAX_COLUMNS - left] if left else cells[:MAX_COLUMNS]
        values: list[object] = [
            None if value == "" else clean_text(value) if isinstance(value, str) else value
            for value in [*[""] * left, *kept]
        ]
        yield Row(number, values, [GENERAL] * len(values))
