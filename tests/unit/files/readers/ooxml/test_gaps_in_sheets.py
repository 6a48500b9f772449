"""What stands far below the rest of a sheet is read, and no gap above it makes reading slow."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest

from bot.files.readers.dispatch import read_file
from bot.files.readers.ooxml.workbooks.blank_rows import BlankRows, iterate_filled
from bot.files.readers.ooxml.workbooks.cells import SharedStrings, SheetCells
from tests.support.office import join_pages
from tests.support.processor_time import hold_to

_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "application/vnd.oasis.opendocument.spreadsheet"


def build_cell(text: str) -> str:
    return (
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    )


def build_open_sheet(
    rows: str, *, packing: int = zipfile.ZIP_STORED, kind_first: bool = True
) -> bytes:
    content = (
        f"<office:document-content {_NAMES}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{_MANIFEST}"/>'
    parts = {"mimetype": _KIND, "content.xml": content, "META-INF/manifest.xml": manifest}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name in parts if kind_first else reversed(parts):
            archive.writestr(name, parts[name])
    return out.getvalue()


def build_gap(rows: int) -> str:
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    return (
        f"<table:table-row>{build_cell('head')}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="{rows}">{empty}</table:table-row>'
        f"<table:table-row>{build_cell('last')}</table:table-row>"
    )


@pytest.mark.parametrize("gap", [1, 9_999, 60_000, 1_048_574])
def test_below_a_gap_of_any_size_an_open_sheet_goes_on(gap: int) -> None:
    with hold_to(5):
        parsed_file = read_file("a.ods", build_open_sheet(build_gap(gap)))
        assert "| head |" in join_pages(parsed_file) and "| last |" in join_pages(parsed_file)
    assert not parsed_file.left_out


def test_below_thousands_of_rows_that_are_only_coloured_a_workbook_goes_on() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["A40000"] = "head", "last"
    for row in range(2, 30_000):
        sheet.cell(row, 1).style = "Good"
    out = io.BytesIO()
    book.save(out)
    assert "| last |" in join_pages(read_file("a.xlsx", out.getvalue()))


@pytest.mark.parametrize("kind_first", [True, False])
@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_open_sheet_that_was_packed_anew_is_known(packing: int, kind_first: bool) -> None:
    data = build_open_sheet(build_gap(1), packing=packing, kind_first=kind_first)
    parsed_file = read_file("a.ods", data)
    assert parsed_file.kind == "OpenDocument spreadsheet" and "last" in join_pages(parsed_file)


def build_workbook(sheets: list[str]) -> bytes:
    """Return a workbook whose sheets have these rows."""
    book = openpyxl.Workbook()
    for _ in sheets[1:]:
        book.create_sheet()
    plain, out = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(out, "w") as archive:
        for path in source.namelist():
            part = source.read(path)
            if path.startswith("xl/worksheets/sheet"):
                rows = sheets[int(path.removeprefix("xl/worksheets/sheet")[:-4]) - 1]
                part = f'<worksheet xmlns="{_SHEET}"><sheetData>{rows}</sheetData></worksheet>'.encode()
            archive.writestr(path, part)
    return out.getvalue()


def build_row(number: int, text: str) -> str:
    return f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def build_blank_rows(first: int, last: int, columns: str = "A") -> str:
    cells = {n: "".join(f'<c r="{c}{n}" s="0"/>' for c in columns) for n in range(first, last + 1)}
    return "".join(f'<row r="{n}" s="1">{row}</row>' for n, row in cells.items())


def test_twenty_sheets_with_gaps_take_no_longer_than_others_would_wait() -> None:
    between = '</table:table><table:table table:name="T">'
    data = build_open_sheet(between.join([build_gap(1_000_000)] * 20))
    with hold_to(5):
        parsed_file = read_file("a.ods", data)
    # Of each sheet the beginning is read, and what is left out is said.
    text = join_pages(parsed_file)
    assert text.count("| head |") == 20 and 1 <= text.count("| last |") < 20
    assert "what follows row 1 of “T” (1,000,000 rows)" in str(parsed_file.left_out)


@pytest.mark.parametrize(("rows", "columns"), [(1_048_574, "A"), (150_000, "ABCDEFGH")])
def test_below_all_rows_of_a_sheet_that_are_only_formatted_a_workbook_goes_on(
    rows: int, columns: str
) -> None:
    filled = build_row(1, "head") + build_blank_rows(2, rows, columns) + build_row(rows + 1, "last")
    data = build_workbook([filled])
    with hold_to(3):
        parsed_file = read_file("a.xlsx", data)
        assert "| head |\n| --- |\n| last |" in join_pages(parsed_file)
    assert not parsed_file.left_out


def test_rows_of_blank_texts_end_a_sheet_that_has_too_many_and_that_is_said() -> None:
    blank = "".join(build_row(n, " ") for n in range(2, 250_000))
    below = build_row(250_000, "last")
    small = build_row(1, "one") + build_row(9_000, "two")
    data = build_workbook([build_row(1, "head") + blank + below, small])
    parsed_file = read_file("a.xlsx", data)
    text = join_pages(parsed_file)
    assert "head" in text and "last" not in text and "| one |\n| --- |\n| two |" in text
    assert str(parsed_file.left_out) == "what follows row 1 of “Sheet” (249,999 rows)"


def test_blank_rows_below_all_others_are_not_said_to_be_left_out() -> None:
    below = f"<sheetData>{build_row(1, 'a')}{build_blank_rows(2, 20_000)}"
    for last, is_used_up in (("", False), (build_row(20_001, "b"), True)):
        blank_rows = BlankRows(steps_left=99)
        blank_rows.begin_sheet()
        pieces = b"".join(iterate_filled(f"{below}{last}</sheetData>".encode(), blank_rows))
        assert blank_rows.is_used_up is is_used_up and pieces.count(b"<row") == 1 + (not last)


@pytest.mark.parametrize(
    "rows",
    [
        # Rows without numbers follow a run that is passed over.
        build_row(1, "a") + build_blank_rows(2, 5) + "<row><c><v>6</v></c></row>",
        # What looks like rows in a comment or in CDATA is none.
        f"{build_row(1, 'a')}<!--{build_blank_rows(2, 9)}-->{build_row(6, '6')}",
        build_row(1, "a") + build_row(6, f"<![CDATA[{build_blank_rows(2, 5)}]]>6"),
        # Empty elements in either form, with and without blanks between them.
        f'{build_row(1, "a")}<row r="2"/> <row r="3"></row>\n<row r="4"> <c r="A4"></c> </row>'
        f"{build_row(6, '6')}",
    ],
)
def test_what_is_passed_over_changes_no_number_and_no_text(rows: str) -> None:
    below = rows + build_row(7, "b").replace('<row r="7"', '<row r="7" hidden="1"')
    text = join_pages(read_file("a.xlsx", build_workbook([below])))
    assert text.count("| a |") == text.count("| b |") == 1 and "6 |" in text
    assert "[hidden in this sheet: rows 7]" in text


def test_a_workbook_whose_elements_have_a_prefix_is_passed_over_as_fast() -> None:
    rows = build_row(1, "a") + build_blank_rows(2, 300_000) + build_row(300_001, "b")
    part = f'<worksheet xmlns="{_SHEET}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    prefixed = re.sub(rb"<(/?)(?=\w)", rb"<\1x:", part).replace(b"xmlns=", b"xmlns:x=")
    for sheet in (part, prefixed):
        assert sum(map(len, iterate_filled(sheet, BlankRows()))) < 1_000
    cells = SheetCells(prefixed, SharedStrings(b""), [])
    assert [row.number for row in cells.iterate_rows() if any(row.values)] == [1, 300_001]
