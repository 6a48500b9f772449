"""Marking a part of a picture in the page's large view, in a real browser."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from bot.playground.slack import PlayedFile, PlayedSlack, PostedFile
from tests.playground.axe import list_barriers
from tests.playground.browser import open_browser_page, require_browser, serve_page
from tests.playground.sharing import open_thread
from tests.support.easel import run_easel

pytestmark = pytest.mark.browser
SIZE = (300, 200)
GREY, MARKED = (200, 200, 200), (228, 122, 174)  # half of #ff2d95 over the grey


def build_photo() -> PostedFile:
    raw = io.BytesIO()
    Image.new("RGB", SIZE, GREY).save(raw, "PNG")
    return PostedFile("photo.of.me.jpg", raw.getvalue())


async def start_marking(slack: PlayedSlack, page: Page) -> str:
    root = await open_thread(slack, page, [build_photo()])
    await page.locator("#thread .picture .open").click()
    await page.locator(".viewer .mark").click()
    await expect(page.locator(".marker")).to_be_visible()
    return root


async def draw(page: Page, *places: tuple[float, float]) -> None:
    """Draw with the mouse through places, which are shares of the picture's width and height."""
    box = await page.locator(".viewer .marks").bounding_box()
    assert box is not None
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    await page.mouse.move(*points[0])
    await page.mouse.down()
    for point in points[1:]:
        await page.mouse.move(*point, steps=4)
    await page.mouse.up()


async def wait_for_copy(slack: PlayedSlack, root: str) -> tuple[str, PlayedFile]:
    """Return the words and the file of the last message of a person in the thread."""

    def list_copies() -> list[tuple[str, PlayedFile]]:
        return [
            (message.text, file)
            for message in slack.list_thread("D0ALEX", root)
            for file in message.files
            if file.name.endswith("-marked.png") and not message.from_bot
        ]

    await slack.wait_until(list_copies)
    return list_copies()[-1]


def read_colours(file: PlayedFile, places: Iterable[tuple[float, float]]) -> list[object]:
    with Image.open(io.BytesIO(file.data)) as opened:
        assert (opened.format, opened.size) == ("PNG", SIZE)
        picture = opened.convert("RGB")
    return [picture.getpixel((int(x * SIZE[0]), int(y * SIZE[1]))) for x, y in places]


def is_near(colour: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(one - other) <= 2 for one, other in zip(colour, wanted, strict=True))


async def test_a_brushed_part_is_posted_with_its_words_at_full_size(
    slack: PlayedSlack, page: Page
) -> None:
    root = await start_marking(slack, page)
    await page.locator(".marker .send").click()
    await expect(page.locator(".marker .told")).to_contain_text("mark a part")
    # Strokes that cross are no darker; what was undone is not there.
    await draw(page, (0.1, 0.5), (0.4, 0.5), (0.25, 0.3), (0.25, 0.7))
    await page.locator("[data-tool=box]").click()
    await draw(page, (0.6, 0.2), (0.9, 0.8))
    await page.locator("[data-tool=brush]").click()
    await draw(page, (0.5, 0.9), (0.5, 0.95))
    await page.keyboard.press("Control+z")
    await draw(page, (0.5, 0.1))
    await page.get_by_role("button", name="Undo").click()
    await page.locator(".marker .send").click()
    await expect(page.locator(".marker .told")).to_contain_text("what should change")
    await page.keyboard.type("make this blue")
    await page.keyboard.press("Enter")
    words, file = await wait_for_copy(slack, root)
    assert (words, file.name) == ("make this blue", "photo.of.me-marked.png")
    inside, outside = [(0.2, 0.5), (0.25, 0.5), (0.75, 0.5)], [(0.5, 0.92), (0.05, 0.1), (0.5, 0.1)]
    colours = read_colours(file, inside)
    assert all(is_near(colour, MARKED) for colour in colours), colours
    assert read_colours(file, outside) == [GREY] * 3
    await expect(page.locator(".viewer")).to_be_hidden()


