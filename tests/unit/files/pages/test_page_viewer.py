"""Which pages of a file are looked at closely, and what people are told of the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.files import ParsedFile
from bot.domain.pictures.closeup import PageLook
from bot.files.pages.page_viewer import choose_pages
from tests.support.cut_pictures import COPY

REPORT = ParsedFile("report.pdf", "PDF", pages=("a",) * 9, count=9)
ZOOM = PageLook(frozenset({"F1"}), is_sure=True, is_zoom=True)
LOOK = replace(ZOOM, is_zoom=False)


@pytest.mark.parametrize(
    ("named", "look", "numbers", "told"),
    [
        ((3,), LOOK, (3,), ""),
        ((-1,), LOOK, (9,), ""),
        ((2, 3, 4, 5, 6, 7), LOOK, (2, 3, 4, 5), "these were 2-5: ask for others by their numbers"),
        ((), ZOOM, (), "has 9 pages. Name one"),
        ((), LOOK, (), ""),
        ((), replace(ZOOM, is_sure=False), (), ""),
        ((12,), ZOOM, (), ""),
    ],
)
def test_the_named_pages_are_looked_at_and_few_at_a_time(
    named: tuple[int, ...], look: PageLook, numbers: tuple[int, ...], told: str
) -> None:
    choice = choose_pages(REPORT, named, look)
    assert choice.numbers == numbers
    assert told in "".join(choice.notes) and bool(choice.notes) is bool(told)


def test_the_only_page_needs_no_number() -> None:
    single = replace(REPORT, pages=("a",), count=1)
    assert choose_pages(single, (), LOOK).numbers == (1,)
    assert not choose_pages(single, (), replace(LOOK, is_sure=False)).numbers


@pytest.mark.parametrize(
    ("named", "look", "has_picture", "is_told"),
    [
        ((3,), ZOOM, True, True),
        ((3,), LOOK, False, False),
        ((), ZOOM, False, True),
        # Then its pictures are looked into.
        ((), ZOOM, True, False),
    ],
)
def test_that_slides_cannot_be_drawn_is_said_to_who_wants_to_see_one(
    named: tuple[int, ...], look: PageLook, *, has_picture: bool, is_told: bool
) -> None:
    pictures = (COPY,) if has_picture else ()
    deck = ParsedFile("deck.pptx", "PowerPoint presentation", pictures, ("a",) * 4, 4)
    choice = choose_pages(deck, named, look)
    assert not choice.numbers and bool(choice.notes) is is_told


@pytest.mark.parametrize(
    "parsed_file", [replace(REPORT, is_scanned=True), replace(REPORT, kind="Excel workbook")]
)
def test_other_files_are_left_to_others(parsed_file: ParsedFile) -> None:
    choice = choose_pages(parsed_file, (3,), ZOOM)
    assert not choice.numbers and not choice.notes
