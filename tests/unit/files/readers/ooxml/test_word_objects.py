"""What a Word document holds that is no text of its own: boxes, charts, pictures, other documents."""

from __future__ import annotations

from bot.files.readers.office import read_office
from tests.support.office import build_docx, build_relationship, join_pages
from tests.support.pictures import build_picture
from tests.support.word_parts import CHART, DIAGRAM, paragraph, picture, read_body, run


def drawing(inner: str, alt: str = "") -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{alt}"/><a:graphic>'
        f"<a:graphicData>{inner}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def test_a_text_box_is_read_once_though_it_is_stored_twice() -> None:
    box = f"<w:txbxContent>{paragraph(run('in a box'))}</w:txbxContent>"
    new = drawing(f"<wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp>")[5:-6]
    old = f"<w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
    both = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{new}</mc:Choice><mc:Fallback>{old}'
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert read_body(paragraph(run("A "), both)) == "A [text box: in a box]"
    assert read_body(paragraph(f"<w:r>{old}</w:r>")) == "[text box: in a box]"


def test_charts_and_diagrams_are_read_with_their_data() -> None:
    body = paragraph(drawing('<c:chart r:id="r1"/>')) + paragraph(
        drawing('<dgm:relIds r:dm="r2"/>')
    )
    text = read_body(
        body,
        {"word/charts/chart1.xml": CHART, "word/diagrams/data1.xml": DIAGRAM},
        {"chart": "charts/chart1.xml", "diagramData": "diagrams/data1.xml"},
    )
    assert text == (
        "[chart of bars: Sales]\n|  | 2024 |\n| --- | --- |\n| Q1 | 5 |\n| Q2 | 7.5 |\n\n"
        "[diagram:\n- Boss\n  - Ann\n  - Bob\n]"
    )


def test_pictures_are_sent_in_order_counted_and_said() -> None:
    names = [f"media/{number}.png" for number in range(9)]
    body = "".join(
        paragraph(run(f"before {n}"), drawing(picture(f'r:embed="r{n}"'), f"view {n}"))
        for n in range(9)
    )
    body += paragraph(drawing(picture('r:link="r20"'), "logo")) + paragraph(
        drawing(picture('r:embed="r0"'), "again")
    )
    parts: dict[str, str | bytes] = {
        f"word/{name}": build_picture("PNG", size=(100 + number, 80))
        for number, name in enumerate(names)
    }
    parts["word/media/1.png"] = b"\x01\0\0\0 EMF"
    links = "".join(build_relationship(n, "image", name) for n, name in enumerate(names))
    links += build_relationship(
        20, "image", "https://example.org/logo.png", ' TargetMode="External"'
    )
    parsed_file = read_office("a.docx", build_docx(body, parts, links))
    text = join_pages(parsed_file)
    labels = [one.label for one in parsed_file.pictures]
    assert labels == [f"a.docx, picture {n}" for n in range(1, 7)]
    assert [one.width for one in parsed_file.pictures] == [100, 102, 103, 104, 105, 106]
    assert "before 0[picture 1: view 0]" in text and "before 1[picture not shown: view 1]" in text
    assert "before 6[picture 6: view 6]" in text and "[picture 1: again]" in text
    assert "[picture on the web, not fetched: logo]" in text
    assert parsed_file.left_out == "3 of 9 pictures, a picture that is only linked to"


def test_embedded_documents_are_read_or_counted() -> None:
    inner = build_docx(paragraph(run("from Word")))
    body = "".join(f'<w:altChunk r:id="r{number}"/>' for number in range(1, 5))
    links = "".join(
        build_relationship(n, "aFChunk", f"c{n}.{ending}")
        for n, ending in enumerate(("html", "docx", "txt", "rtf"), 1)
    )
    parts: dict[str, str | bytes] = {
        "word/c1.html": "<p>from <b>HTML</b></p>",
        "word/c2.docx": inner,
        "word/c3.txt": "from text",
        "word/c4.rtf": "{\\rtf1 x}",
    }
    parsed_file = read_office("a.docx", build_docx(body, parts, links))
    assert join_pages(parsed_file) == (
        "from **HTML**\n\nfrom Word\n\nfrom text\n\n[embedded file: rtf]"
    )
    assert parsed_file.left_out == "an embedded file"


def test_a_document_that_holds_itself_ends() -> None:
    data = build_docx(
        paragraph(run("x")) + '<w:altChunk r:id="r1"/>',
        links=build_relationship(1, "aFChunk", "document.xml"),
    )
    assert join_pages(read_office("a.docx", data)).startswith("x\n\n")
