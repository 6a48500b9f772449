"""What lies outside the cells of .xls, .xlsb and .ods is counted by kind, and so are other pictures."""

from __future__ import annotations

import pytest

from bot.files.readers.dispatch import read_file
from bot.files.readers.documents.ole_pictures import count_pictures
from bot.files.readers.ooxml.workbooks.outside_cells import count_outside_cells
from tests.corpus.ole import build_ole
from tests.support.office import join_pages, pack_zip
from tests.support.other_workbooks import build_binary_book, build_records
from tests.unit.files.readers.test_mails import build_outlook_mail

ROWS: list[list[object]] = [["Stadt", "Summe"], ["Köln", 12.5], ["Ulm", True]]


def test_a_binary_workbook_is_read_and_what_lies_outside_its_cells_is_counted() -> None:
    parsed_file = read_file("a.xlsb", build_binary_book(ROWS, comments=3, charts=1))
    assert join_pages(parsed_file) == (
        "## Daten\n\n| Stadt | Summe |\n| --- | --- |\n| Köln | 12.5 |\n| Ulm | TRUE |\n"
    )
    assert parsed_file.left_out == "3 comments, a chart or diagram"
    assert read_file("a.xlsb", build_binary_book(ROWS)).left_out == ""


def test_an_open_sheet_counts_its_drawings_by_kind() -> None:
    body = (
        "<office:annotation>x</office:annotation><office:annotation/>"
        '<draw:frame><draw:image xlink:href="Pictures/a.png"/></draw:frame>'
        '<draw:frame><draw:object xlink:href="./Object 1"/><draw:image xlink:href="x"/></draw:frame>'
    )
    data = pack_zip({"content.xml": body, "Object 1/content.xml": "<c/>"})
    assert count_outside_cells("a.ods", data) == {
        "comments": 2, "pictures": 1, "objects": 0, "drawings": 1,
    }  # fmt: skip


def test_an_old_workbook_counts_its_notes_charts_and_pictures() -> None:
    start, end = (0x809, b"\0\6\5\0"), (0x0A, b"")
    chart = (0x809, b"\0\6\x20\0")
    picture = b"\x00\x6e\x1e\xf0" + bytes(40)
    book = build_records(start, (0xEB, picture), (0x1C, bytes(8)), (0x1C, bytes(8)), chart, end)
    counts = count_outside_cells("a.xls", build_outlook_mail({"Workbook": book}))
    assert (counts["comments"], counts["drawings"], counts["pictures"]) == (2, 1, 1)


def test_pictures_in_old_office_files_are_counted_by_how_they_begin() -> None:
    beginnings = (b"\x00\x6e\x1e\xf0", b"\xa0\x46\x1d\xf0", b"\x60\x21\x1b\xf0")
    assert count_pictures(build_ole(["WordDocument"])) == 0
    assert count_pictures(b"".join(one + bytes(50) for one in beginnings)) == 3


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_what_cannot_be_counted_counts_nothing(data: bytes) -> None:
    assert not any(count_outside_cells("a.xls", data).values())


def test_the_pictures_and_recordings_of_a_web_page_are_counted() -> None:
    page = (
        b"<html><body><p>words</p><img src='a.png' alt='a cat'><img src='b.png'><img src='b.png'>"
        b"<video src='v.mp4'></video><iframe src='x'></iframe></body></html>"
    )
    parsed_file = read_file("a.html", page)
    assert parsed_file.left_out == "2 pictures; a recording; a page within it"
    assert "[picture: a cat]" in join_pages(parsed_file)
