"""Office files and web pages: their text as it was written."""

from __future__ import annotations

import datetime
import io
import zipfile

import pytest

from bot.files.readers.dispatch import read_file
from bot.files.readers.office import read_office
from bot.files.readers.ooxml.package import detect_office_type
from bot.files.readers.ooxml.workbooks.reader import MAX_ROWS
from tests.support.office import (
    DRAWING_NAMESPACE_BASE,
    WORD_NAMESPACE,
    build_docx,
    build_paragraph,
    build_pptx,
    build_relationship,
    build_xlsx,
    join_pages,
    pack_zip,
    replace_part,
)
from tests.support.pictures import build_picture
from tests.support.processor_time import hold_to


def test_sorts_of_office_files_are_told_apart_by_what_is_in_them() -> None:
    assert detect_office_type(build_docx()) == "docx"
    assert detect_office_type(build_xlsx({"a": []})) == "xlsx"
    assert detect_office_type(build_pptx(("a", "b"))) == "pptx"
    others = (
        pack_zip({"word/a.txt": "x"}),
        pack_zip({"[Content_Types].xml": ""}),
        b"PK\x03\x04",
        b"",
    )
    assert [detect_office_type(data) for data in others] == [""] * 4


def test_a_word_document_is_read_with_its_headings_lists_and_tables() -> None:
    cell = "<w:tc>{}</w:tc>"
    cells = "".join(cell.format(build_paragraph(text)) for text in ("Name", "Größe"))
    row = f"<w:tr>{cells}</w:tr>"
    heading = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Title</w:t></w:r></w:p>'
    style = '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>'
    styles = f'<w:styles xmlns:w="{WORD_NAMESPACE}">{style}</w:styles>'
    data = build_docx(
        heading + build_paragraph("Hello wörld") + f"<w:tbl>{row}{row}</w:tbl>",
        {"word/styles.xml": styles},
        build_relationship(9, "styles", "styles.xml"),
    )
    parsed_file = read_office("letter.docx", data)
    assert (parsed_file.kind, parsed_file.name, parsed_file.count) == (
        "Word document",
        "letter.docx",
        1,
    )
    text = join_pages(parsed_file)
    assert "# Title" in text and "Hello wörld" in text and "| Name | Größe |" in text


def test_a_long_word_document_has_pages_of_about_a_page() -> None:
    parsed_file = read_office(
        "a.docx", build_docx("".join(build_paragraph(f"word {n}") for n in range(3_000)))
    )
    assert parsed_file.count == len(parsed_file.pages) > 10 and "word 2999" in parsed_file.pages[-1]


PICTURE_PARAGRAPH = (
    '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="A chart"/>'
    f"<a:graphic><a:graphicData><pic:pic"
    f' xmlns:pic="{DRAWING_NAMESPACE_BASE}/picture"><pic:blipFill>'
    '<a:blip r:{}="r5"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
    "</wp:inline></w:drawing></w:r></w:p>"
)


def test_pictures_in_a_word_document_are_sent_with_their_place_in_the_text() -> None:
    data = build_docx(
        PICTURE_PARAGRAPH.format("embed") + build_paragraph("after"),
        {"word/media/image1.png": build_picture("PNG")},
        build_relationship(5, "image", "media/image1.png"),
    )
    parsed_file = read_office("a.docx", data)
    text = join_pages(parsed_file)
    assert "[picture 1: A chart]" in text and "after" in text and "data:" not in text
    assert [picture.label for picture in parsed_file.pictures] == ["a.docx, picture 1"]


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "http://127.0.0.1:9/x.png", "/etc/passwd"]
)
def test_what_a_word_document_links_to_is_neither_read_nor_fetched(target: str) -> None:
    data = build_docx(
        PICTURE_PARAGRAPH.format("link") + build_paragraph("after"),
        links=build_relationship(5, "image", target, ' TargetMode="External"'),
    )
    assert "after" in join_pages(read_office("a.docx", data))
    assert "root:" not in join_pages(read_office("a.docx", data))


