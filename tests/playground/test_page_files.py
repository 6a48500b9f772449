"""How the page shows pictures and files, in a real browser."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Locator, Page, expect

from bot.playground.slack import PlayedSlack, PostedFile
from tests.playground.sharing import open_thread, share_pictures
from tests.support.easel import build_png

pytestmark = pytest.mark.browser
DM = "D0ALEX"
FOXES = [
    PostedFile(f"fox-v{n}.png", build_png((200, 150)), alt=f"Fox number {n}") for n in (1, 2, 3)
]


async def measure_size(picture: Locator) -> tuple[float, float]:
    box = await picture.bounding_box()
    assert box is not None
    return box["width"], box["height"]


async def test_several_pictures_stand_in_two_columns_undistorted_with_their_versions(
    slack: PlayedSlack, page: Page
) -> None:
    await open_thread(slack, page, FOXES)
    cells = page.locator("#thread .pictures.many .picture")
    await expect(cells).to_have_count(3)
    boxes = [await cells.nth(n).bounding_box() for n in range(3)]
    lefts = [box["x"] for box in boxes if box]
    assert lefts[0] == lefts[2] < lefts[1]
    for n in range(3):
        await expect(cells.nth(n).locator(".version")).to_have_text(f"v{n + 1}")
        width, height = await measure_size(cells.nth(n).locator("img"))
        assert width / height == pytest.approx(4 / 3, rel=0.02)


@pytest.mark.parametrize("size", [(40, 3000), (3000, 40), (2, 2), (1500, 1500)])
async def test_a_picture_of_any_shape_keeps_it_and_breaks_nothing(
    slack: PlayedSlack, page: Page, size: tuple[int, int]
) -> None:
    await open_thread(slack, page, [PostedFile("odd.png", build_png(size))])
    await expect(page.locator("#thread .picture img.seen")).to_have_count(1)
    width, height = await measure_size(page.locator("#thread .picture img"))
    assert 0 < width <= 361 and 0 < height <= 361
    assert width / height == pytest.approx(size[0] / size[1], rel=0.05)
    too_wide = "node => node.scrollWidth > node.clientWidth"
    assert await page.locator("#thread").evaluate(too_wide) is False


async def test_the_place_of_a_picture_is_kept_before_its_bytes_come(
    slack: PlayedSlack, page: Page
) -> None:
    await page.route("**/page/files/*", lambda _route: None)  # they never come
    await open_thread(slack, page, [PostedFile("wide.png", build_png((720, 360)))])
    assert await measure_size(page.locator("#thread .picture img")) == (360, 180)
    assert await page.locator("#thread .picture img").get_attribute("loading") == "lazy"


async def test_a_picture_that_cannot_be_shown_says_so_in_its_place_and_is_tried_again(
    slack: PlayedSlack, page: Page
) -> None:
    await page.route("**/page/files/*", lambda route: route.abort())
    root = await open_thread(slack, page, [PostedFile("wide.png", build_png((720, 360)))])
    picture = page.locator("#thread .picture")
    await expect(picture).to_contain_text("wide.png")
    await expect(picture).to_contain_text("cannot be shown")
    assert await measure_size(picture.locator(".unseen")) == (360, 180)
    await page.unroute("**/page/files/*")
    await page.evaluate("import('/web/files.js').then((files) => files.retryPictures())")
    await expect(picture.locator("img.seen")).to_have_count(1)
    share_pictures(slack, root, [PostedFile("no.png", b"\x89PNG\r\n\x1a\nnothing")])
    await expect(picture.last).to_contain_text("no.png")
    files: Any = [{"name": "bad.png", "mimeType": "image/png", "buffer": b"bad"}]
    await page.set_input_files("#file-input", files)
    await expect(page.locator(".preview")).to_contain_text("bad.png")


async def test_a_contact_sheet_is_as_wide_as_the_thread_and_has_no_version(
    slack: PlayedSlack, page: Page
) -> None:
    sheets = [
        [PostedFile(name, build_png((1600, 900)))] for name in ("history.png", "compare-v1-v2.png")
    ]
    made_of = ["difference-v1-v2.png", "overlay-logo-v12.png", "grid-of-fox-v3.jpg"]
    made_of += ["areas-of-fox-v3.jpg"]
    others = [[PostedFile(name, build_png((40, 30)))] for name in made_of]
    await open_thread(slack, page, *sheets, *others)
    await expect(page.locator("#thread .sheet img.seen")).to_have_count(2)
    room = await page.locator("#thread .message .pictures").first.evaluate("n => n.clientWidth")
    for n in range(2):
        width, _ = await measure_size(page.locator("#thread .sheet").nth(n))
        assert width == pytest.approx(room, abs=1)
    await expect(page.locator("#thread .version")).to_have_count(0)


async def test_a_board_shows_through_what_is_clear(slack: PlayedSlack, page: Page) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (60, 60), (0, 0, 0, 0)).save(out, "PNG")
    await open_thread(slack, page, [PostedFile("clear.png", out.getvalue())])
    seen = page.locator("#thread .picture img.seen")
    assert "conic-gradient" in await seen.evaluate("node => getComputedStyle(node).backgroundImage")


async def test_the_viewer_goes_through_the_pictures_of_the_thread_and_gives_the_focus_back(
    slack: PlayedSlack, page: Page
) -> None:
    await slack.post_as_person(DM, "elsewhere", files=[("other.png", build_png())])
    await open_thread(slack, page, FOXES[:2], FOXES[2:])
    first = page.locator("#thread .open").first
    await first.focus()
    await page.keyboard.press("Enter")
    caption = page.locator(".viewer figcaption")
    await expect(caption).to_contain_text("Fox number 1")
    await expect(page.locator(".viewer .count")).to_have_text("1 of 3")
    for number in (2, 3, 1):
        await page.keyboard.press("ArrowRight")
        await expect(caption).to_contain_text(f"Fox number {number}")
    await page.keyboard.press("ArrowLeft")
    await expect(caption).to_contain_text("Fox number 3")
    await page.keyboard.press("Escape")
    await expect(page.locator(".viewer")).to_be_hidden()
    await expect(first).to_be_focused()


async def test_a_swipe_turns_the_page(slack: PlayedSlack, page: Page) -> None:
    await open_thread(slack, page, FOXES)
    await page.locator("#thread .open").first.click()
    await page.locator(".viewer").evaluate(
        """node => {
          const at = (x) => new Touch({ identifier: 1, target: node, clientX: x, clientY: 300 });
          const told = (kind, x, still) => node.dispatchEvent(new TouchEvent(kind,
            { touches: still ? [at(x)] : [], changedTouches: [at(x)], bubbles: true }));
          told("touchstart", 300, true);
          told("touchend", 120, false);
        }"""
    )
    await expect(page.locator(".viewer figcaption")).to_contain_text("Fox number 2")


async def test_other_files_are_cards_and_svg_and_html_are_never_shown(
    slack: PlayedSlack, page: Page
) -> None:
    files = [("a.svg", b"<svg onload='alert(1)'/>"), ("b.html", b"<b>"), ("c.pdf", b"x" * 2048)]
    await slack.post_as_person(DM, "look", files=files)
    cards = page.locator("#messages .file")
    await expect(cards).to_have_count(3)
    await expect(page.locator("#messages img")).to_have_count(0)
    await expect(cards.nth(2)).to_contain_text("c.pdf")
    await expect(cards.nth(2)).to_contain_text("PDF · 2 kB")
    async with page.expect_download() as download:
        await cards.nth(0).locator("a").click()
    assert (await download.value).suggested_filename == "a.svg"


async def test_what_has_not_changed_stays_as_it_is(slack: PlayedSlack, page: Page) -> None:
    root = await open_thread(slack, page, FOXES[:1])
    await page.locator("#thread .picture img").evaluate("node => { node.mine = true; }")
    await page.locator("#thread .open").focus()
    share_pictures(slack, root, FOXES[1:])
    await expect(page.locator("#thread .picture")).to_have_count(3)
    assert await page.locator("#thread .picture img").first.evaluate("node => node.mine") is True
    await expect(page.locator("#thread .open").first).to_be_focused()
