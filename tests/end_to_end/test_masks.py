"""A part of a picture is changed: marked by drawing, by a cell of its grid, or all but that."""

from __future__ import annotations

import io
import random
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from bench.masks.drawings import build_photo as build_bench_photo
from tests.support.easel import EaselEnvironment, run_easel
from tests.support.files import list_files, read_request_text, read_texts
from tests.support.marked_pictures import (
    OPENAI,
    build_photo,
    is_open,
    measure_changes,
    read_mask,
)
from tests.support.pictures import encode_picture
from tests.support.screenshots import show_in_viewer


def get_last_question(easel: EaselEnvironment) -> str:
    return str(easel.get_last_request()["messages"][-1]["content"])


async def test_one_cell_changes_and_all_around_it_is_put_back(tmp_path: Path) -> None:
    photo = build_photo()
    async with run_easel(tmp_path, **OPENAI) as easel:
        root = await easel.ask("only B3: make it grey", files=[("photo.png", photo)])
        tool = easel.get_last_request()["tools"][0]
        mask = read_mask(tool)
        assert (mask.format, mask.mode, mask.size) == ("PNG", "RGBA", (640, 480))
        assert mask.getchannel("A").getextrema() == (0, 255)
        assert is_open(tool, (160, 240)) and not is_open(tool, (400, 240))
        drawn, kept = list_files(easel, root)
        assert (drawn.name[-6:], kept.name[-6:]) == ("v1.png", "v2.png")
        cell = (100, 185, 220, 295)
        assert 0 < measure_changes(photo, drawn.data, cell)[0] <= 2, (
            "the played model has its noise"
        )
        outside, inside = measure_changes(photo, kept.data, cell)
        assert outside == 0 and inside > 20
        assert "v1 is what the model drew. In v2, everything outside" in read_texts(easel, root)
        await easel.ask("history", thread_ts=root)
        assert "from v1" in read_texts(easel, root)


async def test_a_photo_larger_than_its_copy_keeps_its_size_and_its_own_pixels(
    tmp_path: Path,
) -> None:
    photo, cell = build_photo(size=(2600, 1950)), (420, 760, 880, 1190)
    async with run_easel(tmp_path, **OPENAI) as easel:
        root = await easel.ask("only B3: make it grey", files=[("photo.png", photo)])
        assert read_mask(easel.get_last_request()["tools"][0]).size == (2048, 1536)
        drawn, kept = list_files(easel, root)
        assert Image.open(io.BytesIO(drawn.data)).size == (2048, 1536)
        outside, inside = measure_changes(photo, kept.data, cell)
        assert outside == 0 and inside > 20
        assert "of the part you chose is exactly as it was." in read_texts(easel, root)


async def test_a_marked_copy_becomes_the_mask_of_its_original(tmp_path: Path) -> None:
    photo, circle = build_photo(), (200, 120, 360, 300)
    async with run_easel(tmp_path, **OPENAI) as easel:
        root = await easel.ask("what is this?", files=[("photo.png", photo)])
        files = [("IMG_7.png", build_photo(circle))]
        await easel.ask("make what I circled grey", thread_ts=root, files=files)
        tool = easel.get_last_request()["tools"][0]
        assert is_open(tool, (280, 210)) and not is_open(tool, (100, 100))
        _, kept = list_files(easel, root)
        outside, inside = measure_changes(photo, kept.data, (190, 110, 370, 310))
        assert outside == 0 and inside > 20


async def test_a_circle_on_a_phones_screenshot_is_the_mask_of_the_picture(tmp_path: Path) -> None:
    picture = build_bench_photo((800, 600), random.Random(7))
    marked = picture.copy()
    ImageDraw.Draw(marked).ellipse((250, 180, 520, 400), outline=(230, 30, 40), width=6)
    screenshot = encode_picture(show_in_viewer(marked))
    async with run_easel(tmp_path, **OPENAI) as easel:
        photo = encode_picture(picture)
        root = await easel.ask("what is this?", files=[("photo.png", photo)])
        await easel.ask("and this?", thread_ts=root, files=[("other.png", build_photo())])
        files = [("IMG_7.png", screenshot)]
        await easel.ask("make what I circled grey", thread_ts=root, files=files)
        tool = easel.get_last_request()["tools"][0]
        assert read_mask(tool).size == (800, 600)
        assert is_open(tool, (385, 290)) and not is_open(tool, (100, 100))
        kept = list_files(easel, root)[-1]
        outside, inside = measure_changes(photo, kept.data, (240, 170, 530, 410))
        assert outside == 0 and inside > 5


