"""Workbooks of the new format: each cell as people see it, and what lies on the sheets."""

from __future__ import annotations

import io
import zipfile

import pytest

from bot.domain.files import ParsedFile
from bot.files.readers.office import read_office
from tests.support.office import build_relationship, join_pages, replace_part
from tests.support.ooxml_packages import (
    SHEET_NAMESPACE,
    STRICT_SHEET_NAMESPACE,
    build_book,
    data,
)
from tests.support.pictures import build_picture
from tests.support.processor_time import hold_to
from tests.support.word_parts import CHART, part

DRAWING_SPACE = 'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
STYLES = (
    f'<styleSheet xmlns="{SHEET_NAMESPACE}"><numFmts><numFmt numFmtId="164" formatCode="{{}}"/>'
    '</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs>'
    "</styleSheet>"
)
STYLES_LINK = build_relationship(90, "styles", "styles.xml")
STRINGS_LINK = build_relationship(91, "sharedStrings", "sharedStrings.xml")


def read(book: bytes) -> ParsedFile:
    return read_office("a.xlsx", book)


def read_cells(*cells: str, book: str = "", styles: str = "", **parts: str) -> list[str]:
    """Read one row of cells; return their texts."""
    links = STYLES_LINK + STRINGS_LINK
    written = build_book(
        {"S": data("".join(cells))},
        {"xl/styles.xml": styles, **{f"xl/{name}.xml": text for name, text in parts.items()}},
        book=book,
        main_links=links,
    )
    row = join_pages(read(written)).splitlines()[2]
    return row[2:-2].split(" | ")


@pytest.mark.parametrize(
    ("code", "stored", "shown"),
    [
        ("General", "0.30000000000000004", "0.3"),
        ("General", "1E-3", "0.001"),
        ("General", "-0", "0"),
        ("General", "12345678901234567890", "12345678901234567890"),
        ("General", "1.5E+300", "1.5e+300"),
        ("0.0%", "0.125", "12.5%"),
        ("0%", "1", "100%"),
        ("00000", "1234", "01234"),
        ("dd.mm.yyyy", "45413", "2024-05-01"),
        ("d/m/yy h:mm", "45413.5625", "2024-05-01 13:30:00"),
        ("h:mm AM/PM", "0.5625", "13:30:00"),
        ("mm:ss", "0.0108796296296296", "00:15:40"),
        ("[h]:mm", "1.5", "36:00:00"),
        ("[$-409]mmmm yyyy", "45413", "2024-05-01"),
        ('[Red]0.00" Stück"', "2.5", "2.5"),
        ("yyyy年m月d日", "45413", "2024-05-01"),
        ("dd.mm.yyyy", "59", "1900-02-28"),
        ("dd.mm.yyyy", "-5", "-5"),
        ("dd.mm.yyyy", "99999999999", "99999999999"),
        ("0.00", "nonsense", "nonsense"),
        ('"day "0', "3", "3"),
        ("#,##0.00 [$€-407]", "1234.5", "1234.5"),
    ],
)
def test_a_number_is_shown_as_its_format_makes_it(code: str, stored: str, shown: str) -> None:
    code = code.replace('"', "&quot;")
    assert read_cells(f'<c s="1"><v>{stored}</v></c>', styles=STYLES.format(code)) == [shown]


def test_dates_counted_from_1904_and_values_of_every_type() -> None:
    cells = (
        '<c s="2"><v>0</v></c>', '<c t="b"><v>1</v></c>', '<c t="e"><v>#DIV/0!</v></c>',
        '<c t="str"><f>A1</f><v>text</v></c>', '<c t="d"><v>2024-05-01T00:00:00</v></c>',
        '<c t="inlineStr"><is><r><t>rich </t></r><r><t>text</t></r></is></c>',
        '<c t="s"><v>1</v></c>', '<c t="s"><v>99</v></c>', '<c t="s"><v>0</v></c>',
        '<c s="99"><v>7</v></c>',
    )  # fmt: skip
    strings = (
        f'<sst xmlns="{SHEET_NAMESPACE}"><si><t>a_x000D_|b</t></si><si><r><t>漢字</t></r>'
        "<rPh><t>かんじ</t></rPh></si></sst>"
    )
    book = '<workbookPr date1904="1"/>'
    assert read_cells(*cells, book=book, styles=STYLES.format("0"), sharedStrings=strings) == [
        "1904-01-01", "TRUE", "#DIV/0!", "text", "2024-05-01", "rich text", "漢字", "", "a \\|b", "7",
    ]  # fmt: skip


