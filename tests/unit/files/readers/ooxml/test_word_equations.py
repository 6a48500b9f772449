"""Equations of a Word document are written as LaTeX where they stand."""

from __future__ import annotations

import pytest

from tests.support.word_parts import paragraph, read_body, run


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
