"""Pictures are changed and compared without a model, and given the size that was wanted."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path

from PIL import Image

from tests.support.easel import EaselEnvironment, build_png, run_easel
from tests.support.files import list_files
from tests.support.provider_settings import build_openai_settings


def open_last(easel: EaselEnvironment, root: str) -> Image.Image:
    return Image.open(io.BytesIO(list_files(easel, root)[-1].data))


async def test_a_picture_is_changed_without_a_model_as_a_new_version_that_costs_nothing(
    easel: EaselEnvironment, tmp_path: Path
) -> None:
    root = await easel.ask("draw a red fox in 3:2")
    requests, rows = len(easel.model.requests), len(easel.list_model_requests())
    await easel.ask("crop it to a square and rotate left", thread_ts=root)
    with open_last(easel, root) as picture:
        assert picture.width == picture.height == 832
    assert "v1 is now v2: 832 × 832 pixels, cropped around what stands out, turned." in [
        reply.text for reply in easel.list_replies(root)
    ]
    await easel.ask("v1 --resize 50% --as jpg", thread_ts=root)
    with open_last(easel, root) as picture:
        assert (picture.format, picture.size) == ("JPEG", (624, 416))
    await easel.ask("diff v1 v2", thread_ts=root)
    assert "their shapes differ" in easel.list_replies(root)[-1].text
    await easel.ask("diff v1 v3", thread_ts=root)
    assert list_files(easel, root)[-1].name == "difference-v1-v3.png"
    await easel.ask("palette of v1", thread_ts=root)
    assert "`#" in easel.list_replies(root)[-2].text
    await easel.ask("make it 100000x1", thread_ts=root)
    assert "give a width and a height" in easel.list_replies(root)[-1].text
    assert len(easel.model.requests) == requests
    assert len(easel.list_model_requests()) == rows, "nothing was spent"
    with closing(sqlite3.connect(tmp_path / "data" / "easel.db")) as database:
        query = "SELECT version, made_from FROM files WHERE version > 0 ORDER BY version"
        assert database.execute(query).fetchall() == [(1, ""), (2, "v1"), (3, "v1")]


async def test_what_is_more_than_that_goes_to_the_model(easel: EaselEnvironment) -> None:
    root = await easel.ask("draw a red fox")
    count = len(easel.model.requests)
    await easel.ask("crop it and put a hat on it", thread_ts=root)
    assert len(easel.model.requests) == count + 1


async def test_an_upload_is_changed_too_and_without_a_picture_that_is_said(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("pad to 1:1 with white", files=[("a.png", build_png())])
    with open_last(easel, root) as picture:
        assert picture.width == picture.height == 64
    assert "a.png is now v1" in easel.list_replies(root)[0].text
    other = await easel.ask("rotate left")
    assert "There is no picture in this thread" in easel.list_replies(other)[0].text
    assert not easel.model.requests


async def test_one_of_several_pictures_is_named_by_its_place(easel: EaselEnvironment) -> None:
    files = [("a.png", build_png()), ("b.png", build_png((90, 60), (20, 90, 200)))]
    root = await easel.ask("crop the second picture to a square", files=files)
    assert "b.png is now v1: 60 × 60 pixels" in easel.list_replies(root)[0].text
    await easel.ask("overlay the first and the second picture", thread_ts=root)
    assert "their shapes differ" in easel.list_replies(root)[-1].text
    await easel.ask("flip the fifth picture", thread_ts=root)
    assert "Only 2 pictures are to be counted here" in easel.list_replies(root)[-1].text
    await easel.ask("v1 --crop 1:1", thread_ts=root)
    assert "v1 is like that already, with 60 × 60 pixels" in easel.list_replies(root)[-1].text
    other = await easel.ask("difference", files=files[:1] + [("c.png", build_png((32, 24)))])
    assert "no difference between a.png and c.png" in easel.list_replies(other)[-1].text
    assert not easel.model.requests


async def test_several_pictures_are_changed_at_once_each_from_its_own(
    easel: EaselEnvironment, tmp_path: Path
) -> None:
    sent = [
        ("garden.png", build_png()),
        ("b.png", b"no picture"),
        ("kitchen.png", build_png((90, 60))),
    ]
    root = await easel.ask("make all of them 30 px wide", files=sent)
    told = easel.list_replies(root)[0].text
    assert "garden.png is now v1: 30 × " in told and "kitchen.png is now v2: 30 × 20 pixels" in told
    assert "I could not read b.png" in told
    names = [file.name for file in list_files(easel, root)]
    assert names == ["garden-v1.png", "kitchen-v2.png"]
    await easel.ask("flip v1 and v2", thread_ts=root)
    assert any("v2 is now v4" in reply.text for reply in easel.list_replies(root))
    await easel.ask("rotate both left", thread_ts=root)
    told = "v4 is now v6: 20 × 30 pixels, turned."
    assert any(told in reply.text for reply in easel.list_replies(root))
    with closing(sqlite3.connect(tmp_path / "data" / "easel.db")) as database:
        query = "SELECT made_from FROM files WHERE version > 0 ORDER BY version"
        made_from = [row[0] for row in database.execute(query)]
    assert made_from == ["garden.png", "kitchen.png", "v1", "v2", "v3", "v4"]
    await easel.ask("undo", thread_ts=root)
    told = "\n".join(reply.text for reply in easel.list_replies(root))
    assert "Back to v3 and v4 as they were, as v7 and v8." in told
    assert [file.name for file in list_files(easel, root)][-2:] == [
        "garden-v7.png",
        "kitchen-v8.png",
    ]
    assert not easel.model.requests


async def test_a_thing_by_its_name_is_not_cut_out_and_what_a_place_cuts_off_is_told(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("crop to the face", files=[("a.png", build_png((600, 600)))])
    assert "I do not cut a picture to a thing by its name" in easel.list_replies(root)[0].text
    await easel.ask("crop for X", thread_ts=root)
    with open_last(easel, root) as picture:
        assert picture.size == (1200, 676), "no more than twice as large"
    await easel.ask("crop a.png to a LinkedIn banner", thread_ts=root)
    told = "to keep all of it, with margins, write “pad a.png to 1584x396”."
    assert any(told in reply.text for reply in easel.list_replies(root))
    await easel.ask("pad a.png to 1584x396", thread_ts=root)
    assert any("a.png is now v3" in reply.text for reply in easel.list_replies(root))
    assert not easel.model.requests


async def test_enlarging_again_and_again_begins_with_what_was_there(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("resize to 150 %", files=[("a.png", build_png((90, 60)))])
    await easel.ask("resize to 200 %", thread_ts=root)
    with open_last(easel, root) as picture:
        assert picture.size == (180, 120), "twice the original, not three times"
    await easel.ask("resize to 200 %", thread_ts=root)
    assert "v2 was enlarged before. More than twice" in easel.list_replies(root)[-1].text
    await easel.ask("make it under 1 KB", thread_ts=root)
    assert "give one from 2 KB to 50 MB" in easel.list_replies(root)[-1].text
    count = len(easel.list_replies(root))
    await easel.ask("make it under 20 MB", thread_ts=root)
    assert "KB already, so I left it as it is" in easel.list_replies(root)[-1].text
    assert len(easel.list_replies(root)) == count + 1  # and no picture
    assert not easel.model.requests


async def test_it_is_the_picture_where_a_person_sent_it_and_what_is_seen_where_it_was_drawn(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("make it square", files=[("a.png", build_png((90, 60)))])
    assert "a.png is now v1: 60 × 60 pixels" in easel.list_replies(root)[0].text
    await easel.ask("make it black and white", thread_ts=root)
    told = "v1 is now v2: 60 × 60 pixels, in grey."
    assert any(told in reply.text for reply in easel.list_replies(root))
    assert not easel.model.requests
    drawn = await easel.ask("draw a red fox")
    await easel.ask("make it square", thread_ts=drawn)
    assert len(easel.model.requests) == 2
    await easel.ask("to 300 dpi", thread_ts=drawn)
    await easel.ask("black and white, under 3 MB", thread_ts=drawn)
    assert len(easel.model.requests) == 2, "a model sets no dpi and makes no file smaller"
    assert "Its file says 300 dpi" in " ".join(one.text for one in easel.list_replies(drawn))
    await easel.ask("show me the differences", files=[("a.txt", b"one"), ("b.txt", b"two")])
    assert len(easel.model.requests) == 3, "of documents the model is asked"


async def test_in_a_thread_of_words_the_words_are_meant(easel: EaselEnvironment) -> None:
    root = await easel.ask("say a story of three hundred words")
    for text in ("Verkleinere es auf 50 %", "それを半分にして", "Invertir"):
        count = len(easel.model.requests)
        await easel.ask(text, thread_ts=root)
        assert len(easel.model.requests) == count + 1
    await easel.ask("flip the picture", thread_ts=root)
    assert "There is no picture in this thread" in easel.list_replies(root)[-1].text


async def test_openai_is_asked_for_a_size_it_offers_and_the_rest_is_done_here_and_told(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path, **build_openai_settings()) as easel:
        root = await easel.ask("draw a red fox as a LinkedIn banner")
        tool = easel.get_last_request()["tools"][0]
        assert (tool["model"], tool["size"]) == ("gpt-image-2", "1776x592")
        with open_last(easel, root) as picture:
            assert picture.size == (1584, 396)
        told = "The model drew 1,776 × 592 pixels; I made 1,584 × 396 of it: cropped around"
        assert any(told in reply.text for reply in easel.list_replies(root))
        await easel.ask("history", thread_ts=root)
        assert "drawn as “A picture, drawn as asked" in easel.list_replies(root)[-2].text


async def test_another_drawing_model_is_asked_for_its_own_sizes(tmp_path: Path) -> None:
    settings = build_openai_settings(EASEL_DRAWING_MODEL="gpt-image-1-mini")
    async with run_easel(tmp_path, **settings) as easel:
        root = await easel.ask("draw a red fox --size 2048x1152")
        tool = easel.get_last_request()["tools"][0]
        assert (tool["model"], tool["size"]) == ("gpt-image-1-mini", "1536x1024")
        with open_last(easel, root) as picture:
            assert picture.size == (2048, 1152)
        await easel.ask("draw a cat in 16:9", thread_ts=root)
        with open_last(easel, root) as picture:
            assert picture.size == (1536, 864)


async def test_openrouter_is_asked_for_a_shape_and_an_impossible_size_for_nothing(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("draw a red fox for A4 at 150 dpi")
    assert easel.get_last_request()["image_config"]["aspect_ratio"] == "2:3"
    with open_last(easel, root) as picture:
        assert picture.size == (1240, 1754)
        assert round(picture.info["dpi"][0]) == 150
    count = len(easel.model.requests)
    for text in ("draw a fox --size 0x0", "draw a fox 100000x1 px", "draw a fox --size 4Kx2"):
        other = await easel.ask(text)
        (reply,) = easel.list_replies(other)
        assert "a width and a height from 16 to 20,000 pixels" in reply.text, text
    assert len(easel.model.requests) == count


async def test_where_no_picture_is_another_format_is_a_question_about_words(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path) as easel:
        root = await easel.ask("write down a recipe for soup")
        await easel.ask("send me this as pdf", thread_ts=root)
        assert len(easel.list_model_requests()) == 2
        root = await easel.ask("draw a fox")
        asked = len(easel.list_model_requests())
        await easel.ask("send me this as pdf", thread_ts=root)
        assert len(easel.list_model_requests()) == asked
        assert "I make jpg, png and webp" in easel.list_replies(root)[-1].text