def test_formulas_without_a_stored_value_are_shown_as_formulas() -> None:
    row = (
        '<c r="A1"><f>SUM(B1:C1)</f></c><c r="B1"><f>1+1</f><v>2</v></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c><c r="D1"><f t="shared" ref="D1:D2" si="0">'
        'A1*$B$1&amp;"A1"</f></c>'
    )
    second = '<c r="D2"><f t="shared" si="0"/></c>'
    text = join_pages(read(build_book({"S": data(row, second)})))
    assert text.splitlines()[2:] == [
        '| =SUM(B1:C1) | 2 |  | =A1*$B$1&"A1" |',
        "| --- | --- | --- | --- |",
        '|  |  |  | =A2*$B$1&"A1" |',
    ]


@pytest.mark.parametrize(
    "styles",
    [
        "",
        "<styleSheet/>",
        f'<styleSheet xmlns="{SHEET_NAMESPACE}"><cellXfs/></styleSheet>',
        "<broken",
    ],
)
def test_a_table_of_styles_that_is_empty_or_damaged_is_none(styles: str) -> None:
    assert read_cells('<c s="3"><v>45413</v></c>', styles=styles) == ["45413"]


def test_the_strict_form_and_names_in_other_case_are_the_same_workbook() -> None:
    rows = data("<c><v>1</v></c>")
    strict = build_book({"S": rows}, namespace=STRICT_SHEET_NAMESPACE)
    assert join_pages(read(strict)) == "## S\n\n| 1 |\n| --- |\n"
    other = build_book(
        {"S": ""},
        {
            "XL/Worksheets/S0.XML": f'<x:worksheet xmlns:x="{SHEET_NAMESPACE}"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
        },
    )
    assert join_pages(read(other)) == "## S\n\n| 1 |\n| --- |\n"


def test_hidden_sheets_rows_and_columns_are_shown_and_said_to_be_hidden() -> None:
    rows = (
        '<cols><col min="2" max="3" hidden="1"/></cols><sheetData><row r="1"><c><v>1</v></c></row>'
        '<row r="2" hidden="1"><c><v>2</v></c></row><row r="3" hidden="1"><c><v>3</v></c></row>'
        '<row r="9" hidden="true"><c><v>9</v></c></row></sheetData>'
    )
    parsed_file = read(
        build_book({"Open": rows, 'Shut" state="hidden': "", 'Very" state="veryHidden': ""})
    )
    assert parsed_file.count == 3
    assert [page.splitlines()[0] for page in parsed_file.pages] == [
        "## Open",
        "## Shut (hidden sheet)",
        "## Very (hidden sheet)",
    ]
    assert "[hidden in this sheet: rows 2–3, 9, columns B–C]" in parsed_file.pages[0]


