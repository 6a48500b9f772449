"""Office files made to hurt: each ends soon, in its text or in one sentence."""

from __future__ import annotations

import io
import zipfile

import pytest

from bot.domain.errors import UserError
from bot.files.readers.office import read_office
from tests.support.office import build_docx, build_paragraph, build_relationship, join_pages
from tests.support.ooxml_packages import build_book, build_show, data, shape
from tests.support.processor_time import hold_to
from tests.support.word_parts import field, paragraph, part, run


def deep(tag: str, levels: int, inner: str = "") -> str:
    return f"<{tag}>" * levels + inner + f"</{tag}>" * levels


def read_or_refuse(name: str, content: bytes) -> str:
    """Return the text or the sentence; reading must take little time."""
    with hold_to(5):
        try:
            text = join_pages(read_office(name, content))
        except UserError as error:
            text = error.user_message
    return text


@pytest.mark.parametrize(
    ("tag", "levels"),
    [
        *(
            (tag, levels)
            for tag in ("w:p", "w:r", "w:sdt", "w:ins", "w:tbl", "m:oMath", "m:e", "x")
            for levels in (150, 2_000)
        ),
        ("w:p", 100_000),
    ],
)
def test_elements_nested_without_end_are_read_or_refused(tag: str, levels: int) -> None:
    inner = build_paragraph("inner") if tag != "m:e" else ""
    text = read_or_refuse("a.docx", build_docx(build_paragraph("out") + deep(tag, levels, inner)))
    assert "out" in text or "larger than I can hold" in text


def test_groups_and_cells_nested_without_end_are_read_or_refused() -> None:
    groups = shape("out") + deep("p:grpSp", 20_000, shape("inner"))
    assert read_or_refuse("a.pptx", build_show({"": groups}))
    cells = f"<sheetData><row>{deep('c', 50_000)}</row></sheetData>"
    assert read_or_refuse("a.xlsx", build_book({"S": cells}))


def test_parts_that_refer_to_each_other_in_circles_end() -> None:
    links = "".join(
        build_relationship(n, kind, target)
        for n, (kind, target) in enumerate(
            (
                ("header", "document.xml"),
                ("footnotes", "document.xml"),
                ("styles", "document.xml"),
                ("chart", "document.xml"),
                ("comments", "../../../word/document.xml"),
            )
        )
    )
    styles = part(
        "w:styles",
        '<w:style w:styleId="A"><w:basedOn w:val="B"/></w:style>'
        '<w:style w:styleId="B"><w:basedOn w:val="A"/></w:style>',
    )
    reference = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    inner = paragraph(run("n"), reference)
    note = part("w:footnotes", f'<w:footnote w:id="1">{inner}</w:footnote>')
    body = paragraph(run("x"), reference)
    text = read_or_refuse("a.docx", build_docx(body, links=links))
    assert text.startswith("x")
    links = build_relationship(1, "styles", "s.xml") + build_relationship(2, "footnotes", "n.xml")
    content = build_docx(body, {"word/s.xml": styles, "word/n.xml": note}, links)
    assert read_or_refuse("a.docx", content) == "x[^1]\n\n[^1]: n[^1]"


@pytest.mark.parametrize(
    "body",
    [
        field(" REF x ").partition('<w:r><w:fldChar w:fldCharType="end"')[0] * 5_000,
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>' * 5_000,
        '<w:commentRangeStart w:id="1"/>' * 5_000,
        run("**|[]`#") * 5_000,
        f"<w:fldSimple w:instr='{chr(38)}quot; {'x ' * 100_000}'/>",
    ],
)
def test_many_fields_and_marks_take_time_in_proportion(body: str) -> None:
    assert read_or_refuse("a.docx", build_docx(paragraph(run("out "), body))) != ""


def test_a_million_merged_ranges_and_wide_rows_are_not_followed() -> None:
    merged = "".join(f'<mergeCell ref="A{n}:XFD{n}"/>' for n in range(200_000))
    inner = f"{data('<c><v>1</v></c>')}<mergeCells>{merged}</mergeCells>"
    assert "| 1 |" in read_or_refuse("a.xlsx", build_book({"S": inner}))
    far = data('<c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c><c r="ZZZ1"><v>3</v></c>')
    assert read_or_refuse("a.xlsx", build_book({"S": far})) == "## S\n\n| 1 |\n| --- |\n"


def test_numbers_and_indexes_out_of_range_are_no_numbers() -> None:
    cells = "".join(
        f'<c r="{place}" t="{kind}" s="{style}"><v>{value}</v></c>'
        for place, kind, style, value in (
            ("A1", "s", "-1", "99999999999999999999"),
            ("B1", "n", "x", "9" * 5_000),
            ("C1", "n", "٣", "1e999"),
            ("D1", "b", "0", "yes"),
            ("E1", "?", "0", "NaN"),
            ("&#1043;1", "n", "0", "-1e-999"),
        )
    )
    assert "## S" in read_or_refuse("a.xlsx", build_book({"S": data(cells)}))


@pytest.mark.parametrize("name", ["../../x.xml", "/etc/passwd", "word\\..\\..\\x", "C:\\x.xml", ""])
def test_links_that_lead_out_of_the_package_lead_nowhere(name: str) -> None:
    links = build_relationship(1, "header", name) + build_relationship(
        2, "image", f"file:///{name}", ' TargetMode="External"'
    )
    assert "out" in read_or_refuse("a.docx", build_docx(build_paragraph("out"), links=links))


def test_equal_names_in_other_case_are_one_part_and_are_checked() -> None:
    content = io.BytesIO(build_docx(build_paragraph("out")))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("WORD/DOCUMENT.XML", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert "declares XML entities" in read_or_refuse("a.docx", content.getvalue())