async def test_the_keyboard_marks_too_and_nothing_is_lost_when_sending_fails(
    slack: PlayedSlack, page: Page
) -> None:
    root = await start_marking(slack, page)
    await expect(page.locator("[data-tool=brush]")).to_be_focused()
    await page.locator("[data-tool=box]").press("Enter")
    box = page.locator(".viewer .box")
    await expect(box).to_be_focused()
    before = await box.get_attribute("aria-label")
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight"):
        await page.keyboard.press(key)
    label = await box.get_attribute("aria-label")
    assert before is not None and "33 % from the left" in before
    assert label is not None and "31 % from the left, 31 % from the top, 35 % wide" in label
    assert await list_barriers(page) == []
    # Escape ends marking, then the view; what is marked is still there.
    await page.keyboard.press("Escape")
    await expect(page.locator(".marker")).to_be_hidden()
    await expect(page.locator(".viewer .mark")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.fill(".marker .words input", "make this blue")
    # Arrow keys in the words turn no page.
    await page.keyboard.press("ArrowLeft")
    for message in slack.list_thread("D0ALEX", root)[::-1]:
        slack.workspace.delete("D0ALEX", message.ts)
    await page.locator(".marker .send").press("Enter")
    await expect(page.locator(".marker .told")).to_contain_text("is gone")
    await expect(page.locator(".marker .words input")).to_have_value("make this blue")


async def test_marks_stand_out_from_a_picture_of_their_own_colour(
    slack: PlayedSlack, page: Page
) -> None:
    chosen = []
    for colour in (GREY, (240, 60, 150), (20, 200, 110), (40, 120, 250)):
        script = """async (colour) => {
            const {chooseColour} = await import("/web/marks.js");
            const canvas = document.createElement("canvas");
            const context = canvas.getContext("2d");
            context.fillStyle = `rgb(${colour})`;
            context.fillRect(0, 0, 300, 150);
            return chooseColour(canvas);
        }"""
        chosen.append(await page.evaluate(script, list(colour)))
    pink, green = "rgb(255 45 149)", "rgb(0 214 107)"
    assert chosen == [pink, green, pink, pink]


async def test_what_is_brushed_on_a_sent_picture_is_all_that_changes(tmp_path: Path) -> None:
    require_browser()
    async with (
        run_easel(tmp_path) as easel,
        serve_page(easel.slack) as address,
        open_browser_page() as page,
    ):
        root = await easel.ask("what is this?", channel="D0ALEX", files=[build_photo()])
        await page.goto(address)
        await page.locator("#messages .open-thread").last.click()
        await page.locator("#messages .picture .open").first.click()
        await page.locator(".viewer .mark").click()
        await draw(page, (0.2, 0.5), (0.4, 0.5))
        await page.fill(".marker .words input", "make this green")
        await page.locator(".marker .send").click()
        await wait_for_copy(easel.slack, root)
        await easel.slack.wait_until(lambda: list_kept(easel.slack, root))
        (kept,) = list_kept(easel.slack, root)
        inside, outside = read_colours(kept, [(0.3, 0.5), (0.8, 0.2)])
        assert outside == GREY and inside != GREY


def list_kept(slack: PlayedSlack, root: str) -> list[PlayedFile]:
    replies = slack.list_replies("D0ALEX", root)
    return [file for reply in replies for file in reply.files if file.name.endswith("-v2.png")]


async def test_a_finger_marks_on_a_phone(slack: PlayedSlack) -> None:
    async with (
        serve_page(slack) as address,
        open_browser_page(width=390, height=700, has_touch=True, is_mobile=True) as page,
    ):
        await page.goto(address)
        root = await start_marking(slack, page)
        assert await page.evaluate("document.documentElement.scrollWidth > innerWidth") is False
        is_cut = """node => {
            const pen = document.createElement("canvas").getContext("2d");
            const style = getComputedStyle(node);
            pen.font = style.font;
            const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
            return pen.measureText(node.placeholder).width > node.clientWidth - padding;
        }"""
        for field in (".marker .words input", "#composer"):
            assert not await page.locator(field).evaluate(is_cut), field
        box = await page.locator(".viewer .marks").bounding_box()
        assert box is not None and box["width"] >= 300
        await page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        await page.fill(".marker .words input", "a dot")
        await page.locator(".marker .send").tap()
        _, file = await wait_for_copy(slack, root)
        (colour, other) = read_colours(file, [(0.5, 0.5), (0.1, 0.1)])
        assert is_near(colour, MARKED) and other == GREY
