"""Which of several areas is meant: Easel asks back, and a number, a place or a new copy answers."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from tests.support.easel import EaselEnvironment, run_easel
from tests.support.files import list_files, read_texts
from tests.support.marked_pictures import OPENAI, build_photo, is_open
from tests.support.pictures import encode_picture


async def test_where_several_areas_may_be_meant_it_asks_back_and_a_number_chooses(
    tmp_path: Path,
) -> None:
    photo = build_photo((60, 60, 200, 200), (380, 240, 560, 420))
    async with run_easel(tmp_path, **OPENAI) as easel:
        root = await easel.ask("make what I circled grey", files=[("IMG_7.png", photo)])
        assert not easel.list_model_requests()
        (preview,) = list_files(easel, root)
        assert preview.name == "areas-of-IMG_7.jpg"
        assert "I see 2 areas on IMG_7.png" in read_texts(easel, root)
        await easel.ask("only 2", thread_ts=root)
        tool = easel.get_last_request()["tools"][0]
        assert is_open(tool, (470, 330)) and not is_open(tool, (130, 130))
        assert is_open(tool, (381, 330)), "the stroke itself changes, too"
        assert "they wrote before: make what I circled grey]" in str(
            easel.get_last_request()["input"]
        )
        assert len(list_files(easel, root)) == 3
        await easel.ask("only 5: make it grey", thread_ts=root)


async def test_the_areas_are_chosen_by_place_or_by_a_new_copy(tmp_path: Path) -> None:
    circles = (60, 60, 200, 200), (380, 240, 560, 420)
    async with run_easel(tmp_path, **OPENAI) as easel:
        root = await easel.ask("make what I circled grey", files=[("a.png", build_photo(*circles))])
        await easel.ask("the right one, please", thread_ts=root)
        tool = easel.get_last_request()["tools"][0]
        assert is_open(tool, (470, 330)) and not is_open(tool, (130, 130))
        assert "they wrote before: make what" in str(easel.get_last_request()["input"])
        root = await easel.ask("make what I circled grey", files=[("a.png", build_photo(*circles))])
        # What the new copy lacks was drawn on the one before: that is no original.
        await easel.ask("this one", thread_ts=root, files=[("b.png", build_photo(circles[0]))])
        tool = easel.get_last_request()["tools"][0]
        assert is_open(tool, (130, 130)) and not is_open(tool, (470, 330))
        assert "they wrote before: make what" in str(easel.get_last_request()["input"])
        await easel.ask("what did you see?", thread_ts=root)
        told = read_texts(easel, root)
        assert "of which one part was to change: from the left 9–" in told


async def test_after_the_question_back_other_pictures_and_wishes_are_what_they_say(
    tmp_path: Path,
) -> None:
    circles = (60, 60, 200, 200), (380, 240, 560, 420)
    async with run_easel(tmp_path, **OPENAI) as easel:
        other = build_photo((90, 90, 300, 280), size=(500, 400))
        for words, name, data in (
            ("never mind, put a kite into this one", "kite.png", other),
            ("our garden in spring, add a kite", "garden.png", draw_lights()),
            ("right, thanks", "", b""),
            ("the left one looks odd, forget it", "", b""),
        ):
            root = await ask_back(easel, *circles)
            files = [(name, data)] if name else []
            count = len(easel.list_model_requests())
            await easel.ask(words, thread_ts=root, files=files)
            assert len(easel.list_model_requests()) > count, words
            request = easel.get_last_request()
            assert "they wrote before" not in str(request["input"]), words
            assert "input_image_mask" not in str(request["tools"]), words


async def test_after_the_question_back_the_same_picture_with_marks_takes_the_wish_up(
    tmp_path: Path,
) -> None:
    circles = (60, 60, 200, 200), (380, 240, 560, 420)
    async with run_easel(tmp_path, **OPENAI) as easel:
        for words, takes_up in (("hope that helps", True), ("turn it yellow instead", False)):
            root = await ask_back(easel, *circles)
            files = [("b.png", build_photo(circles[1]))]
            await easel.ask(words, thread_ts=root, files=files)
            request = easel.get_last_request()
            assert is_open(request["tools"][0], (470, 330)), words
            assert ("they wrote before: make what" in str(request["input"])) is takes_up, words
        root = await ask_back(easel, *circles)
        await easel.ask("2 is fine but make it yellow", thread_ts=root)
        request = easel.get_last_request()
        assert is_open(request["tools"][0], (470, 330))
        assert "they wrote before" not in str(request["input"])


async def ask_back(easel: EaselEnvironment, *circles: tuple[int, int, int, int]) -> str:
    """Ask for what is circled where several areas are, and return the thread."""
    root = await easel.ask("make what I circled grey", files=[("a.png", build_photo(*circles))])
    assert "I see 2 areas" in read_texts(easel, root)
    return root


def draw_lights() -> bytes:
    """Return a night with lights of many colours, which look like marks."""
    picture = Image.new("RGB", (640, 480), (20, 20, 40))
    pen = ImageDraw.Draw(picture)
    for number, colour in enumerate(("red", "lime", "blue", "yellow", "magenta", "cyan")):
        left = 30 + 100 * number
        pen.ellipse((left, 150, left + 70, 260), outline=colour, width=6)
    return encode_picture(picture)


async def test_an_answer_which_area_is_meant_keeps_the_exception_of_the_wish(
    tmp_path: Path,
) -> None:
    circles = (60, 60, 200, 200), (380, 240, 560, 420)
    async with run_easel(tmp_path, **OPENAI) as easel:
        files = [("a.png", build_photo(*circles))]
        root = await easel.ask("make everything grey except what I circled", files=files)
        assert not easel.list_model_requests()
        await easel.ask("only 2", thread_ts=root)
        tool = easel.get_last_request()["tools"][0]
        assert not is_open(tool, (470, 330)) and is_open(tool, (130, 130))
        assert is_open(tool, (381, 330)), "the stroke is not to stay"
        root = await easel.ask("make what I circled grey", files=files)
        await easel.ask("all but 2", thread_ts=root)
        tool = easel.get_last_request()["tools"][0]
        assert is_open(tool, (130, 130)) and not is_open(tool, (470, 330))
        assert not is_open(tool, (20, 20))
