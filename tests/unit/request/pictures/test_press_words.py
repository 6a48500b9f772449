"""What is pressed under a picture reads as what a person would have typed, and is read as that."""

from __future__ import annotations

import pytest

from bot.domain.conversation import Thread
from bot.domain.files import FileRef
from bot.domain.options import RequestOptions
from bot.domain.pictures.operations import EditPicture
from bot.domain.pictures.presses import PictureAction, PictureWish
from bot.domain.stores.pictures import PictureOrigin
from bot.request.parse import parse_request
from bot.request.pictures.press_words import (
    can_repeat,
    choose_options,
    find_reference,
    list_sources,
    write_request,
)
from bot.request.recipes.recipe import quote

THREAD = Thread("T1", "C1", "1700000000.000100")
V1 = FileRef("F1", "cat-v1.png", "image/png", version=1)
PHOTO = FileRef("F2", "photo.png", "image/png")
TABLE = FileRef("F3", "table.csv", "text/csv")
V3 = FileRef("F4", "cat-v3.png", "image/png", version=3, made_from="v1, photo.png")
FILES = (V1, PHOTO, TABLE, V3)
LANGUAGES = ("en", "de", "fr", "es", "ja")


def build_origin(text: str = "draw a cat", *, own: tuple[FileRef, ...] = ()) -> PictureOrigin:
    return PictureOrigin(THREAD, V3, text, "1700000000.000200", own)


def write(
    wish: PictureWish, text: str = "draw a cat", ref: FileRef | None = None, language: str = "en"
) -> str:
    return write_request(build_origin(text), wish, ref, language)


def again(text: str) -> str:
    return write(PictureWish(PictureAction.AGAIN), text)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("draw a cat", "draw a cat --variations 1"),
        ("three variations of a cat --quality low", "three variations of a cat --quality low"
         " --variations 1"),
        ("a cat --variations 4 --size 4k", "a cat --size 3840x2160 --variations 1"),
        ("crop v1 to 16:9", "crop v1 to 16:9"),
        ("a cat --qualty low", "a cat --qualty low"),
    ],
)  # fmt: skip
def test_again_is_the_same_request_for_one_picture(text: str, asked: str) -> None:
    assert again(text) == asked
    assert parse_request(asked).options.variations in (1, None)


def test_again_keeps_what_a_menu_quoted_and_reads_its_flags_of_none_of_it() -> None:
    text = quote("Draw as a poster", "buy --variations 4\nnow", "--quality high")
    asked = again(text)
    assert asked.endswith("> buy --variations 4\n> now") or "--variations 4" in asked
    assert parse_request(asked).options.variations == 1
    assert parse_request(asked).options.quality == "high"


def test_of_a_long_request_the_flags_are_read_as_well() -> None:
    asked = again("draw a cat " + "with a hat " * 900)
    assert parse_request(asked).options.variations == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_variations_are_three_of_that_picture_as_it_was_made(language: str) -> None:
    vary = PictureWish(PictureAction.VARY)
    text = write(vary, "a cat --quality low --aspect 16:9 --effort high", language=language)
    request = parse_request(text)
    assert request.options == RequestOptions(quality="low", aspect="16:9", variations=3)
    assert request.pictures.versions == {3} and request.wants_edit and request.command is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_edit_is_of_that_picture_and_no_name_of_a_file_is_a_flag(language: str) -> None:
    evil = FileRef("F9", "x` --variations 4 `<!channel>.png", "image/png")
    options = RequestOptions(quality="high", background="transparent")
    wish = PictureWish(PictureAction.EDIT, "make it\nbluer", options)
    text = write(wish, ref=evil, language=language)
    request = parse_request(text)
    assert text.startswith("v3: make it\nbluer") and "<!channel>" not in text
    assert request.options == options and request.pictures.versions == {3}
    assert request.flag_error is None
    of_version = parse_request(write(wish, ref=V1, language=language))
    assert of_version.pictures.versions == {1, 3}


@pytest.mark.parametrize("words", ["help", "history", "settings", "undo", "stop", "--help", "-"])
def test_words_of_an_edit_are_no_command_of_their_own(words: str) -> None:
    text = write(PictureWish(PictureAction.EDIT, words))
    command = parse_request(text).command
    assert command is None or isinstance(command, EditPicture)


def test_a_conversion_is_one_of_those_that_need_no_model() -> None:
    wish = PictureWish(PictureAction.CONVERT, extension="webp", percent=50)
    assert write(wish) == "v3 --resize 50% --as webp"
    forged = PictureWish(PictureAction.CONVERT, extension="exe --variations 4", percent=10_000)
    for one in (wish, forged):
        command = parse_request(write(one)).command
        assert isinstance(command, EditPicture) and command.version == 3
    assert can_repeat("draw a cat") and not can_repeat("crop v1 to 16:9")


def test_what_a_picture_was_made_of_comes_along_again() -> None:
    again_wish = PictureWish(PictureAction.AGAIN)
    assert list_sources(build_origin(own=(TABLE,)), again_wish, FILES) == ("F1", "F2", "F3")
    vary = PictureWish(PictureAction.VARY)
    assert list_sources(build_origin(), vary, FILES) == ("F4",)
    edit = PictureWish(PictureAction.EDIT, reference_id="F2")
    assert list_sources(build_origin(), edit, FILES) == ("F2", "F4")


def test_a_reference_is_a_file_of_the_thread_that_is_there() -> None:
    gone = FileRef("F5", "gone.png", "image/png", mode="tombstone")
    for file_id, found in (("F2", PHOTO), ("F5", None), ("F999", None), ("", None)):
        wish = PictureWish(PictureAction.EDIT, reference_id=file_id)
        assert find_reference(wish, (*FILES, gone)) == found


def test_only_what_is_about_pictures_is_taken_over() -> None:
    options = choose_options("a cat --quality low --seed 7 --json --size a4 --variations 2")
    assert (options.quality, options.seed, options.variations) == ("low", None, None)
    assert str(options.size) == "2480x3508@300"