async def test_what_is_blacked_out_is_the_part_where_the_words_say_so(tmp_path: Path) -> None:
    with Image.open(io.BytesIO(build_photo())) as photo:
        ImageDraw.Draw(photo).rectangle((200, 150, 400, 300), fill=(0, 0, 0))
        painted = encode_picture(photo)
    async with run_easel(tmp_path, **OPENAI) as easel:
        root = await easel.ask("what is this?", files=[("photo.png", build_photo())])
        files = [("b.png", painted)]
        await easel.ask("make what I painted over grey", thread_ts=root, files=files)
        tool = easel.get_last_request()["tools"][0]
        assert is_open(tool, (300, 220)) and not is_open(tool, (100, 100))


async def test_once_a_cell_was_named_others_need_no_verb(tmp_path: Path) -> None:
    async with run_easel(tmp_path) as easel:
        root = await easel.ask("only B3: make it grey", files=[("a.png", build_photo())])
        await easel.ask("and C3 too", thread_ts=root)
        assert "33%-50% from the left" in get_last_question(easel)
        await easel.ask("draw a huge D2 on the door in it", thread_ts=root)
        assert "Only a part of" not in get_last_question(easel), "there it is what is drawn"
        count = len(easel.list_model_requests())
        await easel.ask("only Z9: grey", thread_ts=root)
        assert "has no cell Z9" in read_texts(easel, root)
        assert len(easel.list_model_requests()) == count


async def test_a_picture_without_marks_is_shown_with_its_grid(tmp_path: Path) -> None:
    async with run_easel(tmp_path) as easel:
        root = await easel.ask("make what I circled grey", files=[("IMG_7.png", build_photo())])
        assert not easel.list_model_requests()
        (grid,) = list_files(easel, root)
        assert grid.name == "grid-of-IMG_7.png"
        await easel.ask("only B2", thread_ts=root)
        text = read_request_text(easel)
        assert "17%-33% from the left" in text and "they wrote before: make what" in text


async def test_a_drawing_in_vectors_has_a_grid_and_cells_too(tmp_path: Path) -> None:
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="640"><circle r="300"/></svg>'
    )
    async with run_easel(tmp_path) as easel:
        root = await easel.ask("grid", files=[("logo.svg", svg)])
        assert list_files(easel, root)[0].name == "grid-of-logo.png"
        await easel.ask("only F6: make it grey", thread_ts=root)
        assert "Only a part of logo.svg is meant: 83%-100% from the left" in read_request_text(
            easel
        )


async def test_at_openrouter_a_cell_becomes_a_pink_copy_and_words(tmp_path: Path) -> None:
    async with run_easel(tmp_path) as easel:
        root = await easel.ask("grid", files=[("photo.png", build_photo())])
        assert list_files(easel, root)[0].name == "grid-of-photo.png"
        assert not easel.list_model_requests()
        await easel.ask("change A1 to B2 to grey", thread_ts=root)
        text = read_request_text(easel)
        assert "Only a part of photo.png is meant: 0%-17% from the left" in text
        assert "with the part to change in pink" in text
        parts = easel.get_last_request()["messages"][-1]["content"]
        assert [part["type"] for part in parts].count("image_url") == 2
        await easel.ask("what's in B3?", thread_ts=root)
        assert "Only a part of" not in get_last_question(easel), "a question changes nothing"
        await easel.ask("only H9: make it grey", thread_ts=root)
        assert "has no cell H9: its grid goes from A1 to F" in read_texts(easel, root)


async def test_what_is_named_as_an_exception_stays_and_all_else_changes(tmp_path: Path) -> None:
    photo, circle = build_photo(), (200, 120, 360, 300)
    async with run_easel(tmp_path, **OPENAI) as easel:
        root = await easel.ask("what is this?", files=[("photo.png", photo)])
        files = [("IMG_7.png", build_photo(circle))]
        await easel.ask(
            "leave what I circled as it is, and make the rest grey", thread_ts=root, files=files
        )
        tool = easel.get_last_request()["tools"][0]
        assert not is_open(tool, (280, 210)) and is_open(tool, (50, 50))
        text = str(easel.get_last_request()["input"])
        assert "Only a part of photo.png stays exactly as it is" in text
        told = read_texts(easel, root)
        assert "In v2, the part you wanted to keep is exactly as it was" in told
        assert "outside" not in told
        inner = (240, 170, 320, 250)
        kept = np.asarray(Image.open(io.BytesIO(list_files(easel, root)[-1].data)).convert("RGB"))
        before = np.asarray(Image.open(io.BytesIO(photo)).convert("RGB"))
        same = kept[inner[1] : inner[3], inner[0] : inner[2]]
        assert (same == before[inner[1] : inner[3], inner[0] : inner[2]]).all()
        assert (kept[:80] != before[:80]).any()
        files = [("IMG_8.png", build_photo(circle))]
        await easel.ask("make it grey except the sun", thread_ts=root, files=files)
        assert "input_image_mask" not in easel.get_last_request()["tools"][0], "it is not sure"
