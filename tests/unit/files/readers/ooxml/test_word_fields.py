"""Fields of Word: what each shows is part of its sentence."""

from __future__ import annotations

import pytest

from bot.files.readers.office import read_office
from tests.support.office import build_docx, build_relationship, join_pages
from tests.support.word_parts import field, paragraph, read_body, run

CHECKED = '<w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData>'
UNCHECKED = '<w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData>'
CHOSEN = (
    '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="red"/><w:listEntry w:val="blue"/>'
    "</w:ddList></w:ffData>"
)
TYPED = '<w:ffData><w:textInput><w:default w:val="your name"/></w:textInput></w:ffData>'

NESTED = f" IF </w:instrText></w:r>{field(' MERGEFIELD A ', run('9'))}"
BROKEN = field("REF x").rpartition("<w:r>")[0]


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        (f'<w:fldSimple w:instr=" REF fee ">{run("1,200 EUR")}</w:fldSimple>', "1,200 EUR"),
        ('<w:fldSimple w:instr=" MERGEFIELD Fee "/>', "«Fee»"),
        (field(" REF fee \\h ", run("1,200 EUR")), "1,200 EUR"),
        (field(" MERGEFIELD  &quot;Fee net&quot; \\* MERGEFORMAT "), "«Fee net»"),
        (field(" = 2 * 600 ", run("1,200")), "1,200"),
        (field(" = 2 * 600 "), "[= 2 * 600]"),
        (field(" IF ", run("x")).replace(" IF </w:instrText></w:r>", NESTED), "x"),
        (field(" IF 1 = 1 ", run("a ") + field(" REF b ", run("b")) + run(" c")), "a b c"),
        (field(" DATE ", run("1 May")), "1 May"),
        (field(" QUOTE &quot;so much&quot; "), "so much"),
        (field(" MACROBUTTON AcceptAll [Click here] "), "[Click here]"),
        (field(" SYMBOL 8364 "), "€"),
        (field(" XE &quot;fee&quot; "), ""),
        (field(" HYPERLINK &quot;https://example.org/fee&quot; ", run("fee")), "[fee](https://example.org/fee)"),
        (field(" HYPERLINK \\l &quot;_Toc1&quot; ", run("fee")), "fee"),
        (f'<w:fldSimple w:instr=\' HYPERLINK "https://example.org" \'>{run("fee")}</w:fldSimple>', "[fee](https://example.org)"),
        (field(" FORMCHECKBOX ", None, CHECKED), "[x]"),
        (field(" FORMCHECKBOX ", run(""), UNCHECKED), "[ ]"),
        (field(" FORMDROPDOWN ", None, CHOSEN), "blue"),
        (field(" FORMTEXT ", None, TYPED), "your name"),
        (field(" FORMTEXT ", run("Ann"), TYPED), "Ann"),
        (BROKEN, "[reference to x]"),
        (f'<w:r><w:fldChar w:fldCharType="end"/></w:r>{run("1")}', "1"),
    ],
)  # fmt: skip
def test_a_field_is_part_of_its_sentence(inner: str, shown: str) -> None:
    if "begin" in inner and '"end"' not in inner:
        assert read_body(paragraph(run("The fee is "), inner)).strip() == f"The fee is {shown}"
        return
    text = read_body(paragraph(run("The fee is "), inner, run(" per month.")))
    assert text == f"The fee is {shown} per month."


def test_a_table_of_contents_keeps_its_lines_across_paragraphs() -> None:
    line = '<w:hyperlink w:anchor="_Toc1">{}</w:hyperlink>'
    first = field(' TOC \\o "1-3" ', run("1")).partition('<w:r><w:fldChar w:fldCharType="end"')[0]
    page = field(" PAGEREF _Toc1 ", run("7"))
    body = (
        paragraph(first, line.format(run(" Scope\t") + page))
        + paragraph(line.format(run("2 Terms")))
        + paragraph('<w:r><w:fldChar w:fldCharType="end"/></w:r>', run("After"))
    )
    assert read_body(body) == "1 Scope\t7\n\n2 Terms\n\nAfter"


def test_a_link_over_several_runs_is_one_link() -> None:
    inner = run("our ", "<w:b/>") + run("terms", "<w:b/>")
    body = paragraph(run("See "), f'<w:hyperlink r:id="r1">{inner}</w:hyperlink>', run("."))

    link = build_relationship(1, "hyperlink", "https://example.org/a b", ' TargetMode="External"')
    text = join_pages(read_office("a.docx", build_docx(body, links=link)))
    assert text == "See [**our terms**](https://example.org/a%20b)."
