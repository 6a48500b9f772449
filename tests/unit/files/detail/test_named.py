"""Which pictures a message names, and which within earlier files it is about."""

from __future__ import annotations

import pytest

from bot.domain.files import Image, ParsedFile
from bot.domain.pictures.closeup import PictureChoice
from bot.domain.pictures.sight import Origin
from bot.files.detail.named import list_named, select_frame, select_inner_pictures


def build_image(name: str, part: str = "", file_id: str = "F1", inner: str = "") -> Image:
    origin = Origin(inner and f"{hash(inner):064x}")
    return Image(name, "image/png", b"", "", 9, 9, part, file_id, origin=origin)


ALBUM = ParsedFile(
    "a.zip",
    "ZIP archive",
    tuple(build_image(f"a.zip: {name}") for name in ("Cat.png", "dog.png", "emu.png")),
)
DECK = ParsedFile(
    "d.pptx", "PowerPoint presentation",
    tuple(build_image("d.pptx", f"picture {number} (slide {number + 2})") for number in (1, 2)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "seen"),
    [
        (PictureChoice(), []),
        (PictureChoice("thanks", newest_id="F1"), []),
        (PictureChoice("zoom into cat.png"), ["Cat.png"]),
        (PictureChoice("cat.png or emu.png?", number=2, is_wanted=True, newest_id="F1"),
         ["Cat.png", "emu.png"]),
        (PictureChoice("top right", is_wanted=True, newest_id="F1"),
         ["Cat.png", "dog.png", "emu.png"]),
        (PictureChoice("top right", is_wanted=True, newest_id="F2"), []),
        (PictureChoice("the second one", number=2, is_wanted=True, newest_id="F1"), ["dog.png"]),
        (PictureChoice("the last one", number=-1, is_wanted=True, newest_id="F1"), ["emu.png"]),
        (PictureChoice("picture 9", number=9, is_wanted=True, newest_id="F1"),
         ["Cat.png", "dog.png", "emu.png"]),
    ],
)  # fmt: skip
def test_pictures_in_an_archive_are_called_by_name_or_number(
    choice: PictureChoice, seen: list[str]
) -> None:
    found = select_inner_pictures("F1", ALBUM, choice)
    assert [one.name.removeprefix("a.zip: ") for one in found] == seen


def test_pictures_in_a_document_are_called_by_the_number_that_they_have_there() -> None:
    choice = PictureChoice("picture 2 of d.pptx", number=2, is_wanted=True, newest_id="F1")
    (found,) = select_inner_pictures("F1", DECK, choice)
    assert found is DECK.pictures[1]
    # The document's own name names no picture in it.
    assert not select_inner_pictures("F1", DECK, PictureChoice("what is in d.pptx?"))


def test_a_frame_is_called_by_its_number_in_the_animation() -> None:
    frames = tuple(build_image("a.gif", f"frame {number} of 40, at 1.0 s") for number in (1, 9, 40))
    assert select_frame(frames, 9) == frames[1:2]
    assert select_frame(frames, 2) == () == select_frame(frames, 0)


def test_what_is_in_a_file_that_is_called_is_sent_again_wherever_it_stands_in_the_thread() -> None:
    choice = PictureChoice("top right of picture 2 of D.pptx", (), 2, True, "F9")
    assert select_inner_pictures("F1", DECK, choice) == DECK.pictures[1:]
    choice = PictureChoice("the last page of cat.tif in a.zip", (-1,), 0, True, "F9")
    pages = tuple(build_image("a.zip: cat.tif", f"page {number} of 4") for number in (1, 2, 3, 4))
    album = ParsedFile("a.zip", "ZIP archive", (*pages, *ALBUM.pictures), ("list",), 4)
    assert select_inner_pictures("F1", album, choice) == pages[3:]


def build_file(file_id: str, name: str, *parts: str) -> list[Image]:
    return [build_image(name, part, file_id) for part in parts]


PAGES = [f"page {number} of 3" for number in (1, 2, 3)]
ONE, TWO = build_file("F1", "one.tif", *PAGES), build_file("F2", "two.tif", *PAGES)
CAST = build_file("F3", "cast.gif", "frame 1 of 40, at 0.0 s", "frame 9 of 40, at 0.9 s")
PHOTO = build_image("me.jpg", "", "F4")
TRIP = [build_image(f"trip.zip: {name}", "", "F5", name) for name in ("me.jpg", "b.png")]
MAILS = [
    build_image(f"post.zip: {name}", "", "F7", name)
    for name in ("m.eml/b.png", "m.eml/x.png", "n.eml/b.png", "n.eml/scans.7z/y.png", "b.png")
]
OLD = [build_image(f"old.zip: {name}", "", "F6", name) for name in ("b.png", "c.png")]
NAMES = {
    "F1": "one.tif", "F2": "two.tif", "F3": "cast.gif", "F4": "me.jpg", "F5": "trip.zip",
    "F6": "old.zip", "F7": "post.zip",
}  # fmt: skip


@pytest.mark.parametrize(
    ("pictures", "choice", "named"),
    [
        ([*ONE, *TWO], PictureChoice("what is it?"), []),
        ([*ONE, *TWO], PictureChoice("what does TWO.tif say?"), TWO),
        ([*ONE, *TWO], PictureChoice("page 3 of two.tif", (3,)), TWO[2:]),
        ([*ONE, *TWO], PictureChoice("the last page", (-1,)), [ONE[2], TWO[2]]),
        ([*ONE, PHOTO], PictureChoice("compare page 2 with me.jpg", (2,)), [PHOTO]),
        ([*ONE, PHOTO], PictureChoice("page 1 of one.tif and me.jpg", (1,)), [ONE[0], PHOTO]),
        ([*CAST, PHOTO], PictureChoice("frame 9", (), 9), CAST[1:]),
        ([PHOTO, *TRIP], PictureChoice("b.png in trip.zip"), TRIP[1:]),
        ([*TRIP, *OLD], PictureChoice("b.png in old.zip"), OLD[:1]),
        ([*TRIP, *OLD], PictureChoice("b.png?"), [TRIP[1], OLD[0]]),
        ([*TRIP, *OLD], PictureChoice("c.png, and all of trip.zip"), [*TRIP, OLD[1]]),
        (MAILS, PictureChoice("what is in n.eml?"), MAILS[2:4]),
        (MAILS, PictureChoice("the last picture of m.eml in post.zip", (), -1), MAILS[1:2]),
        (MAILS, PictureChoice("compare b.png of n.eml with x.png"), MAILS[1:3]),
        (MAILS, PictureChoice("compare M.eml with scans.7z"), [*MAILS[:2], MAILS[3]]),
        (MAILS, PictureChoice("b.png"), [MAILS[0], MAILS[2], MAILS[4]]),
        ([*MAILS, *OLD], PictureChoice("b.png in post.zip"), [MAILS[0], MAILS[2], MAILS[4]]),
        ([*MAILS, *OLD], PictureChoice("zoom into n.eml/b.png in post.zip"), MAILS[2:3]),
        (TRIP, PictureChoice("the last picture", (), -1), TRIP[1:]),
        ([*TRIP, PHOTO], PictureChoice("the second picture", (), 2), []),
        ([*ONE], PictureChoice("page 7", (7,)), []),
    ],
)
def test_a_message_names_pictures_by_file_page_frame_and_number(
    pictures: list[Image], choice: PictureChoice, named: list[Image]
) -> None:
    assert list_named(pictures, NAMES, choice) == named
