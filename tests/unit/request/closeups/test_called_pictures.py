"""Which pages, and which pictures of a file, a question means by their numbers."""

from __future__ import annotations

import re

import pytest

from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.files import FileRef, Image
from bot.domain.messages import render
from bot.domain.pictures.in_files import name_pages, name_picture
from bot.domain.pictures.sight import Origin, PictureContent, Sight
from bot.files.detail.labels import list_scaled_messages
from bot.files.detail.named import list_named
from bot.i18n.catalog import list_languages
from bot.request.closeups.selection import (
    build_picture_choice,
    find_pages,
    select_scan,
)
from bot.request.parse import parse_request

TOP_RIGHT = (0.5, 0.0, 1.0, 0.5)


def build_thread(*turns: str, files: tuple[FileRef, ...]) -> ThreadHistory:
    said = [Turn(Speaker.PERSON, "2", text) for text in turns]
    return ThreadHistory((Turn(Speaker.PERSON, "1", "look", files=files), *said), files=files)


SCAN = FileRef("F1", "scan.tiff", "image/tiff", copy_sha256="1")
PLAN = FileRef("F2", "plan.pdf", "application/pdf", copy_sha256="2")


@pytest.mark.parametrize(
    ("turns", "text", "pages"),
    [
        ([], "and page 20?", (20,)),
        (["and page 20?"], "what does it say at the bottom?", (20,)),
        (["page 4", "and page 20?", "is it signed?"], "zoom into the top right", (20,)),
        (["and page 20?"], "thanks", ()),
        ([], "zoom into the top right", ()),
    ],
)
def test_a_question_goes_on_with_the_page_that_was_named_last(
    turns: list[str], text: str, pages: tuple[int, ...]
) -> None:
    assert find_pages(parse_request(text), build_thread(*turns, files=(SCAN,))) == pages


@pytest.mark.parametrize(
    ("files", "text", "is_meant"),
    [
        ((SCAN,), "and page 2?", True),
        ((PLAN, SCAN), "and page 2?", True),
        ((SCAN, PLAN), "and page 2?", False),
        ((PLAN,), "and page 2?", False),
        ((SCAN,), "what is the scan about?", True),
        ((SCAN,), "summarise it", True),
        ((SCAN, FileRef("F3", "notes.txt")), "summarise it", False),
        ((SCAN,), "thanks", False),
        ((), "and page 2?", False),
    ],
)
def test_a_tiff_is_read_where_its_pages_are_meant(
    files: tuple[FileRef, ...], text: str, *, is_meant: bool
) -> None:
    request, history = parse_request(text), build_thread(files=files)
    found = select_scan(request, find_pages(request, history), history)
    assert [ref.id for ref in found] == ["F1"] * is_meant


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("zoom into the top right of picture 2 of deck.pptx", 2),
        ("zoom oben rechts in Bild 3 in deck.pptx", 3),
        ("l’image 4 dans deck.pptx", 4),
        ("la imagen 5 de deck.pptx", 5),
        ("deck.pptxの画像6", 6),
        ("cast.gifの7フレーム目", 7),
        ("frame 8 of cast.gif", 8),
        ("what is in the second picture?", 2),
        ("the last picture", -1),
        ("a picture in 4k", 0),
        ("which page?", 0),
    ],
)
def test_a_picture_within_a_file_is_called_by_its_number(text: str, number: int) -> None:
    choice = build_picture_choice(parse_request(text), (), build_thread(files=(SCAN, PLAN)))
    assert (choice.number, choice.newest_id) == (number, "F2")


def build_picture(name: str, part: str, origin: Origin) -> Image:
    sight = Sight(3000, 3000, PictureContent.TEXT)
    return Image(name, "image/png", b"", "", 900, 900, part, "F1", sight, origin)


PAGED = [build_picture("my_scan.tiff", f"page {n} of 12", Origin("", n)) for n in range(1, 13)]
FRAMES = [build_picture("cast.gif", f"frame {n} of 40", Origin("", n)) for n in (1, 9, 17)]
IN_DECK = [build_picture("deck.pptx", f"picture {n}", Origin(f"{n:064}")) for n in (1, 2, 3)]
IN_MAIL = [
    build_picture("re.eml: image001.png", f"picture {n}", Origin(f"{n:064}")) for n in (1, 2)
] + [build_picture("re.eml: d.odt", f"picture {n}", Origin(f"{n:064}")) for n in (7, 8)]
IN_ALBUM = [
    build_picture("a_1.zip: b 2.png", "", Origin("0" * 64)),
    build_picture("a_1.zip: c.tif", "page 1 of 2", Origin("1" * 64, 1)),
    build_picture("a_1.zip: c.tif", "page 2 of 2", Origin("1" * 64, 2)),
]


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize(
    ("file_name", "pictures"),
    [
        ("my_scan.tiff", PAGED),
        ("cast.gif", FRAMES),
        ("deck.pptx", IN_DECK),
        ("re.eml", IN_MAIL),
        ("a_1.zip", IN_ALBUM),
    ],
    ids=["pages", "frames", "deck", "mail", "album"],
)
def test_what_people_are_told_to_say_means_that_picture_in_each_language(
    file_name: str, pictures: list[Image], language: str
) -> None:
    for picture in pictures:
        told = (name_picture(picture, file_name), [picture])
        (sentence,) = list_scaled_messages([told, told])
        said = re.split("[“„«「”“»」]", render(sentence, language))[1]
        request = parse_request(said)
        choice = build_picture_choice(request, request.pages, build_thread(files=(SCAN,)))
        assert request.is_zoom and request.closeup.shares == TOP_RIGHT, said
        assert list_named(pictures, {"F1": file_name}, choice) == [picture], said


@pytest.mark.parametrize("language", list_languages())
def test_pages_that_are_left_out_can_be_asked_for_as_they_are_named(language: str) -> None:
    for file_name, pages in (("my_scan.tiff", PAGED[3:7]), ("a_1.zip", IN_ALBUM[1:])):
        request = parse_request(render(name_pages(pages, file_name), language))
        choice = build_picture_choice(request, request.pages, build_thread(files=(SCAN,)))
        pictures = PAGED if pages[0] in PAGED else IN_ALBUM
        assert list_named(pictures, {"F1": file_name}, choice) == pages
