"""A page of a PDF is drawn so large that its smallest print is read, and its pictures are seen."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image

from bot.files.readers.pdfs import draw_page, render_pages
from tests.support.files import build_pdf
from tests.support.pages import draw_text

WORDS = "and so on with many words more than a few of them in all"


def print_pdf(*sizes: int) -> bytes:
    """A page of A4 with a line of print in each of the sizes, which are points."""
    line = ") Tj ET BT /F1 {size} Tf 50 {top} Td (" + WORDS
    lines = [line.format(size=size, top=600 - 30 * n) for n, size in enumerate(sizes)]
    return build_pdf("".join(["Heading", *lines]))


@pytest.mark.parametrize(
    ("sizes", "side"),
    [
        ((11,), 1600),
        ((11, 9), 1600),
        ((11, 5), 2375),
        ((11, 11, 11, 11, 11, 11, 4), 2969),
        # Finer print than three points is hardly printed: 300 dpi show all that is there.
        ((11, 2), 3508),
    ],
)
def test_a_page_is_as_large_as_its_smallest_print_needs(sizes: tuple[int, ...], side: int) -> None:
    data = print_pdf(*sizes)
    assert draw_page("a.pdf", data, 1).height == pytest.approx(side, rel=0.12)
    (copy,) = render_pages("a.pdf", data, [1]).pictures
    assert copy.height == 1600 and copy.sight.full_height == pytest.approx(side, rel=0.12)


def test_print_that_is_turned_is_as_high_as_it_would_be_upright() -> None:
    turned = f"{WORDS}) Tj ET BT /F1 11 Tf 0 1 -1 0 300 100 Tm ({WORDS}"
    assert draw_page("a.pdf", build_pdf(turned), 1).height == 1600


def test_a_few_letters_that_are_smaller_than_all_others_do_not_count() -> None:
    marked = build_pdf(f"{WORDS}) Tj ET BT /F1 2 Tf 50 100 Td (TM")
    assert draw_page("a.pdf", marked, 1).height == 1600


@pytest.mark.parametrize(("width", "dots"), [(300, 300), (600, 240), (150, 144)])
def test_a_picture_on_a_page_is_seen_with_its_own_pixels(width: int, dots: int) -> None:
    pdf, out, file = pypdfium2.PdfDocument.new(), io.BytesIO(), io.BytesIO()
    page = pdf.new_page(600, 800)
    draw_text((2000, 1600), 20).picture.save(file, "JPEG")
    picture = pypdfium2.PdfImage.new(pdf)
    picture.load_jpeg(file)
    picture.set_matrix(pypdfium2.PdfMatrix().scale(width, 0.8 * width).translate(0, 100))
    page.insert_obj(picture)
    page.gen_content()
    pdf.save(out)
    drawn: Image.Image = draw_page("a.pdf", out.getvalue(), 1)
    assert drawn.height == pytest.approx(800 * dots / 72, rel=0.01)