def test_comments_text_boxes_charts_and_pictures_stand_below_their_sheet() -> None:
    anchor = "<xdr:twoCellAnchor><xdr:from><xdr:col>{}</xdr:col><xdr:row>{}</xdr:row></xdr:from>{}</xdr:twoCellAnchor>"
    box = "<xdr:sp><xdr:txBody><a:p><a:r><a:t>Look</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    shown = '<xdr:pic><xdr:nvPicPr><xdr:cNvPr descr="Logo"/></xdr:nvPicPr><a:blip r:embed="r2"/></xdr:pic>'
    drawing = part(
        "xdr:wsDr",
        anchor.format(1, 2, box)
        + anchor.format(27, 0, '<c:chart r:id="r1"/>')
        + anchor.format(0, 0, shown),
    ).replace("<xdr:wsDr", f"<xdr:wsDr {DRAWING_SPACE}")
    thread = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    parts: dict[str, str | bytes] = {
        "xl/drawings/d.xml": drawing,
        "xl/drawings/_rels/d.xml.rels": "<r>"
        + build_relationship(1, "chart", "../charts/c.xml")
        + build_relationship(2, "image", "../media/i.png")
        + "</r>",
        "xl/charts/c.xml": CHART,
        "xl/media/i.png": build_picture("PNG", size=(80, 80)),
        "xl/comments.xml": f'<comments xmlns="{SHEET_NAMESPACE}"><authors><author>Ann</author></authors><commentList><comment ref="A1" authorId="0"><text><r><t>Ann:</t></r><r><t> too high</t></r></text></comment><comment ref="B2" authorId="0"><text><t>[Threaded comment] old form</t></text></comment></commentList></comments>',
        "xl/threads.xml": f'<t:ThreadedComments xmlns:t="{thread}"><t:threadedComment ref="B2" personId="P" id="1"><t:text>why?</t:text></t:threadedComment><t:threadedComment ref="B2" personId="P" parentId="1"><t:text>because</t:text></t:threadedComment></t:ThreadedComments>',
        "xl/persons/person.xml": f'<t:personList xmlns:t="{thread}"><t:person displayName="Bob" id="P"/></t:personList>',
    }
    links = (
        build_relationship(1, "drawing", "../drawings/d.xml")
        + build_relationship(2, "comments", "../comments.xml")
        + build_relationship(3, "threadedComment", "../threads.xml")
    )
    parsed_file = read(build_book({"S": data("<c><v>1</v></c>")}, parts, links=links))
    assert join_pages(parsed_file) == (
        "## S\n\n| 1 |\n| --- |\n\n[comment on B2 by Bob: why?]\n[reply on B2 by Bob: because]\n"
        "[comment on A1 by Ann: too high]\n\n[text box at B3: Look]\n\n[chart of bars: Sales]\n"
        "|  | 2024 |\n| --- | --- |\n| Q1 | 5 |\n| Q2 | 7.5 |\n\n[picture 1: Logo]\n"
    )
    assert parsed_file.left_out == ""
    assert parsed_file.pictures[0].label == "a.xlsx, picture 1 (at A1)"


def test_a_sheet_that_is_a_chart_shows_its_data() -> None:
    links = build_relationship(1, "drawing", "../drawings/d.xml")
    parts: dict[str, str | bytes] = {
        "xl/drawings/d.xml": part(
            "xdr:wsDr", '<xdr:absoluteAnchor><c:chart r:id="r1"/></xdr:absoluteAnchor>'
        ).replace("<xdr:wsDr", f"<xdr:wsDr {DRAWING_SPACE}"),
        "xl/drawings/_rels/d.xml.rels": "<r>"
        + build_relationship(1, "chart", "../charts/c.xml")
        + "</r>",
        "xl/charts/c.xml": CHART,
    }
    book = build_book({"S": ""}, parts, links=links)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        rels = archive.read("xl/_rels/workbook.xml.rels")
    book = replace_part(
        book, "xl/_rels/workbook.xml.rels", rels.replace(b'/worksheet"', b'/chartsheet"')
    )
    assert "| Q2 | 7.5 |" in join_pages(read(book))


def test_what_does_not_fit_is_said_with_its_number() -> None:
    wide = "".join("<c><v>1</v></c>" for _ in range(300))
    parsed_file = read(build_book({"Wide": data(wide), "Long": data(*["<c><v>2</v></c>"] * 5_100)}))
    assert parsed_file.left_out == (
        "columns IW to KN of “Wide”, what follows row 5,000 of “Long” (100 rows)"
    )


@pytest.mark.parametrize("before", ["", '<dimension ref="A1:J60000"/>', '<dimension ref="A1"/>'])
def test_a_long_sheet_is_read_as_fast_whatever_it_says_of_its_size(before: str) -> None:
    rows = "".join(f"<row><c><v>{n * 7919}</v></c><c><v>{n}</v></c></row>" for n in range(60_000))
    book = build_book({"S": f"{before}<sheetData>{rows}</sheetData>"})
    with hold_to(3):
        parsed_file = read(book)
    assert parsed_file.left_out == "what follows row 5,000 of “S” (55,000 rows)"


@pytest.mark.parametrize("stored", ["", "<v/>", "<v></v>"])
def test_a_formula_without_a_result_is_shown_as_a_formula(stored: str) -> None:
    cells = (f'<c r="A1"><f>B1*3</f>{stored}</c>', '<c r="B1" t="str"><f>""</f><v></v></c>')
    assert read_cells(*cells, '<c r="C1"><v>7</v></c>') == ["=B1*3", "", "7"]
