"""What a page of a PDF holds besides its text: form fields, comments, columns, pictures."""

from __future__ import annotations

import pytest

from bot.files.readers.dispatch import read_file
from tests.corpus.pdf_writer import build_document, build_pdf, build_stream, draw_text
from tests.support.office import join_pages

_WIDGET = "/Type/Annot/Subtype/Widget/P 10000 0 R/Rect[40 40 200 60]"
_LONG = "A page with enough words of its own that it is no scan of anything"


def read_page(*annotations: str, content: bytes = b"") -> str:
    """Return the text of a page that holds these annotations, of which widgets are form fields."""
    numbers = range(20, 20 + len(annotations))
    kids = " ".join(f"{number} 0 R" for number in numbers)
    document = build_document(
        [content or draw_text(_LONG)],
        page=f"/Annots[{kids}]",
        catalog=f"/AcroForm<</Fields[{kids}]/DR<</Font<</F1 3 0 R>>>>>>",
        more={n: f"<<{a}>>".encode("cp1252") for n, a in zip(numbers, annotations, strict=True)},
    )
    return join_pages(read_file("form.pdf", build_pdf(document)))


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("/FT/Tx/T(city)/V(Paris)", "- city: Paris"),
        ("/FT/Tx/T(f1)/TU(Your city)/V(Paris)", "- Your city: Paris"),
        ("/FT/Tx/T(city)", "- city: (empty)"),
        ("/FT/Tx/T(city)/V<FEFF00D600E9>", "- city: Öé"),
        ("/FT/Tx/Ff 8192/T(pin)/V(4711)", "- pin: a password, not shown"),
        ("/FT/Btn/T(agree)/V/Yes/AS/Yes/AP<</N<</Yes 3 0 R/Off 3 0 R>>>>", "- [x] agree"),
        ("/FT/Btn/T(agree)/V/Off/AS/Off/AP<</N<</Yes 3 0 R/Off 3 0 R>>>>", "- [ ] agree"),
        ("/FT/Ch/Ff 131072/T(size)/Opt[(S)(M)]/V(M)", "- size: M"),
        ("/FT/Ch/Ff 131072/T(land)/Opt[[(de)(Germany)][(fr)(France)]]/V(fr)", "- land: France"),
        ("/FT/Ch/Ff 393216/T(own)/Opt[(S)(M)]/V(XXL)", "- own: XXL"),
        ("/FT/Ch/Ff 2097152/T(tongues)/Opt[(en)(de)(th)]/V[(en)(th)]", "- tongues: en; th"),
        ("/FT/Ch/T(none)/Opt[(en)(de)]", "- none: (empty)"),
        ("/FT/Sig/T(sign)", "- sign: a signature"),
    ],
)
def test_a_form_is_read_with_what_was_filled_in(field: str, line: str) -> None:
    text = read_page(f"{_WIDGET}{field}")
    assert "Form fields:" in text and line in text.splitlines()
    assert "4711" not in text


def test_a_button_that_only_does_something_is_no_field() -> None:
    assert "Form fields" not in read_page(f"{_WIDGET}/FT/Btn/Ff 65536/T(send)")


@pytest.mark.parametrize(
    ("annotation", "line"),
    [
        ("/Subtype/Text/T(Ada)/Contents(wrong sum)", "- Ada: wrong sum"),
        ("/Subtype/Highlight/Contents(why?)", "- Comment (highlight): why?"),
        ("/Subtype/StrikeOut/T(Bo)/Contents(drop\\rthis)", "- Bo (struck out): drop this"),
        ("/Subtype/FreeText/Contents(typed on it)", "- Comment: typed on it"),
        ("/Subtype/FileAttachment/T(Ada)", "- Ada (file): a file, not opened"),
    ],
)
def test_a_comment_is_read_with_its_author(annotation: str, line: str) -> None:
    text = read_page(f"/Type/Annot{annotation}/Rect[40 40 60 60]")
    assert "Comments:" in text and line in text.splitlines()


def test_marks_without_words_and_links_are_no_comments() -> None:
    rect = "/Type/Annot/Rect[40 40 60 60]"
    text = read_page(
        f"{rect}/Subtype/Highlight",
        f"{rect}/Subtype/Link/A<</S/URI/URI(https://x.example)>>/Contents(a)",
        f"{rect}/Subtype/Popup/Contents(b)",
    )
    assert "Comments" not in text


def test_numbers_of_two_columns_are_not_one_number() -> None:
    # Helvetica's digits are 0.556 of the size wide: the second column begins 0.15 behind the first.
    apart = 40 + 3 * 0.556 * 20 + 0.15 * 20
    columns = f" BT /F1 20 Tf 40 500 Td (123) Tj ET BT /F1 20 Tf {apart:.2f} 500 Td (456) Tj ET"
    text = read_page(content=draw_text(_LONG) + columns.encode())
    assert "123 456" in text
    joined = f" BT /F1 20 Tf 40 500 Td (123) Tj ET BT /F1 20 Tf {apart - 3:.2f} 500 Td (456) Tj ET"
    assert "123456" in read_page(content=draw_text(_LONG) + joined.encode())


def test_a_picture_on_a_page_stands_where_it_is_drawn() -> None:
    pixels = bytes(range(256)) * 3 * 16
    size = "/Type/XObject/Subtype/Image/Width 64/Height 64/ColorSpace/DeviceRGB/BitsPerComponent 8"
    content = draw_text(_LONG) + b" q 300 0 0 300 100 300 cm /I Do Q"
    document = build_document([content], more={5: build_stream(pixels, size)})
    parsed_file = read_file("a.pdf", build_pdf(document))
    assert len(parsed_file.pictures) == 1 and "picture" in join_pages(parsed_file)


def test_files_that_hang_on_a_pdf_are_counted() -> None:
    names = "".join(f"({name}) {number} 0 R" for name, number in (("a.xml", 50), ("b.xml", 52)))
    held = dict.fromkeys((50, 52), b"<</Type/Filespec/F(a.xml)/EF<</F 51 0 R>>>>")
    document = build_document(
        [draw_text(_LONG)],
        catalog=f"/Names<</EmbeddedFiles<</Names[{names}]>>>>",
        more={**held, 51: build_stream(b"<invoice/>", "/Type/EmbeddedFile")},
    )
    assert read_file("invoice.pdf", build_pdf(document)).left_out == "2 embedded files"
