"""Page numbers are found in messages; a PDF is sent the way that suits its pages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.files import Image, ParsedFile
from bot.domain.pages import (
    find_place,
    format_ranges,
    list_pages,
    parse_page_numbers,
    select_existing_pages,
)
from bot.files.pages.pdf_plan import PdfMode, PdfPlan, plan_pdf
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


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("what does row 40 say on the second page?", (2,)),
        ("the 3rd page and the first page", (3, 1)),
        ("was steht auf der dritten Seite oben rechts?", (3,)),
        ("lies die 2. Seite", (2,)),
        ("la deuxième page", (2,)),
        ("la 4e page", (4,)),
        ("la primera página", (1,)),
        ("la 2ª página", (2,)),
        ("2ページ目の40行目は？", (2,)),
        ("三ページ目を読んで", (3,)),
        ("最初のページ", (1,)),
        ("the first two pages", (1, 2)),
        ("die ersten drei Seiten", (1, 2, 3)),
        ("les deux premières pages", (1, 2)),
        ("las primeras 3 páginas", (1, 2, 3)),
        ("a second page-turner", ()),
        ("the first page of google", ()),
        ("the second picture on it", ()),
        ("it has 2.5 pages", ()),
        ("Wait a second, page it", ()),
    ],
)
def test_pages_are_named_by_their_order(text: str, pages: tuple[int, ...]) -> None:
    assert parse_page_numbers(text) == pages


def test_pages_of_pictures_are_those_of_one_file() -> None:
    page = Image("a.tif", "image/png", b"", "", 9, 9, "page 3 of 5")
    first, other = replace(page, part="page 1 of 5, overview"), replace(page, name="b.tif")
    assert list_pages([page, first, page]) == [1, 3]
    assert list_pages([page, other]) == [] == list_pages([page, replace(page, part="")])
    assert find_place(replace(page, part="frame 12 of 40, at 1.2 s")) == ("frame", 12)
    assert find_place(replace(page, part="")) == ("", 0)
