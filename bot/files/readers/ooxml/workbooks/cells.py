"""Reads the cells of a worksheet one row after another, whatever the sheet says of its size."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element, XMLPullParser, iterparse

from bot.files.readers.ooxml.markdown import clean_text
from bot.files.readers.ooxml.workbooks.blank_rows import BlankRows, iterate_filled
from bot.files.readers.ooxml.workbooks.formulas import move_formula, parse_letters
from bot.files.readers.ooxml.workbooks.number_formats import (
    GENERAL,
    NumberFormat,
    convert_number,
)
from bot.files.readers.ooxml.xml_trees import shorten_name

MAX_COLUMN = 16_384
_MAX_SHARED_FORMULAS, _MAX_DIGITS = 10_000, 9
_CHUNK_BYTES = 65_536
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = ("1", "true")


class SharedStrings:
    """The strings that cells refer to by number; read as far as they are needed."""

    def __init__(self, part: bytes) -> None:
        self._source = _iterate_strings(part)
        self._strings = list[str]()

    def get(self, index: int) -> str:
        """Return a string; "" if there is none of that number."""
        missing = index + 1 - len(self._strings)
        if missing > 0:
            self._strings.extend(islice(self._source, missing))
        return self._strings[index] if 0 <= index < len(self._strings) else ""


def _iterate_strings(part: bytes) -> Iterator[str]:
    if not part.strip():
        return
    for _, element in iterparse(io.BytesIO(part)):  # noqa: S314 - parts are checked
        if shorten_name(element.tag) == "x:si":
            yield read_rich_text(element)
            element.clear()


def read_rich_text(element: Element) -> str:
    """Return a string of pieces with formats, without the readings of its characters."""
    pieces = list[str]()
    for child in element:
        name = shorten_name(str(child.tag))
        if name == "x:t":
            pieces.append(child.text or "")
        elif name == "x:r":
            pieces += [one.text or "" for one in child if shorten_name(str(one.tag)) == "x:t"]
    return decode_escapes("".join(pieces))


def decode_escapes(text: str) -> str:
    """Return a text with the characters that a workbook escapes as `_x000D_`."""
    if "_x" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return clean_text(text)


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the values of its cells from the first column on, and their formats.

    `cell_count` is how many cells were parsed for it.
    """

    number: int
    values: list[object]
    formats: list[NumberFormat]
    is_hidden: bool = False
    cell_count: int = 0


@dataclass
class SheetCells:
    """Reads the rows of one worksheet. `rest` are the elements behind the cells."""

    part: bytes
    strings: SharedStrings
    formats: list[NumberFormat]
    is_1904: bool = False
    max_columns: int = 256
    cut_columns: int = 0
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    _formulas: dict[str, tuple[str, str]] = field(default_factory=dict)

    def iterate_rows(self, blank_rows: BlankRows | None = None) -> Iterator[Row]:
        """Yield the rows that have cells, few of those that are blank. Raises `ParseError`.

        Ends where `blank_rows` is used up.
        """
        number = 0
        for element in self._iterate_elements(blank_rows):
            name = shorten_name(element.tag)
            if name == "x:row":
                given = element.get("r", "")
                number = int(given) if given.isdecimal() and len(given) < 8 else number + 1
                if len(element):
                    yield self._read_row(element, number)
                element.clear()
            elif name == "x:col" and element.get("hidden") in _TRUE:
                self._note_hidden_column(element)
            elif name == "x:sheetData":
                return

    def _iterate_elements(self, blank_rows: BlankRows | None) -> Iterator[Element]:
        # Its events are typed for all kinds; those that it gives here are ends of elements.
        parser: Any = XMLPullParser()
        for piece in iterate_filled(self.part, blank_rows):
            for start in range(0, len(piece), _CHUNK_BYTES):
                parser.feed(piece[start : start + _CHUNK_BYTES])
                for _, element in parser.read_events():
                    yield element
        if blank_rows is None or not blank_rows.is_used_up:
            parser.close()
        for _, element in parser.read_events():
            yield element

    def count_rows(self) -> int:
        """Return how many rows the sheet has, without reading them."""
        return sum(1 for _ in re.finditer(rb"<(?:\w{1,20}:)?row[ >]", self.part))

    def _read_row(self, row: Element, number: int) -> Row:
        values, formats, column = list[object](), list[NumberFormat](), 0
        for cell in row:
            place = cell.get("r", "")
            column = parse_column(place) or column + 1
            if column > self.max_columns:
                self.cut_columns = max(self.cut_columns, min(column, MAX_COLUMN))
                continue
            value, number_format = self._read_cell(cell, place)
            if value is None or column <= len(values):
                continue
            gap = column - 1 - len(values)
            values += [*[None] * gap, value]
            formats += [*[GENERAL] * gap, number_format]
        return Row(number, values, formats, row.get("hidden") in _TRUE, len(row))

    def _read_cell(self, cell: Element, place: str) -> tuple[object, NumberFormat]:
        parts = {shorten_name(str(child.tag)): child for child in cell}
        value, formula, inline = (parts.get(f"x:{name}") for name in ("v", "f", "is"))
        stored = "" if value is None else value.text or ""
        if inline is not None and not stored:
            return read_rich_text(inline), GENERAL
        if formula is not None:
            text = self._resolve_formula(formula, place)
            # Who computes nothing stores no value or an empty one; an empty text is a result.
            is_computed = bool(stored) or (value is not None and cell.get("t") == "str")
            if text and not is_computed:
                return f"={text}", GENERAL
        if not stored:
            return None, GENERAL
        return self._convert(cell.get("t", "n"), stored, cell.get("s", ""))

    def _convert(self, kind: str, stored: str, style: str) -> tuple[object, NumberFormat]:
        if kind == "s":
            is_index = stored.isdecimal() and len(stored) < _MAX_DIGITS
            return self.strings.get(int(stored) if is_index else -1), GENERAL
        if kind == "b":
            return stored.strip() in _TRUE, GENERAL
        if kind in ("str", "inlineStr", "e", "d"):
            text = decode_escapes(stored)
            return text.removesuffix("T00:00:00").replace(
                "T", " "
            ) if kind == "d" else text, GENERAL
        index = int(style[:9]) if style.isdecimal() else 0
        found = self.formats[index] if index < len(self.formats) else GENERAL
        return convert_number(stored.strip(), found.kind, is_1904=self.is_1904), found

    def _resolve_formula(self, formula: Element, place: str) -> str:
        """Return a cell's formula; of those that share one, the one that fits its place."""
        text, shared = clean_text(formula.text or ""), formula.get("si", "")
        if formula.get("t") != "shared":
            return text
        if text:
            if len(self._formulas) < _MAX_SHARED_FORMULAS:
                self._formulas[shared] = (place, text)
            return text
        if shared not in self._formulas:
            return ""
        start, text = self._formulas[shared]
        return move_formula(text, start, place)

    def _note_hidden_column(self, column: Element) -> None:
        first, last = column.get("min", ""), column.get("max", "")
        if first.isdecimal() and last.isdecimal() and len(self.hidden_columns) < 100:
            self.hidden_columns.append((int(first[:6]), int(last[:6])))


def parse_column(place: str) -> int:
    """Return the number of a cell's column, from 1, by its place such as “AB12”; 0 for none."""
    letters = place.rstrip("0123456789")
    is_valid = 0 < len(letters) <= 3 and letters.isascii() and letters.isupper()
    return parse_letters(letters) if is_valid else 0