def test_a_workbook_is_read_sheet_by_sheet_as_it_was_typed() -> None:
    data = build_xlsx(
        {
            "Sales": [
                ["City", None, "Sum", "When"],
                ["Köln", None, 12, datetime.date(2024, 5, 1)],
                [None, None, None, None],
                ["A|B\nC", True, 49170123456789, 0.125],
            ],
            "Empty": [],
        }
    )
    parsed_file = read_office("book.xlsx", data)
    assert (parsed_file.kind, parsed_file.count, parsed_file.left_out) == ("Excel workbook", 2, "")
    assert parsed_file.pages[0].splitlines() == [
        "## Sales",
        "",
        "| City |  | Sum | When |",
        "| --- | --- | --- | --- |",
        "| Köln |  | 12 | 2024-05-01 |",
        "| A\\|B C | TRUE | 49170123456789 | 0.125 |",
    ]
    assert parsed_file.pages[1].startswith("## Empty")
    assert "NaN" not in join_pages(parsed_file) and "Unnamed" not in join_pages(parsed_file)


def test_of_a_sheet_so_many_rows_are_read_and_what_is_missing_is_told() -> None:
    parsed_file = read_office(
        "a.xlsx", build_xlsx({"Log": [[n, "x"] for n in range(MAX_ROWS + 50)]})
    )
    assert (
        parsed_file.left_out == "what follows row 5,000 of “Log” (50 rows)"
        and len(parsed_file.pages) > 9
    )
    assert f"| {MAX_ROWS - 1} | x |" in parsed_file.pages[-1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<dimension ref="A1:B2"', b'<dimension ref="A1:XFD1048576"'),
        (b'<row r="2"', b'<row r="99999999999"'),
        (b'r="B2"', b'r="ZZZ2"'),
        (b"</sheetData>", b"<row/>" * 200_000 + b"</sheetData>"),
    ],
)
def test_a_sheet_that_claims_to_be_endless_is_read_as_far_as_it_goes(
    old: bytes, new: bytes
) -> None:
    data = build_xlsx({"a": [["one", "two"], ["three", "four"]]})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert old in sheet
    with hold_to(8):
        parsed_file = read_office(
            "a.xlsx", replace_part(data, "xl/worksheets/sheet1.xml", sheet.replace(old, new))
        )
    assert "one" in parsed_file.pages[0]
    assert len(join_pages(parsed_file)) < 5_000


def test_a_presentation_is_read_slide_by_slide() -> None:
    parsed_file = read_office(
        "talk.pptx", build_pptx(("Welcome", "first"), ("Plan", "line\n" * 2_000))
    )
    assert (parsed_file.kind, parsed_file.count) == ("PowerPoint presentation", 2)
    assert parsed_file.pages[0].startswith("Slide 1\n\n") and "# Welcome" in parsed_file.pages[0]
    assert parsed_file.pages[1].startswith("Slide 2\n\n") and len(parsed_file.pages) > 3


def test_a_web_page_is_read_without_its_scripts_and_pictures() -> None:
    page = (
        "<html><head><title>t</title><style>p{}</style><script>evil()</script></head><body>"
        "<h1>Größe</h1><p>Hello <b>you</b></p><img src='data:image/png;base64,AAAA'>"
        "<img src='http://127.0.0.1:9/x.png' alt='far'><a href='javascript:x()'>go</a>"
        "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table></body></html>"
    )
    parsed_file = read_file("p.html", page.encode())
    text = join_pages(parsed_file)
    assert parsed_file.kind == "web page" and "# Größe" in text and "**you**" in text
    assert "[picture]" in text and "base64" not in text and "evil" not in text
    assert "javascript" not in text and "| 1 | 2 |" in text


def test_a_web_page_is_read_in_the_encoding_it_declares() -> None:
    page = "<html><meta charset=iso-8859-5><body>Тест</body></html>".encode("iso-8859-5")
    assert "Тест" in join_pages(read_file("p.html", page))


@pytest.mark.parametrize("bait", [b"<div>" * 20_000, b"<" * 99_999, b"&amp" * 50_000])
def test_a_web_page_made_to_hurt_still_gives_its_words(bait: bytes) -> None:
    with hold_to(10):
        assert "words" in join_pages(read_file("p.html", b"words<p>" + bait))
        assert "words" in join_pages(read_file("p.html", b"words<p>" + b"<!--" * 100_000))
