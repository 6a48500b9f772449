"""Which pictures within earlier files, and frames, a message is about."""

from __future__ import annotations

import pytest

from bot.domain.files import Image, ParsedFile
from bot.domain.pictures.closeup import PictureChoice
from bot.files.detail.inner_pictures import select_frame, select_inner_pictures


def build_image(name: str, part: str = "") -> Image:
    return Image(name, "image/png", b"", "", 9, 9, part)


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
        (PictureChoice("cat.png or emu.png?", 2, is_wanted=True, newest_id="F1"),
         ["Cat.png", "emu.png"]),
        (PictureChoice("top right", is_wanted=True, newest_id="F1"),
         ["Cat.png", "dog.png", "emu.png"]),
        (PictureChoice("top right", is_wanted=True, newest_id="F2"), []),
        (PictureChoice("the second one", 2, is_wanted=True, newest_id="F1"), ["dog.png"]),
        (PictureChoice("the last one", -1, is_wanted=True, newest_id="F1"), ["emu.png"]),
        (PictureChoice("picture 9", 9, is_wanted=True, newest_id="F1"),
         ["Cat.png", "dog.png", "emu.png"]),
    ],
)  # fmt: skip
def test_pictures_in_an_archive_are_called_by_name_or_number(
    choice: PictureChoice, seen: list[str]
) -> None:
    found = select_inner_pictures("F1", ALBUM, choice)
    assert [one.name.removeprefix("a.zip: ") for one in found] == seen


def test_pictures_in_a_document_are_called_by_the_number_that_they_have_there() -> None:
    choice = PictureChoice("picture 2 of d.pptx", 2, is_wanted=True, newest_id="F1")
    (found,) = select_inner_pictures("F1", DECK, choice)
    assert found is DECK.pictures[1]
    # The document's own name names no picture in it.
    assert not select_inner_pictures("F1", DECK, PictureChoice("what is in d.pptx?"))


def test_a_frame_is_called_by_its_number_in_the_animation() -> None:
    frames = tuple(build_image("a.gif", f"frame {number} of 40, at 1.0 s") for number in (1, 9, 40))
    assert select_frame(frames, 9) == frames[1:2]
    assert select_frame(frames, 2) == () == select_frame(frames, 0)
