"""Choosing pictures to edit: by link, style, annotation or number; variations and transparency."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from bot.playground.model.wire import build_error
from bot.playground.slack import PostedFile
from tests.support.easel import GENERAL, EaselEnvironment, build_png, run_easel, wait_until
from tests.support.files import get_last_text, read_request_text
from tests.support.model_events import FINISH_EVENT, encode_delta


async def test_a_file_that_a_message_links_to_is_the_one_that_is_meant(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("draw a red fox")
    await easel.ask("make it grey", thread_ts=root)
    first = easel.list_replies(root)[1]
    assert first.files[0].name == "red-fox-v1.png"
    link = easel.slack.get_permalink(GENERAL, first.ts)
    await easel.ask(f"blur <{link}>", thread_ts=root)
    assert "1. red-fox-v1.png (from earlier)" in read_request_text(easel)


async def test_an_upload_in_this_style_goes_along_with_the_newest_picture(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("draw a red fox")
    await easel.ask("make it in this style", thread_ts=root, files=[("style.png", build_png())])
    assert "1. red-fox-v1.png (from earlier); 2. style.png (sent now)" in read_request_text(easel)
    await easel.ask("make it grey", thread_ts=root, files=[("other.png", build_png((99, 99)))])
    assert "[Pictures, in order: 1. other.png (sent now)]" in read_request_text(easel)


async def test_marks_on_an_upload_are_understood_as_pointing(easel: EaselEnvironment) -> None:
    root = await easel.ask("draw a red fox")
    (drawn,) = easel.list_replies(root)[-1].files
    with Image.open(io.BytesIO(drawn.data)) as picture:
        marked = picture.convert("RGB")
    width, height = marked.size
    pen = ImageDraw.Draw(marked)
    box = (width * 0.2, height * 0.1, width * 0.4, height * 0.3)
    pen.ellipse(box, outline=(0, 255, 0), width=12)
    out = io.BytesIO()
    marked.save(out, "JPEG", quality=85)
    await easel.ask("make this yellow", thread_ts=root, files=[("IMG_1.jpg", out.getvalue())])
    request_text = read_request_text(easel)
    assert (
        "[IMG_1.jpg is red-fox-v1.png with what looks like marks drawn on it, 20-40 % from the left"
        in request_text
    )
    assert "1. red-fox-v1.png (from earlier); 2. IMG_1.jpg (sent now)" in request_text


async def test_a_transparent_picture_stays_transparent_when_it_is_edited(
    easel: EaselEnvironment,
) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (200, 200), (200, 0, 0, 90)).save(out, "PNG")
    await easel.ask("make it bluer", files=[("logo.png", out.getvalue())])
    assert easel.get_last_request()["image_config"]["background"] == "transparent"
    await easel.ask("make it bluer --background opaque", files=[("logo.png", out.getvalue())])
    assert easel.get_last_request()["image_config"]["background"] == "opaque"


async def test_a_drawing_without_transparent_parts_gets_none_when_it_is_edited(
    easel: EaselEnvironment,
) -> None:
    drawn = Image.new("RGB", (1024, 576), (255, 255, 255))
    ImageDraw.Draw(drawn).rectangle((100, 100, 500, 300), fill=(20, 80, 200), outline=(0, 0, 0))
    out = io.BytesIO()
    drawn.save(out, "PNG")
    await easel.ask("make the box red", files=[("mockup.png", out.getvalue())])
    sent = str(easel.get_last_request())
    assert "data:image/png" in sent, "its copy is a PNG all the same"
    assert "'background'" not in sent and "transparent" not in sent


async def test_three_variations_are_three_pictures_each_with_its_version(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("draw three variations of a red fox")
    assert len(easel.model.requests) == 3
    texts = [request["messages"][-1]["content"][0]["text"] for request in easel.model.requests]
    assert sorted("variation 1 of 3" in text for text in texts) == [False, False, True]
    (shared,) = [reply for reply in easel.list_replies(root) if reply.files]
    assert [file.name[-7:] for file in shared.files] == ["-v1.png", "-v2.png", "-v3.png"]
    assert len(easel.list_model_requests()) == 3 and all(
        row["outcome"] == "answered" for row in easel.list_model_requests()
    )


@pytest.mark.parametrize(
    "text",
    [
        "I see two options: A or B. Which is better?",
        "give me three alternatives for this headline",
        "we have three versions in production",
    ],
)
async def test_texts_that_speak_of_options_are_asked_once(
    easel: EaselEnvironment, text: str
) -> None:
    await easel.ask(text)
    assert len(easel.model.requests) == 1
    assert "variation" not in read_request_text(easel)


async def test_variations_that_hold_everywhere_multiply_pictures_and_no_questions(
    tmp_path: Path,
) -> None:
    async with run_easel(tmp_path, EASEL_DEFAULTS="--variations 2") as easel:
        root = await easel.ask("what is the capital of France?")
        assert len(easel.model.requests) == 1
        await easel.ask("draw a red fox", thread_ts=root)
        assert len(easel.model.requests) == 3


async def test_where_the_model_answers_in_words_no_variation_is_said_to_have_come_out(
    easel: EaselEnvironment,
) -> None:
    for _ in range(3):
        easel.model.script(encode_delta(content="I would rather describe it."), FINISH_EVENT)
    root = await easel.ask("draw three variations of a red fox")
    text = "\n".join(reply.text for reply in easel.list_replies(root))
    assert "I would rather describe it." in text and "came out" not in text
    assert "The model answered in words and drew none of the 3 variations" in text


async def test_why_variations_are_missing_is_said_once(easel: EaselEnvironment) -> None:
    for _ in range(2):
        easel.model.fail(403, build_error(403, "x", reasons=["violence"]))
    root = await easel.ask("draw three variations of a red fox")
    text = "\n".join(reply.text for reply in easel.list_replies(root))
    assert "1 of 3 variations came out" in text and text.count("safety check") == 1


async def test_where_every_variation_failed_only_the_failure_is_said(
    easel: EaselEnvironment,
) -> None:
    for _ in range(3):
        easel.model.fail(403, build_error(403, "x", reasons=["violence"]))
    root = await easel.ask("draw three variations of a red fox")
    text = "\n".join(reply.text for reply in easel.list_replies(root))
    assert text.count("safety check") == 1 and "variations" not in text


async def test_variations_that_came_are_an_answer_though_others_failed(
    easel: EaselEnvironment,
) -> None:
    easel.model.fail(400, build_error(400, "no"))
    root = await easel.ask("draw three variations of a red fox")
    text = "\n".join(reply.text for reply in easel.list_replies(root))
    assert "2 of 3 variations came out" in text
    assert not any(reply.buttons for reply in easel.list_replies(root))


async def test_a_link_to_a_picture_of_another_thread_brings_it_along(
    easel: EaselEnvironment,
) -> None:
    first = await easel.ask("draw a red fox")
    link = easel.slack.get_permalink(GENERAL, easel.list_replies(first)[-1].ts)
    await easel.ask(f"make <{link}> grey")
    assert "1. red-fox-v1.png (from earlier)" in read_request_text(easel)


async def test_a_stub_is_a_picture_for_later_questions_too(easel: EaselEnvironment) -> None:
    stub = PostedFile("from-them.png", build_png(), kind="connect")
    root = await easel.ask("see", files=[stub])
    await easel.ask("make it grey", thread_ts=root)
    assert "1. from-them.png (from earlier)" in read_request_text(easel)


@pytest.mark.parametrize(
    ("text", "expected_name"),
    [
        ("make the second one grey", "b.png"),
        ("blur the first picture", "a.png"),
        ("rotate the last one", "c.png"),
    ],
)
async def test_the_second_one_is_the_second_of_those_that_came_together(
    easel: EaselEnvironment, text: str, expected_name: str
) -> None:
    sent = [(f"{name}.png", build_png((60 + at, 50))) for at, name in enumerate("abc")]
    root = await easel.ask("look at these", files=sent)
    await easel.ask(text, thread_ts=root)
    assert f"[Pictures, in order: 1. {expected_name} (from earlier)]" in read_request_text(easel)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("as gif", "jpg, png and webp"),
        ("v1 as psd please", "jpg, png and webp"),
        ("compare v1, v2, v3, v4 and v5", "up to four"),
        ("as png at 99999 wide", "8,192"),
    ],
)
async def test_what_is_not_done_here_is_said_and_costs_nothing(
    easel: EaselEnvironment, text: str, words: str
) -> None:
    root = await easel.ask("draw a red fox")
    await easel.ask(text, thread_ts=root)
    assert words in get_last_text(easel, root) and len(easel.model.requests) == 1


async def test_stop_keeps_the_variations_that_are_there(easel: EaselEnvironment) -> None:
    easel.model.first_delay = 0.0
    ts = await easel.slack.post_as_person(GENERAL, "<@U0EASEL> draw two variations of a red fox")
    await wait_until(lambda: len(easel.model.requests) == 2)
    easel.slack.press_stop(GENERAL, ts)
    await easel.wait_until_idle()
    files = [file for reply in easel.list_replies(ts) for file in reply.files]
    answered = [row for row in easel.list_model_requests() if row["outcome"] == "answered"]
    assert len(files) >= len(answered)
