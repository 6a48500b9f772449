"""Page numbers are found in messages; a PDF is sent the way that suits its pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.files import ParsedFile
from bot.domain.pages import format_ranges, parse_page_numbers, select_existing_pages
from bot.files.pdf_plan import PdfMode, PdfPlan, plan_pdf
from tests.support.processor_time import hold_to


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("summarise pages 3-7", (3, 4, 5, 6, 7)),
        ("pages 3–5 and 9 please", (3, 4, 5, 9)),
        ("what does page 12 say?", (12,)),
        ("pages 1, 2 and 4", (1, 2, 4)),
        ("Seiten 2 bis 4", (2, 3, 4)),
        ("slides 5 to 6", (5, 6)),
        ("pp. 8-9", (8, 9)),
        ("Create a landing page 2 columns wide", ()),
        ("a web page 404 error", ()),
        ("page 22 columns", ()),
        ("sheet 2", ()),
        ("Grüße s. 3", ()),
        ("the last page", (-1,)),
        ("page 0", ()),
        ("draw 3 foxes on a page", ()),
        ("pages 9-3", ()),
        ("my homepage 3", ()),
    ],
)
def test_pages_are_named_as_people_name_them(text: str, numbers: tuple[int, ...]) -> None:
    assert parse_page_numbers(text) == numbers


@given(st.text(alphabet="pages 0123456789-,and", max_size=300))
def test_no_message_names_more_pages_than_can_be_read(text: str) -> None:
    assert len(parse_page_numbers(text)) <= 500


def test_only_existing_pages_count_and_the_last_one_gets_its_number() -> None:
    assert select_existing_pages((3, 99, -1, 3), 10) == (3, 10)
    assert format_ranges((3, 4, 5, 9)) == "3-5, 9" and format_ranges(()) == ""


def build_pdf(count: int, *, scanned: bool = False) -> ParsedFile:
    return ParsedFile("a.pdf", "PDF", (), ("text",) * count, count, is_scanned=scanned)


@pytest.mark.parametrize(
    ("parsed_file", "page_numbers", "reads_files", "mode"),
    [
        (build_pdf(3), (), True, PdfMode.WHOLE),
        (build_pdf(30), (), True, PdfMode.TEXT),
        (build_pdf(30, scanned=True), (), True, PdfMode.WHOLE),
        (build_pdf(40, scanned=True), (), True, PdfMode.PICTURES),
        (build_pdf(3), (), False, PdfMode.TEXT),
        (build_pdf(3, scanned=True), (), False, PdfMode.PICTURES),
        (build_pdf(90), (3, 4), True, PdfMode.PART),
        (build_pdf(90), tuple(range(1, 40)), True, PdfMode.TEXT),
        (build_pdf(90), (3, 4), False, PdfMode.TEXT),
        (build_pdf(90, scanned=True), (3, 4), False, PdfMode.PICTURES),
    ],
)
def test_a_pdf_is_sent_the_way_that_suits_its_pages_and_the_model(
    parsed_file: ParsedFile, page_numbers: tuple[int, ...], reads_files: bool, mode: PdfMode
) -> None:
    plan = plan_pdf(parsed_file, 1_000, page_numbers, reads_files=reads_files, sees=True)
    first_ten = tuple(range(1, min(10, parsed_file.count) + 1))
    pictured = first_ten if mode is PdfMode.PICTURES else ()
    assert plan == PdfPlan(mode, page_numbers or pictured)


def test_a_heavy_pdf_is_sent_as_text() -> None:
    plan = plan_pdf(build_pdf(3), 11 * 1024 * 1024, (), reads_files=True, sees=True)
    assert plan.mode is PdfMode.TEXT


@pytest.mark.parametrize(
    ("text", "pages"),
    [("1, 2と5ページを", (1, 2, 5)), ("3, 4 つの 7ページ目", (7,)), ("1ページ、2ページ目", (1, 2))],
)
def test_a_list_is_read_with_the_word_that_ends_it(text: str, pages: tuple[int, ...]) -> None:
    assert parse_page_numbers(text) == pages


@pytest.mark.parametrize("piece", ["1,", "1-2,3-4,", "1、", "12と", "3ページ,", "pages 1, "])
def test_a_list_of_numbers_is_passed_over_once(piece: str) -> None:
    with hold_to(0.05):
        parse_page_numbers(piece * 1_000)
