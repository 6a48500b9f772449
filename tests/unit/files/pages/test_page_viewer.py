"""Which pages of a file are looked at closely, and what people are told of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.files import FileRef, ParsedFile
from bot.domain.pictures.closeup import PageLook, PictureChoice
from bot.files.pages.page_viewer import PageViewer, choose_pages
from bot.files.prepared_file import PreparedFile, ReadOptions
from bot.files.sandbox.pool import NOBODY
from tests.support.cut_pictures import COPY, FakeFiles

REPORT = ParsedFile("report.pdf", "PDF", pages=("a",) * 9, count=9)
ZOOM = PageLook(frozenset({"F1"}), is_sure=True, is_zoom=True)
LOOK = replace(ZOOM, is_zoom=False)


@pytest.mark.parametrize(
    ("named", "look", "numbers", "told"),
    [
        ((3,), LOOK, (3,), ""),
        ((-1,), LOOK, (9,), ""),
        ((2, 3, 4, 5, 6, 7), LOOK, (), ""),
        ((2, 3, 4, 5), LOOK, (2, 3, 4, 5), ""),
        ((2, 3, 4, 5, 6, 7), ZOOM, (2, 3, 4, 5), "these were 2-5: ask for others by their numbers"),
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


async def test_that_a_file_which_is_gone_cannot_be_drawn_is_said() -> None:
    files = FakeFiles(is_gone=True)
    viewer = PageViewer(files, files)  # type: ignore[arg-type] # a fake
    read = PreparedFile("F1", REPORT)
    options = ReadOptions(page_numbers=(3,), look=ZOOM)
    shown = await viewer.add_views(read, FileRef("F1", "report.pdf"), None, options, NOBODY)
    assert not shown.pictures and "could not draw the pages of report.pdf" in shown.notes[0]
    blind = replace(options, sees=False)
    assert await viewer.add_views(read, FileRef("F1", "r.pdf"), None, blind, NOBODY) is read


@pytest.mark.parametrize(
    ("choice", "look", "sent"),
    [
        (PictureChoice("the table on page 2"), LOOK, ["page 2"]),
        (PictureChoice("the photos and page 2", is_called=True), LOOK, ["picture 12", "page 2"]),
        (PictureChoice("picture 1 and page 2", number=1, is_called=True), LOOK,
         ["picture 1", "picture 12", "page 2"]),
        # The one on the page.
        (PictureChoice("zoom into the photo on page 2", is_called=True), ZOOM, ["page 2"]),
    ],
)  # fmt: skip
async def test_pictures_that_are_meant_are_seen_next_to_a_page(
    choice: PictureChoice, look: PageLook, sent: list[str]
) -> None:
    class Drawing(FakeFiles):
        async def render_pages(
            self, name: str, _data: bytes, numbers: Sequence[int], **_owner: Any
        ) -> ParsedFile:
            pictures = tuple(replace(COPY, part=f"page {number}") for number in numbers)
            return ParsedFile(name, "PDF", pictures)

    pictures = tuple(replace(COPY, part=f"picture {number}") for number in (1, 12))
    pages = ("[picture 12: a map]", "[picture 1]", "no more")
    report = ParsedFile("report.pdf", "PDF", pictures, pages, 3)
    files = Drawing()
    viewer = PageViewer(files, files)  # type: ignore[arg-type] # a fake
    shown = await viewer.add_views(
        PreparedFile("F1", report, pictures),
        FileRef("F1", "report.pdf"),
        None,
        ReadOptions(page_numbers=(2,), pictures=choice, look=look),
        NOBODY,
    )
    assert [one.part for one in shown.pictures] == sent
