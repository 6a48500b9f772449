"""Office files that other libraries wrote, and what those read in them."""

from __future__ import annotations

import datetime
import io
from typing import Any

import docx
import openpyxl
import pytest

from bot.domain.errors import UserError
from bot.files.readers.dispatch import read_file
from bot.files.sandbox.computing.tables import read_tables
from tests.support.office import build_xlsx, join_pages, pack_zip

DAY = datetime.datetime.combine(datetime.date(2024, 5, 1), datetime.time())
ROWS: list[list[Any]] = [
    ["Name", "Sum", "Share", "When", "Done"],
    ["Größe", 12.5, 0.25, DAY, True],
    ["a\nb", -3, 1e-7, DAY.replace(hour=13, minute=30), False],
]
OPEN_SHEET = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="Sales"><table:table-row><table:table-cell office:value-type="string">'
    "<text:p>City</text:p></table:table-cell><table:table-cell office:value-type='string'><text:p>"
    "Sum</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell"
    " office:value-type='string'><text:p>Köln</text:p></table:table-cell><table:table-cell"
    " office:value-type='float' office:value='12.5'><text:p>12,5</text:p></table:table-cell>"
    "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
)
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)


def build_open_sheet() -> bytes:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    parts: dict[str, str | bytes] = {
        "mimetype": kind,
        "content.xml": OPEN_SHEET,
        "META-INF/manifest.xml": MANIFEST,
    }
    return pack_zip(parts, 0)


def test_a_workbook_has_the_values_that_openpyxl_reads() -> None:
    content = build_xlsx({"S": ROWS})
    book = openpyxl.load_workbook(io.BytesIO(content))
    ours = [
        line[2:-2].split(" | ")
        for line in join_pages(read_file("a.xlsx", content)).splitlines()
        if line.startswith("| ") and "---" not in line
    ]
    for mine, theirs in zip(ours, book["S"].iter_rows(values_only=True), strict=True):
        assert mine[0] == " ".join(str(theirs[0]).split())
        if mine[0] != "Name":
            assert float(mine[1]) == theirs[1] and float(mine[2]) == theirs[2]
            assert mine[3] == str(theirs[3]).removesuffix(" 00:00:00")
            assert mine[4] == str(theirs[4]).upper()


def test_a_document_has_the_paragraphs_and_cells_that_python_docx_reads() -> None:
    written, out = docx.Document(), io.BytesIO()
    written.add_heading("Terms", 1)
    written.add_paragraph("First item", style="List Bullet")
    written.add_paragraph("plain ").add_run("bold").bold = True
    table = written.add_table(2, 2)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"cell {number}"
    written.save(out)
    text = join_pages(read_file("a.docx", out.getvalue()))
    assert text == (
        "# Terms\n\n- First item\n\nplain **bold**\n\n| cell 0 | cell 1 |\n| --- | --- |\n"
        "| cell 2 | cell 3 |"
    )
    second = docx.Document(io.BytesIO(out.getvalue()))
    bare = text.replace("**", "")
    assert all(one.text in bare for one in second.paragraphs)


def test_an_open_document_spreadsheet_is_read_as_text_and_as_a_table() -> None:
    parsed_file = read_file("a.ods", build_open_sheet())
    assert parsed_file.kind == "OpenDocument spreadsheet" and parsed_file.count == 1
    assert join_pages(parsed_file) == (
        "## Sales\n\n| City | Sum |\n| --- | --- |\n| Köln | 12.5 |\n"
    )
    assert parsed_file.left_out == ""
    (table,) = read_tables("a.ods", build_open_sheet())
    assert list(table.names) == ["City", "Sum"]


@pytest.mark.parametrize("ending", ["xls", "xlsb", "ods"])
def test_a_workbook_of_another_format_that_is_damaged_is_refused(ending: str) -> None:
    content = {
        "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le") * 99,
        "xlsb": pack_zip({"[Content_Types].xml": "<a/>", "xl/workbook.bin": b"\1\2\3"}),
        "ods": build_open_sheet()[:400],
    }[ending]
    with pytest.raises(UserError) as refused:
        read_file(f"a.{ending}", content)
    assert f"a.{ending}" in refused.value.user_message
