"""What a Word document holds beside plain paragraphs: nothing of it is lost."""

from __future__ import annotations

import pytest

from bot.files.readers.office import read_office
from tests.support.office import build_docx, build_relationship, join_pages, pack_zip
from tests.support.pictures import build_picture
from tests.support.word_parts import paragraph, part, read_body, run


def math(inner: str) -> str:
    return f"<m:oMath>{inner}</m:oMath>"


def sign(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def argument(name: str, text: str) -> str:
    return f"<m:{name}>{sign(text)}</m:{name}>"


FRACTION = f"<m:f>{argument('num', 'a')}{argument('den', 'b')}</m:f>"
MATRIX = (
    f"<m:m><m:mr>{argument('e', 'a')}{argument('e', 'b')}</m:mr>"
    f"<m:mr>{argument('e', 'c')}</m:mr></m:m>"
)
SCRIPTS = argument("e", "xy") + argument("sub", "1") + argument("sup", "2")
HALF_OPEN = f"<m:dPr><m:begChr m:val='['/><m:endChr m:val=''/></m:dPr>{argument('e', 'x')}"
NARY = (
    "<m:nary><m:naryPr><m:chr m:val='{}'/>{}</m:naryPr>"
    + argument("sub", "0")
    + (argument("sup", "n") + argument("e", "x") + "</m:nary>")
)


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        (FRACTION, "\\frac{a}{b}"),
        (FRACTION.replace("<m:f>", '<m:f><m:fPr><m:type m:val="lin"/></m:fPr>'), "{a}/{b}"),
        (f"<m:rad>{argument('deg', '3')}{argument('e', 'x')}</m:rad>", "\\sqrt[3]{x}"),
        (
            f'<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/>{argument("e", "x")}</m:rad>',
            "\\sqrt{x}",
        ),
        (f"<m:sSup>{argument('e', 'x')}{argument('sup', '2')}</m:sSup>", "x^{2}"),
        (
            f"<m:sSubSup>{SCRIPTS}</m:sSubSup>",
            "{xy}_{1}^{2}",
        ),
        (
            f"<m:sPre>{argument('sub', '1')}{argument('sup', '2')}{argument('e', 'H')}</m:sPre>",
            "{}_{1}^{2}{H}",
        ),
        (NARY.format("∑", ""), "\\sum_{0}^{n} x"),
        (NARY.format("∫", '<m:supHide m:val="on"/>'), "\\int_{0} x"),
        (NARY.replace("<m:chr m:val='{}'/>{}", ""), "\\int_{0}^{n} x"),
        (
            f"<m:d>{HALF_OPEN}</m:d>",
            "\\left[ x \\right.",
        ),
        (f"<m:func><m:fName>{sign('sin')}</m:fName>{argument('e', 'x')}</m:func>", "\\sin x"),
        (f"<m:limLow>{argument('e', 'lim')}{argument('lim', 'n→∞')}</m:limLow>", "\\lim_{n→∞}"),
        (MATRIX, "\\begin{matrix} a & b \\\\ c \\end{matrix}"),
        (
            f"<m:eqArr>{argument('e', 'a')}{argument('e', 'b')}</m:eqArr>",
            "\\begin{array}{l} a \\\\ b \\end{array}",
        ),
        (f"<m:acc><m:accPr><m:chr m:val='⃗'/></m:accPr>{argument('e', 'v')}</m:acc>", "\\vec{v}"),
        (
            f"<m:bar><m:barPr><m:pos m:val='top'/></m:barPr>{argument('e', 'v')}</m:bar>",
            "\\overline{v}",
        ),
        (f"<m:groupChr>{argument('e', 'v')}</m:groupChr>", "\\underbrace{v}"),
        (f"<m:borderBox>{argument('e', 'v')}</m:borderBox>", "\\boxed{v}"),
        (f"<m:box>{argument('e', 'v')}</m:box><m:unknown>{sign('w')}</m:unknown>", "vw"),
        ("<m:r><m:rPr><m:nor/></m:rPr><m:t>if x</m:t></m:r>", "\\text{if x}"),
    ],
)
def test_an_equation_is_written_as_latex_in_its_sentence(inner: str, shown: str) -> None:
    text = read_body(paragraph(run("So "), math(inner), run(" holds.")))
    assert text == f"So ${shown}$ holds."


