"""Pages that a message names, and how those of a PDF are sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.files import Reading
from bot.domain.pages import in_words, pages_named, there
from bot.files.pdf_plan import PdfPlan, Way, plan_pdf


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
    assert pages_named(text) == numbers


@given(st.text(alphabet="pages 0123456789-,and", max_size=300))
def test_no_message_names_more_pages_than_can_be_read(text: str) -> None:
    assert len(pages_named(text)) <= 500


def test_only_pages_that_are_there_count_and_the_last_is_known() -> None:
    assert there((3, 99, -1, 3), 10) == (3, 10)
    assert in_words((3, 4, 5, 9)) == "3-5, 9" and in_words(()) == ""


def pdf(count: int, *, scanned: bool = False) -> Reading:
    return Reading("a.pdf", "PDF", (), ("text",) * count, count, scanned=scanned)


@pytest.mark.parametrize(
    ("reading", "named", "reads_files", "way"),
    [
        (pdf(3), (), True, Way.WHOLE),
        (pdf(30), (), True, Way.TEXT),
        (pdf(30, scanned=True), (), True, Way.WHOLE),
        (pdf(40, scanned=True), (), True, Way.PICTURES),
        (pdf(3), (), False, Way.TEXT),
        (pdf(3, scanned=True), (), False, Way.PICTURES),
        (pdf(90), (3, 4), True, Way.PART),
        (pdf(90), tuple(range(1, 40)), True, Way.TEXT),
        (pdf(90), (3, 4), False, Way.TEXT),
        (pdf(90, scanned=True), (3, 4), False, Way.PICTURES),
    ],
)
def test_a_pdf_goes_as_suits_it_and_who_reads_it(
    reading: Reading, named: tuple[int, ...], reads_files: bool, way: Way
) -> None:
    plan = plan_pdf(reading, 1_000, named, reads_files=reads_files, sees=True)
    looked_at = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)[: reading.count] if way is Way.PICTURES else ()
    assert plan == PdfPlan(way, named or looked_at)


def test_a_heavy_pdf_goes_as_its_text() -> None:
    plan = plan_pdf(pdf(3), 11 * 1024 * 1024, (), reads_files=True, sees=True)
    assert plan.way is Way.TEXT
