"""What stands far below the rest of a sheet is read, and no gap above it makes reading slow."""

from __future__ import annotations

import io
import time
import zipfile

import openpyxl
import pytest

from bot.files.readers.dispatch import read_file
from tests.support.office import join_pages

_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
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
    began = time.process_time()
    parsed_file = read_file("a.ods", build_open_sheet(build_gap(gap)))
    assert "| head |" in join_pages(parsed_file) and "| last |" in join_pages(parsed_file)
    assert not parsed_file.left_out and time.process_time() - began < 5


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