def test_one_integral_leaves_the_other_equations_alone() -> None:
    body = paragraph(math(NARY.format("∫", "")), run(" and "), math(FRACTION))
    assert read_body(body) == "$\\int_{0}^{n} x$ and $\\frac{a}{b}$"


def test_ruby_keeps_the_characters_and_their_reading() -> None:
    inner = f"<w:rt>{run('とうきょう')}</w:rt><w:rubyBase>{run('東京')}</w:rubyBase>"
    assert (
        read_body(paragraph(f"<w:r><w:ruby>{inner}</w:ruby></w:r>", run("へ")))
        == "東京(とうきょう)へ"
    )


def test_content_controls_are_read_wherever_they_stand() -> None:
    def control(inner: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    cell = f"<w:tc>{paragraph(run('cell'))}</w:tc>"
    row = f"<w:tr>{control(cell)}{cell}</w:tr>"
    body = (
        control(paragraph(run("Dear "), control(run("Ann")), run(",")))
        + f"<w:tbl>{control(row)}{row}</w:tbl>"
        + control(control(paragraph(run("☒ agreed"))))
    )
    assert read_body(body) == (
        "Dear Ann,\n\n| cell | cell |\n| --- | --- |\n| cell | cell |\n\n☒ agreed"
    )


def test_merged_cells_nested_tables_and_bars_stay_in_their_columns() -> None:
    def cell(inner: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"

    def text(words: str) -> str:
        return paragraph(run(words))

    inner = f"<w:tbl><w:tr>{cell(text('in 1'))}{cell(text('in 2'))}</w:tr></w:tbl>"
    rows = (
        cell(text("wide"), '<w:gridSpan w:val="2"/>') + cell(text("a|b")),
        cell(text("tall"), '<w:vMerge w:val="restart"/>')
        + cell(text("1") + text("2"))
        + cell(inner + paragraph()),
        cell(paragraph(), "<w:vMerge/>") + cell(text("3")) + cell(text("4")),
    )
    body = f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
    assert read_body(body).splitlines() == [
        "| wide |  | a\\|b |",
        "| --- | --- | --- |",
        "| tall | 1<br>2 | in 1 / in 2 |",
        "|  | 3 | 4 |",
    ]


LEVELS = (("decimal", "%1."), ("lowerLetter", "%1.%2)"), ("lowerRoman", "(%3)"))
NUMBERING = part(
    "w:numbering",
    '<w:abstractNum w:abstractNumId="1">'
    + "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for n, (kind, text) in enumerate(LEVELS)
    )
    + '</w:abstractNum><w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt'
    ' w:val="bullet"/><w:lvlText w:val=""/></w:lvl></w:abstractNum><w:num w:numId="1">'
    '<w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride'
    ' w:val="7"/></w:lvlOverride></w:num>',
)


def test_numbered_paragraphs_have_the_numbers_that_word_shows() -> None:
    def item(text: str, level: int = 0, number: int = 1) -> str:
        properties = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
        return paragraph(run(text), properties=f"<w:numPr>{properties}</w:numPr>")

    body = "".join(
        (
            item("Scope"), item("part", 1), item("detail", 2), item("detail", 2), item("part", 1),
            item("Terms"), item("part", 1), item("dot", 0, 2), item("Seven", 0, 3),
            item("none", 0, 0),
        )
    )  # fmt: skip
    text = read_body(body, {"word/numbering.xml": NUMBERING}, {"numbering": "numbering.xml"})
    assert text.splitlines() == [
        "1. Scope", "  1.a) part", "    (i) detail", "    (ii) detail", "  1.b) part",
        "2. Terms", "  2.a) part", "- dot", "7. Seven", "", "none",
    ]  # fmt: skip


def drawing(inner: str, alt: str = "") -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{alt}"/><a:graphic>'
        f"<a:graphicData>{inner}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def picture(link: str) -> str:
    return f"<pic:pic><pic:blipFill><a:blip {link}/></pic:blipFill></pic:pic>"


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


CHART = part(
    "c:chartSpace",
    "<c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Sales</a:t></a:r></a:p></c:rich></c:tx>"
    "</c:title><c:plotArea><c:barChart><c:ser><c:tx><c:strRef><c:strCache><c:pt idx='0'><c:v>2024"
    "</c:v></c:pt></c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:strCache><c:pt idx='0'><c:v>"
    "Q1</c:v></c:pt><c:pt idx='1'><c:v>Q2</c:v></c:pt></c:strCache></c:strRef></c:cat><c:val>"
    "<c:numRef><c:numCache><c:pt idx='0'><c:v>5</c:v></c:pt><c:pt idx='1'><c:v>7.5</c:v></c:pt>"
    "</c:numCache></c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart>",
)
DIAGRAM = part(
    "dgm:dataModel",
    "<dgm:ptLst><dgm:pt modelId='0' type='doc'/>"
    + "".join(
        f"<dgm:pt modelId='{n}'><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>"
        for n, text in ((1, "Boss"), (2, "Ann"), (3, "Bob"))
    )
    + "<dgm:pt modelId='9' type='parTrans'/></dgm:ptLst><dgm:cxnLst>"
    "<dgm:cxn srcId='0' destId='1'/><dgm:cxn srcId='1' destId='3' srcOrd='1'/>"
    "<dgm:cxn srcId='1' destId='2' srcOrd='0'/><dgm:cxn srcId='2' destId='1'/></dgm:cxnLst>",
)


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


def test_notes_headers_and_footers_are_read_with_their_own_links() -> None:
    note = part(
        "w:footnotes",
        '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote><w:footnote w:id="5">'
        + paragraph(run("See the terms."))
        + "</w:footnote>",
    )
    end = part("w:endnotes", f'<w:endnote w:id="5">{paragraph(run("The end."))}</w:endnote>')
    footer = part(
        "w:ftr", paragraph(run("Page "), f'<w:fldSimple w:instr="PAGE">{run("1")}</w:fldSimple>')
    )
    body = paragraph(
        run("One"), '<w:r><w:endnoteReference w:id="5"/></w:r>',
        run(" two"), '<w:r><w:footnoteReference w:id="5"/></w:r>',
    )  # fmt: skip
    text = read_body(
        body,
        {"word/f.xml": note, "word/e.xml": end, "word/foot.xml": footer},
        {"footnotes": "f.xml", "endnotes": "e.xml", "footer": "foot.xml"},
    )
    assert text == ("One[^1] two[^2]\n\n[^1]: The end.\n\n[^2]: See the terms.\n\n[footer: Page 1]")


def test_raised_hidden_and_symbol_characters_keep_their_meaning() -> None:
    body = paragraph(
        run("10"), run("2", '<w:vertAlign w:val="superscript"/>'), run(" "),
        '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
        '<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>',
        run(" "), run("secret", "<w:vanish/>"), run(" "), run("שלום", "<w:rtl/>"),
        "<w:r><w:noBreakHyphen/></w:r>", run("x", '<w:b w:val="0"/>'),
    )  # fmt: skip
    assert read_body(body) == "10<sup>2</sup> ✓α [hidden: secret] שלום-x"


def test_the_strict_form_other_prefixes_and_other_case_are_the_same_document() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    document = (
        f'<d:document xmlns:d="{strict}"><d:body><d:p><d:r><d:t>strict</d:t></d:r></d:p></d:body>'
        "</d:document>"
    )
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/'
        'officeDocument" Target="/Word/Document.xml"/></Relationships>'
    )
    data = pack_zip(
        {"[content_types].xml": "<Types/>", "_rels/.RELS": links, "WORD\\document.XML": document}
    )
    assert join_pages(read_office("a.docx", data)) == "strict"
