"""What a Word document holds besides plain paragraphs: nothing of it is lost."""

from __future__ import annotations

from bot.files.readers.office import read_office
from tests.support.office import join_pages, pack_zip
from tests.support.word_parts import paragraph, part, read_body, run


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
