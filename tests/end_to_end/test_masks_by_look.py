"""Of several marks the one is changed that the words tell: by its colour, its form, its place."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from tests.support.easel import run_easel
from tests.support.files import list_files, read_texts
from tests.support.marked_pictures import OPENAI, build_photo, is_open
from tests.support.pictures import encode_picture

CIRCLE, BOX = (60, 60, 240, 220), (380, 240, 600, 440)
IN_CIRCLE, IN_BOX, OUTSIDE = (150, 140), (490, 340), (320, 60)


def build_marked() -> bytes:
    """Return the photo with a red circle and a blue box."""
    picture = Image.new("RGB", (640, 480), (168, 172, 165))
    pen = ImageDraw.Draw(picture)
    pen.ellipse(CIRCLE, outline=(230, 10, 20), width=7)
    pen.rectangle(BOX, outline=(20, 60, 240), width=7)
    return encode_picture(picture)


def build_clean() -> bytes:
    return encode_picture(Image.new("RGB", (640, 480), (168, 172, 165)))


async def test_the_words_tell_which_mark_without_the_original(tmp_path: Path) -> None:
    async with run_easel(tmp_path, **OPENAI) as easel:
        await easel.ask("make the inside of the blue box green", files=[("a.png", build_marked())])
        tool = easel.get_last_request()["tools"][0]
        assert is_open(tool, IN_BOX) and not is_open(tool, IN_CIRCLE)
        await easel.ask("mach das Eingekreiste grau, aber nur den roten Kreis",
                        files=[("b.png", build_marked())])  # fmt: skip
        tool = easel.get_last_request()["tools"][0]
        assert is_open(tool, IN_CIRCLE) and not is_open(tool, IN_BOX)
        await easel.ask(
            "rends ce que j'ai entouré plus clair, les deux", files=[("c.png", build_marked())]
        )
        tool = easel.get_last_request()["tools"][0]
        assert is_open(tool, IN_CIRCLE) and is_open(tool, IN_BOX) and not is_open(tool, OUTSIDE)


async def test_the_words_tell_which_mark_of_a_copy(tmp_path: Path) -> None:
    async with run_easel(tmp_path, **OPENAI) as easel:
        root = await easel.ask("what is this?", files=[("photo.png", build_clean())])
        files = [("copy.png", build_marked())]
        await easel.ask("the bigger one: make it grey", thread_ts=root, files=files)
        tool = easel.get_last_request()["tools"][0]
        assert is_open(tool, IN_BOX) and not is_open(tool, IN_CIRCLE)


async def test_the_look_answers_which_one_is_meant(tmp_path: Path) -> None:
    async with run_easel(tmp_path, **OPENAI) as easel:
        files = [("IMG_1.png", build_marked())]
        root = await easel.ask("make what I marked grey", files=files)
        assert not easel.list_model_requests() and len(list_files(easel, root)) == 1
        await easel.ask("the red one", thread_ts=root)
        tool = easel.get_last_request()["tools"][0]
        assert is_open(tool, IN_CIRCLE) and not is_open(tool, IN_BOX)
        assert "they wrote before: make what I marked grey" in str(
            easel.get_last_request()["input"]
        )


async def test_a_colour_that_no_mark_has_is_asked_again(tmp_path: Path) -> None:
    async with run_easel(tmp_path, **OPENAI) as easel:
        files = [("IMG_1.png", build_marked())]
        root = await easel.ask("make what I marked grey", files=files)
        await easel.ask("the green one", thread_ts=root)
        assert not easel.list_model_requests()
        assert read_texts(easel, root).count("I see 2 areas") == 2


async def test_a_thing_of_the_picture_that_is_called_a_box_needs_no_mark(tmp_path: Path) -> None:
    async with run_easel(tmp_path, **OPENAI) as easel:
        await easel.ask("make the blue box green", files=[("a.png", build_photo())])
        assert "input_image_mask" not in easel.get_last_request()["tools"][0]


def build_slide() -> bytes:
    """Return a slide with a green ring and an orange frame of its own."""
    picture = Image.new("RGB", (960, 540), (250, 250, 252))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((600, 150, 800, 350), outline=(20, 160, 60), width=8)
    pen.rectangle((100, 120, 400, 330), outline=(250, 120, 0), width=8)
    pen.text((200, 200), "Sales", fill=(0, 0, 0))
    return encode_picture(picture)


async def test_a_thing_of_the_picture_that_is_told_by_its_look_needs_no_mark(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path, **OPENAI) as easel:
        for text in ("rotate the orange frame a little", "das grüne Fahrrad weg",
                     "put the green ring to the right of the title",
                     "make the text in the orange box bigger"):  # fmt: skip
            await easel.ask(text, files=[("slide.png", build_slide())])
            assert "input_image_mask" not in easel.get_last_request()["tools"][0], text
        await easel.ask("write SOLD in the orange box", files=[("slide.png", build_slide())])
        tool = easel.get_last_request()["tools"][0]
        assert is_open(tool, (250, 220)) and not is_open(tool, (700, 250))


GREEN, PURPLE = (10, 160, 40), (150, 30, 210)
IN_FIRST, IN_SECOND, IN_THIRD = (140, 150), (430, 210), (720, 270)


def build_boxes(*colours: tuple[int, int, int]) -> bytes:
    picture = Image.new("RGB", (900, 480), (168, 172, 165))
    pen = ImageDraw.Draw(picture)
    for place, colour in enumerate(colours):
        left, top = 40 + 290 * place, 60 + 60 * place
        pen.rectangle((left, top, left + 200, top + 180), outline=colour, width=7)
    return encode_picture(picture)


async def test_an_answer_that_tells_several_or_none_is_asked_again(tmp_path: Path) -> None:
    async with run_easel(tmp_path, **OPENAI) as easel:
        files = [("IMG_2.png", build_boxes(GREEN, PURPLE, GREEN))]
        root = await easel.ask("make what I marked grey", files=files)
        for text in ("the circle", "forget the purple one", "the green one"):
            await easel.ask(text, thread_ts=root)
            assert not easel.list_model_requests(), text
        await easel.ask("all but the purple one", thread_ts=root)
        tool = easel.get_last_request()["tools"][0]
        assert is_open(tool, IN_FIRST) and is_open(tool, IN_THIRD) and not is_open(tool, IN_SECOND)
        wish = "they wrote before: make what I marked grey"
        assert wish in str(easel.get_last_request()["input"])


async def test_an_answer_that_names_several_changes_these(tmp_path: Path) -> None:
    async with run_easel(tmp_path, **OPENAI) as easel:
        files = [("IMG_3.png", build_boxes(PURPLE, PURPLE, GREEN))]
        root = await easel.ask("make what I marked grey", files=files)
        await easel.ask("die violetten", thread_ts=root)
        tool = easel.get_last_request()["tools"][0]
        assert is_open(tool, IN_FIRST) and is_open(tool, IN_SECOND) and not is_open(tool, IN_THIRD)


async def test_all_but_a_named_cell_changes_without_the_grid(tmp_path: Path) -> None:
    async with run_easel(tmp_path, **OPENAI) as easel:
        await easel.ask("make everything grey except B3", files=[("a.png", build_photo())])
        tool = easel.get_last_request()["tools"][0]
        assert not is_open(tool, (160, 240)) and is_open(tool, (400, 240))
        files = [("b.png", build_photo())]
        await easel.ask("change everything except B3 in the table to 4", files=files)
        assert "input_image_mask" not in easel.get_last_request()["tools"][0]
