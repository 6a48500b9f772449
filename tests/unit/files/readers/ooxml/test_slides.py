"""Presentations: every shape in reading order, with notes, comments, charts and diagrams."""

from __future__ import annotations

from bot.files.readers.office import read_office
from tests.support.office import build_relationship, join_pages
from tests.support.ooxml_packages import SLIDE_SPACES, build_show, shape
from tests.support.pictures import build_picture
from tests.support.word_parts import CHART, DIAGRAM, part, picture

P188 = 'xmlns:p188="http://schemas.microsoft.com/office/powerpoint/2018/8/main"'


def test_shapes_are_read_from_top_to_bottom_with_the_title_first() -> None:
    shapes = (
        shape("right", place=(5_000_000, 3_000_000))
        + shape("left", place=(100, 3_050_000))
        + shape("12", "sldNum")
        + shape("ACME 2024", "ftr")
        + shape("Plan", "title", (0, 6_000_000))
        + "<p:grpSp>" + shape("in a group", place=(0, 1_000_000)) + "</p:grpSp>"
    )  # fmt: skip
    text = join_pages(read_office("a.pptx", build_show({"": shapes})))
    assert text == "Slide 1\n\n# Plan\n\nin a group\n\nleft\n\nright\n\nACME 2024"


def test_lists_links_breaks_and_formulas_are_kept() -> None:
    lines = "\n".join(
        (
            "plain",
            '<a:p><a:pPr lvl="1"/><a:r><a:t>deeper</a:t></a:r></a:p>',
            '<a:p><a:pPr><a:buAutoNum type="alphaLcParenR"/></a:pPr><a:r><a:t>first</a:t></a:r></a:p>',
            '<a:p><a:pPr><a:buAutoNum type="alphaLcParenR"/></a:pPr><a:r><a:t>second</a:t></a:r></a:p>',
            '<a:p><a:pPr><a:buNone/></a:pPr><a:r><a:rPr b="1"><a:hlinkClick r:id="r1"/></a:rPr>'
            "<a:t>site</a:t></a:r><a:br/><a:fld type='datetime1'><a:t>1 May</a:t></a:fld></a:p>",
            '<a:p><a:r><a:t>10</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>2</a:t></a:r></a:p>',
            "<a:p><mc:AlternateContent><mc:Choice xmlns:a14='http://schemas.microsoft.com/office/"
            "drawing/2010/main' Requires='a14'><a14:m><m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath>"
            "</a14:m></mc:Choice><mc:Fallback><a:r><a:t>NO</a:t></a:r></mc:Fallback>"
            "</mc:AlternateContent></a:p>",
        )
    )
    link = build_relationship(1, "hyperlink", "https://example.org", ' TargetMode="External"')
    text = join_pages(read_office("a.pptx", build_show({"": shape(lines, "body")}, links=link)))
    assert text.splitlines()[2:] == [
        "- plain", "  - deeper", "a) first", "b) second", "[**site**](https://example.org)", "1 May",
        "- 10<sup>2</sup>", "- $x+1$",
    ]  # fmt: skip


def frame(inner: str) -> str:
    return (
        "<p:graphicFrame><p:xfrm><a:off x='0' y='0'/></p:xfrm><a:graphic><a:graphicData>"
        f"{inner}</a:graphicData></a:graphic></p:graphicFrame>"
    )


