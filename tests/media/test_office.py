"""Office files, web pages and mails: their text as it was meant, and nothing of what may hurt."""

from __future__ import annotations

import builtins
import datetime
import io
import struct
import sys
import time
import tracemalloc
import zipfile
import zlib
from typing import Any

import pytest

from bot.errors import TellPerson
from bot.exchange import Reading
from bot.media.office import (
    MOST_ROWS,
    read_html,
    read_office,
    read_outlook,
    sort_of_office,
)
from tests.fakes.pictures import plain

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
D = "http://schemas.openxmlformats.org/drawingml/2006"
A = f"{D}/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def relationships(*links: str) -> str:
    inside = "".join(links)
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{inside}</Relationships>'


def link(number: int, kind: str, target: str, mode: str = "") -> str:
    return f'<Relationship Id="r{number}" Type="{R}/{kind}" Target="{target}"{mode}/>'


def packed(parts: dict[str, str | bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(body: str = "", parts: dict[str, str | bytes] | None = None, links: str = "") -> bytes:
    spaces = f'xmlns:w="{W}" xmlns:r="{R}" xmlns:a="{A}" xmlns:wp="{D}/wordprocessingDrawing"'
    whole = f"<w:document {spaces}><w:body>{body}</w:body></w:document>"
    document = f'<?xml version="1.0" encoding="UTF-8"?>{whole}'
    return packed(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": relationships(link(1, "officeDocument", "word/document.xml")),
            "word/document.xml": document,
            "word/_rels/document.xml.rels": relationships(links),
            **(parts or {}),
        }
    )


def xlsx(sheets: dict[str, list[list[Any]]]) -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def pptx(*slides: tuple[str, str]) -> bytes:
    import pptx

    show, out = pptx.Presentation(), io.BytesIO()
    for title, body in slides:
        slide = show.slides.add_slide(show.slide_layouts[1])
        assert slide.shapes.title is not None
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
        slide.shapes.add_picture(io.BytesIO(plain("PNG", size=(8, 8))), 0, 0)
    show.save(out)
    return out.getvalue()


def text_of(reading: Reading) -> str:
    return "".join(reading.pages)


def refused(data: bytes, read: Any = read_office) -> str:
    began = time.monotonic()
    with pytest.raises(TellPerson) as caught:
        read("letter.docx", data)
    assert time.monotonic() - began < 10 and "letter.docx" in caught.value.said
    return caught.value.said


def with_part(data: bytes, path: str, part: bytes) -> bytes:
    """A package with one part replaced or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return packed({**parts, path: part})


def test_sorts_of_office_files_are_told_apart_by_what_is_in_them() -> None:
    assert sort_of_office(docx()) == "docx"
    assert sort_of_office(xlsx({"a": []})) == "xlsx"
    assert sort_of_office(pptx(("a", "b"))) == "pptx"
    others = (packed({"word/a.txt": "x"}), packed({"[Content_Types].xml": ""}), b"PK\x03\x04", b"")
    assert [sort_of_office(data) for data in others] == [""] * 4


def test_a_word_document_is_read_with_its_headings_lists_and_tables() -> None:
    cell = "<w:tc>{}</w:tc>"
    row = f"<w:tr>{cell.format(paragraph('Name'))}{cell.format(paragraph('Größe'))}</w:tr>"
    heading = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Title</w:t></w:r></w:p>'
    style = '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>'
    styles = f'<w:styles xmlns:w="{W}">{style}</w:styles>'
    data = docx(
        heading + paragraph("Hello wörld") + f"<w:tbl>{row}{row}</w:tbl>",
        {"word/styles.xml": styles},
        link(9, "styles", "styles.xml"),
    )
    reading = read_office("letter.docx", data)
    assert (reading.kind, reading.name, reading.count) == ("Word document", "letter.docx", 1)
    text = text_of(reading)
    assert "# Title" in text and "Hello wörld" in text and "| Name | Größe |" in text


def test_a_long_word_document_has_pages_of_about_a_page() -> None:
    reading = read_office("a.docx", docx("".join(paragraph(f"word {n}") for n in range(3_000))))
    assert reading.count == len(reading.pages) > 10 and "word 2999" in reading.pages[-1]


BLIP = (
    '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="A chart"/>'
    f'<a:graphic><a:graphicData><pic:pic xmlns:pic="{D}/picture"><pic:blipFill>'
    '<a:blip r:{}="r5"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
    "</wp:inline></w:drawing></w:r></w:p>"
)


def test_pictures_in_a_word_document_leave_a_mark_and_no_bytes() -> None:
    data = docx(
        BLIP.format("embed") + paragraph("after"),
        {"word/media/image1.png": plain("PNG")},
        link(5, "image", "media/image1.png"),
    )
    text = text_of(read_office("a.docx", data))
    assert "[picture]" in text and "after" in text and "data:" not in text


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "http://127.0.0.1:9/x.png", "/etc/passwd"]
)
def test_what_a_word_document_links_to_is_neither_read_nor_fetched(target: str) -> None:
    data = docx(
        BLIP.format("link") + paragraph("after"),
        links=link(5, "image", target, ' TargetMode="External"'),
    )
    assert "after" in text_of(read_office("a.docx", data))
    assert "root:" not in text_of(read_office("a.docx", data))


def test_a_workbook_is_read_sheet_by_sheet_as_it_was_typed() -> None:
    data = xlsx(
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
    reading = read_office("book.xlsx", data)
    assert (reading.kind, reading.count, reading.left_out) == ("Excel workbook", 2, "")
    assert reading.pages[0].splitlines() == [
        "## Sales",
        "",
        "| City |  | Sum | When |",
        "| --- | --- | --- | --- |",
        "| Köln |  | 12 | 2024-05-01 |",
        "| A\\|B C | TRUE | 49170123456789 | 0.125 |",
    ]
    assert reading.pages[1].startswith("## Empty")
    assert "NaN" not in text_of(reading) and "Unnamed" not in text_of(reading)


def test_of_a_sheet_so_many_rows_are_read_and_what_is_missing_is_told() -> None:
    reading = read_office("a.xlsx", xlsx({"Log": [[n, "x"] for n in range(MOST_ROWS + 50)]}))
    assert reading.left_out == "what follows row 5,000 of “Log”" and len(reading.pages) > 9
    assert f"| {MOST_ROWS - 1} | x |" in reading.pages[-1]


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
    data = xlsx({"a": [["one", "two"], ["three", "four"]]})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert old in sheet
    began = time.monotonic()
    reading = read_office(
        "a.xlsx", with_part(data, "xl/worksheets/sheet1.xml", sheet.replace(old, new))
    )
    assert time.monotonic() - began < 8 and "one" in reading.pages[0]
    assert len(text_of(reading)) < 5_000


def test_a_presentation_is_read_slide_by_slide() -> None:
    reading = read_office("talk.pptx", pptx(("Welcome", "first"), ("Plan", "line\n" * 2_000)))
    assert (reading.kind, reading.count) == ("PowerPoint presentation", 2)
    assert reading.pages[0].startswith("Slide 1\n\n") and "# Welcome" in reading.pages[0]
    assert reading.pages[1].startswith("Slide 2\n\n") and len(reading.pages) > 3


def test_encrypted_and_old_office_files_are_named_as_such() -> None:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    encrypted = container + "EncryptedPackage".encode("utf-16-le")
    for read in (read_office, read_outlook):
        assert "protected by a password" in refused(encrypted, read)
        assert "old Office format" in refused(container, read)
    locked = bytearray(docx(paragraph("x")))
    while (at := locked.find(b"PK\x01\x02")) >= 0:
        locked[at : at + 2] = b"pk"
        locked[at + 8] |= 1
    assert "protected by a password" in refused(bytes(locked).replace(b"pk\x01\x02", b"PK\x01\x02"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", ["", f"<!-- {'x' * 100_000} -->"])
@pytest.mark.parametrize(
    "declared",
    ['<!DOCTYPE a [<!ENTITY b "ha">]>', '<!DOCTYPE a SYSTEM "file:///etc/passwd">'],
)
def test_parts_that_declare_entities_are_refused(encoding: str, before: str, declared: str) -> None:
    part = f"{before}{declared}<a>&b;</a>".encode(encoding)
    for path in ("word/document.xml", "customXml/item1.xml", "word/_rels/document.xml.rels"):
        assert "declares XML entities" in refused(with_part(docx(), path, part))


@pytest.mark.parametrize(
    "part",
    [
        b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>',
        '<?xml version="1.0" encoding="cp037"?><!DOCTYPE a><a/>'.encode("cp037"),
    ],
)
def test_encodings_that_hide_what_a_part_says_are_refused(part: bytes) -> None:
    assert "damaged" in refused(with_part(docx(), "word/document.xml", part))


def test_bombs_are_refused_before_anything_is_unpacked() -> None:
    zeros = with_part(docx(), "word/document.xml", bytes(60_000_000))
    many = docx("", {f"word/x{n}.xml": "<a/>" for n in range(10_001)})
    wide = docx("", {f"word/media/{n}.png": bytes(9_000_000) for n in range(25)})
    tracemalloc.start()
    for bomb in (zeros, many, wide):
        assert "larger than I can hold" in refused(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000


@pytest.mark.parametrize("said", [10, 3_000_000])
def test_parts_that_lie_about_their_size_are_never_unpacked_beyond_it(said: int) -> None:
    real = b"<a>" + b" " * 50_000_000
    data = with_part(docx(), "word/x.xml", real)
    data = data.replace(struct.pack("<I", len(real)), struct.pack("<I", said))
    tracemalloc.start()
    assert "damaged" in refused(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


def test_names_that_lead_out_of_the_package_lead_nowhere(tmp_path: Any) -> None:
    data = docx(paragraph("hello"), {"../../../out.xml": "<a/>", f"{tmp_path}/out.xml": "<a/>"})
    assert "hello" in text_of(read_office("a.docx", data))
    assert list(tmp_path.iterdir()) == []


def test_what_is_cut_off_or_says_nothing_sensible_is_damaged() -> None:
    whole = docx(paragraph("x"))
    assert "damaged" in refused(whole[: len(whole) // 2])
    for part in (b"<a", b"\0\1\2", b"<a/>"):
        for path in ("word/document.xml", "[Content_Types].xml", "_rels/.rels"):
            try:
                read_office("letter.docx", with_part(whole, path, part))
            except TellPerson as error:
                assert "damaged" in error.said
    assert "damaged" in refused(with_part(xlsx({"a": [[1]]}), "xl/workbook.xml", b"<a/>"))
    assert "damaged" in refused(with_part(pptx(("a", "b")), "ppt/presentation.xml", b"<a/>"))
    broken = whole.replace(zlib.crc32(TYPES.encode()).to_bytes(4, "little"), b"abcd")
    assert "damaged" in refused(broken)


def test_parts_nested_without_end_are_refused_soon() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 20_000 + "</w:tc></w:tr></w:tbl>" * 20_000
    said = refused(docx(deep))
    assert "larger than I can hold" in said or "damaged" in said


def test_without_the_converters_people_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *more: Any, **named: Any) -> Any:
        if name.partition(".")[0] in ("markitdown", "openpyxl"):
            raise ImportError(name)
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", missing)
    for module in [name for name in sys.modules if name.startswith(("markitdown", "openpyxl"))]:
        monkeypatch.delitem(sys.modules, module)
    assert "not installed" in refused(docx())
    assert "not installed" in refused(b"<html>x</html>", read_html)


def test_a_web_page_is_read_without_its_scripts_and_pictures() -> None:
    page = (
        "<html><head><title>t</title><style>p{}</style><script>evil()</script></head><body>"
        "<h1>Größe</h1><p>Hello <b>you</b></p><img src='data:image/png;base64,AAAA'>"
        "<img src='http://127.0.0.1:9/x.png' alt='far'><a href='javascript:x()'>go</a>"
        "<table><tr><th>a</th></tr><tr><td>1</td></tr></table></body></html>"
    )
    reading = read_html("p.html", page.encode())
    text = text_of(reading)
    assert reading.kind == "web page" and "# Größe" in text and "**you**" in text
    assert "[picture]" in text and "base64" not in text and "evil" not in text
    assert "javascript" not in text and "| 1 |" in text


def test_a_web_page_is_read_in_the_encoding_it_declares() -> None:
    page = "<html><meta charset=iso-8859-5><body>Тест</body></html>".encode("iso-8859-5")
    assert "Тест" in text_of(read_html("p.html", page))


@pytest.mark.parametrize("bait", [b"<div>" * 20_000, b"<" * 99_999, b"&amp" * 50_000])
def test_a_web_page_made_to_hurt_still_gives_its_words(bait: bytes) -> None:
    began = time.monotonic()
    assert "words" in text_of(read_html("p.html", b"words<p>" + bait))
    assert "words" in text_of(read_html("p.html", b"words<p>" + b"<!--" * 100_000))
    assert time.monotonic() - began < 10
