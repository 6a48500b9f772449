"""Reads a workbook: each sheet as a table, and what lies on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.readers.ooxml.extras import Extras, join_left_out
from bot.files.readers.ooxml.markdown import format_table
from bot.files.readers.ooxml.package import Package
from bot.files.readers.ooxml.workbooks.blank_rows import BlankRows
from bot.files.readers.ooxml.workbooks.book import Book, Sheet
from bot.files.readers.ooxml.workbooks.cells import Row, SheetCells
from bot.files.readers.ooxml.workbooks.formulas import name_column
from bot.files.readers.ooxml.workbooks.number_formats import NumberFormat, format_value
from bot.files.readers.ooxml.workbooks.surroundings import read_surroundings
from bot.files.readers.text_files import MAX_CHARS, split_pages
from bot.files.unreadable import build_unreadable_error

MAX_ROWS = 5_000
MAX_COLUMNS = 256
_MAX_CELL_CHARS, _MAX_LISTED, _MAX_RANGES = 5_000, 5, 20
KIND = "Excel workbook"


def read_workbook(name: str, data: bytes) -> ParsedFile:
    """Read a workbook sheet by sheet. Raises `UnreadableError`."""
    extras = Extras(Package(name, data))
    book = Book(extras.package)
    text = WorkbookText()
    for sheet in book.sheets:
        if not text.begin_sheet(sheet.title, is_hidden=sheet.is_hidden):
            continue
        if sheet.kind == "worksheet":
            _read_sheet(book, sheet, text)
        text.add_blocks(read_surroundings(extras, sheet.path))
        text.end_sheet()
    left_out = [*text.list_left_out(), *extras.list_left_out()]
    return ParsedFile(
        clean_name(name),
        KIND,
        tuple(extras.pictures),
        tuple(text.pages),
        len(book.sheets),
        join_left_out(left_out),
    )


def _read_sheet(book: Book, sheet: Sheet, text: WorkbookText) -> None:
    cells = book.open_cells(sheet, MAX_COLUMNS)
    try:
        has_more = text.add_rows(cells.iterate_rows(text.blank_rows))
    except ParseError as error:
        raise build_unreadable_error(book.package.name, "damaged", detail="no XML") from error
    if has_more:
        text.note_cut_rows(sheet.title, cells.count_rows())
    if cells.cut_columns:
        text.note_cut_columns(sheet.title, cells.cut_columns)
    text.add_blocks(_describe_hidden(text.hidden_rows, cells))


@dataclass
class WorkbookText:
    """The text of a workbook as it grows, and what of it is left out."""

    pages: list[str] = field(default_factory=list)
    left_out: list[Message | str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    blank_rows: BlankRows = field(default_factory=BlankRows)
    _size: int = 0
    _lines: list[str] = field(default_factory=list)
    _row_count: int = 0

    def begin_sheet(self, title: str, *, is_hidden: bool) -> bool:
        """Begin the next sheet; return False if there is no room for it."""
        if self._size >= MAX_CHARS:
            self.left_out.append(f"“{title}”")
            return False
        self._lines = [f"## {title}{' (hidden sheet)' if is_hidden else ''}\n"]
        self.hidden_rows, self._row_count = [], 0
        self.blank_rows.begin_sheet()
        return True

    def add_rows(self, rows: Iterable[Row]) -> bool:
        """Add the first rows that are not blank; return whether there are more."""
        kept, size, last, has_more = list[list[str]](), self._size, 0, False
        for row in rows:
            cells = _format_row(row)
            if not cells:
                if self.blank_rows.leave_behind(parsed_cells=max(1, row.cell_count)):
                    continue
                break
            size += sum(map(len, cells)) + 3 * len(cells)
            has_more = len(kept) >= MAX_ROWS or size > MAX_CHARS
            if has_more:
                break
            kept.append(cells)
            last = row.number
            if row.is_hidden:
                self.hidden_rows.append(row.number)
        has_more = has_more or self.blank_rows.is_used_up
        self._lines += format_table(kept, MAX_COLUMNS)
        self._row_count = max(last, len(kept)) if has_more else 0
        return has_more

    def add_blocks(self, blocks: list[str]) -> None:
        """Add what stands below the rows."""
        for block in blocks:
            self._lines += ["", block]

    def end_sheet(self) -> None:
        """Add the sheet to the pages."""
        text = "\n".join(self._lines) + "\n"
        self._size += len(text)
        self.pages.extend(split_pages(text))

    def note_cut_rows(self, title: str, total: int) -> None:
        """Note that rows of a sheet are left out, which has `total` rows."""
        self.left_out.append(
            Message(
                "what follows row {row:,} of “{sheet}” (one row)",
                plural="what follows row {row:,} of “{sheet}” ({count:,} rows)",
                count=max(1, total - self._row_count),
                row=self._row_count,
                sheet=title,
            )
        )

    def note_cut_columns(self, title: str, last: int) -> None:
        """Note that columns of a sheet are left out, of which `last` is the last one."""
        self.left_out.append(
            Message(
                "columns {first} to {last} of “{sheet}”",
                first=name_column(MAX_COLUMNS + 1),
                last=name_column(last),
                sheet=title,
            )
        )

    def list_left_out(self) -> list[Message | str]:
        """Return what is left out; of many sheets only the first ones by name."""
        more = len(self.left_out) - _MAX_LISTED
        told = [Message("{count:,} more", count=more)] if more > 0 else []
        return [*self.left_out[:_MAX_LISTED], *told]


def _format_row(row: Row) -> list[str]:
    """Return the texts of a row's cells as far as there are any; [] for a blank row."""
    if not any(map(_has_value, row.values)):
        return []
    cells = [_format_cell(*cell) for cell in zip(row.values, row.formats, strict=True)]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _has_value(value: object) -> bool:
    return value is not None and value != ""


def _format_cell(value: object, number_format: NumberFormat) -> str:
    text = value if isinstance(value, str) else format_value(value, number_format)
    return " ".join(text[:_MAX_CELL_CHARS].split()).replace("|", "\\|")


def _describe_hidden(rows: list[int], cells: SheetCells) -> list[str]:
    """Say which rows and columns people do not see."""
    said = list[str]()
    if rows:
        said.append(f"rows {_join_ranges(rows)}")
    if cells.hidden_columns:
        ranges = [
            name_column(first) if first == last else f"{name_column(first)}–{name_column(last)}"
            for first, last in cells.hidden_columns[:_MAX_RANGES]
        ]
        said.append(f"columns {', '.join(ranges)}")
    return [f"[hidden in this sheet: {', '.join(said)}]"] if said else []


def _join_ranges(numbers: list[int]) -> str:
    ranges = list[list[int]]()
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    texts = [str(a) if a == b else f"{a}–{b}" for a, b in ranges[:_MAX_RANGES]]
    more = len(ranges) - _MAX_RANGES
    return ", ".join([*texts, *([f"{more} more"] if more > 0 else [])])