def test_tables_charts_diagrams_pictures_and_files_leave_their_data_or_a_mark() -> None:
    cell = "<a:tc{}><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    table = (
        "<a:tbl><a:tr>" + cell.format(' gridSpan="2"', "a|b") + cell.format(' hMerge="1"', "")
        + "</a:tr><a:tr>" + cell.format("", "1") + cell.format("", "2") + "</a:tr></a:tbl>"
    )  # fmt: skip
    shown = picture('r:embed="r3"').replace("pic:", "p:")
    shown = shown.replace(
        "<p:pic>", '<p:pic><p:nvPicPr><p:cNvPr id="1" name="x" descr="Team"/></p:nvPicPr>'
    )
    video = "<p:pic><p:nvPicPr><p:nvPr><a:videoFile r:link='r9'/></p:nvPr></p:nvPicPr></p:pic>"
    shapes = (
        frame(table) + frame('<c:chart r:id="r1"/>') + frame('<dgm:relIds r:dm="r2"/>')
        + frame('<p:oleObj progId="Excel.Sheet.12"/>') + shown + video
    )  # fmt: skip
    links = (
        build_relationship(1, "chart", "../charts/c.xml")
        + build_relationship(2, "diagramData", "../diagrams/d.xml")
        + build_relationship(3, "image", "../media/i.png")
    )
    parts: dict[str, str | bytes] = {
        "ppt/charts/c.xml": CHART,
        "ppt/diagrams/d.xml": DIAGRAM,
        "ppt/media/i.png": build_picture("PNG", size=(90, 90)),
    }
    parsed_file = read_office("a.pptx", build_show({"": shapes}, parts, links=links))
    text = join_pages(parsed_file)
    assert "| a\\|b |  |\n| --- | --- |\n| 1 | 2 |" in text
    assert "[chart of bars: Sales]\n|  | 2024 |" in text and "- Boss\n  - Ann\n  - Bob" in text
    assert "[embedded file: Excel.Sheet.12]" in text and "[picture 1: Team]" in text
    assert parsed_file.left_out == "an embedded file, a recording"
    assert parsed_file.pictures[0].label == "a.pptx, picture 1 (slide 1)"


def test_hidden_slides_notes_and_comments_of_both_kinds_are_said() -> None:
    notes = f"<p:notes {SLIDE_SPACES}><p:cSld><p:spTree>{shape('say this', 'body')}{shape('7', 'sldNum')}</p:spTree></p:cSld></p:notes>"
    old = f'<p:cmLst {SLIDE_SPACES}><p:cm authorId="0"><p:text>Old</p:text></p:cm></p:cmLst>'
    body = "<p188:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></p188:txBody>"
    new = (
        f'<p188:cmLst {SLIDE_SPACES} {P188}><p188:cm authorId="{{G}}" status="resolved">'
        f'<p188:replyLst><p188:reply authorId="{{H}}">{body.format("Done")}</p188:reply>'
        f"</p188:replyLst>{body.format('New')}</p188:cm></p188:cmLst>"
    )
    parts: dict[str, str | bytes] = {
        "ppt/notesSlides/n.xml": notes,
        "ppt/comments/old.xml": old,
        "ppt/comments/new.xml": new,
        "ppt/commentAuthors.xml": f'<p:cmAuthorLst {SLIDE_SPACES}><p:cmAuthor id="0" name="Ann"/></p:cmAuthorLst>',
        "ppt/authors.xml": f'<p188:authorLst {P188}><p188:author id="{{G}}" name="Bob"/>'
        '<p188:author id="{H}" name="Cy"/></p188:authorLst>',
    }
    links = (
        build_relationship(1, "notesSlide", "../notesSlides/n.xml")
        + build_relationship(2, "comments", "../comments/old.xml")
        + build_relationship(3, "comments", "../comments/new.xml")
    )
    main = build_relationship(8, "commentAuthors", "commentAuthors.xml")
    main += build_relationship(9, "authors", "authors.xml")
    slides = {"#1": shape("one"), 'show="0"': shape("two")}
    parsed_file = read_office("a.pptx", build_show(slides, parts, main, links))
    assert parsed_file.pages == (
        "Slide 1\n\none\n\nNotes:\nsay this\n\n[comment by Ann: Old]\n"
        "[comment by Bob, resolved: New]\n[reply by Cy: Done]",
        "Slide 2 (hidden)\n\ntwo",
    )
    assert part("a", "") and parsed_file.count == 2


def test_a_damaged_slide_does_not_take_the_others_with_it() -> None:
    shown = build_show({"#1": shape("one"), "#2": "<broken", "#3": shape("three")})
    parsed_file = read_office("a.pptx", shown)
    assert [page.splitlines()[-1] for page in parsed_file.pages] == [
        "one",
        "[damaged, not read]",
        "three",
    ]
