"""How the page shows pictures and files, and what their menus do, in a real browser."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Locator, Page, expect

from bot.manifest import load
from bot.playground.slack import PlayedMessage, PlayedSlack, Upload
from bot.playground.slack.web_api import Rules
from tests.fakes.easel import png
from tests.playground.browser import browsing, need_browser, serving_page

pytestmark = pytest.mark.browser
DM = "D0ALEX"
FOXES = [Upload(f"fox-v{n}.png", png((200, 150)), alt=f"Fox number {n}") for n in (1, 2, 3)]
SHORTCUTS = [one for one in load()["features"].get("shortcuts", []) if one["type"] == "message"]


@pytest.fixture
async def slack() -> AsyncIterator[PlayedSlack]:
    need_browser()
    async with PlayedSlack(Rules(share_delay=0.0)) as played:
        yield played


@pytest.fixture
async def page(slack: PlayedSlack) -> AsyncIterator[Page]:
    async with serving_page(slack) as address, browsing() as opened:
        await opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await opened.goto(address)
        await expect(opened.locator(".suggestion")).to_have_count(4)
        yield opened


def drawn(slack: PlayedSlack, root: str, uploads: Iterable[Upload]) -> PlayedMessage:
    """Easel shares pictures in the thread."""
    files = [slack.uploads.put(upload, "U0EASEL") for upload in uploads]
    ts = slack.workspace.next_ts()
    message = PlayedMessage(
        ts, DM, "U0EASEL", "", thread_ts=root, files=files, from_bot=True, markdown=True
    )
    for file in files:
        file.shares.append((DM, ts, root))
    slack.workspace.add(message)
    return message


async def thread(slack: PlayedSlack, page: Page, *messages: Iterable[Upload]) -> str:
    """A thread in which Easel shared pictures, opened on the page."""
    root = await slack.say(DM, "draw foxes")
    for uploads in messages:
        drawn(slack, root, uploads)
    await page.locator("#messages .open-thread").last.click()
    return root


async def chosen(page: Page, within: Locator, label: str) -> None:
    """Open the menu of a message or a file and choose."""
    await within.hover()
    await within.locator("> .more").click()
    await page.locator(".menu button", has_text=label).click()


async def shape(picture: Locator) -> tuple[float, float]:
    box = await picture.bounding_box()
    assert box is not None
    return box["width"], box["height"]


async def test_several_pictures_stand_in_two_columns_undistorted_with_their_versions(
    slack: PlayedSlack, page: Page
) -> None:
    await thread(slack, page, FOXES)
    cells = page.locator("#thread .pictures.many .picture")
    await expect(cells).to_have_count(3)
    boxes = [await cells.nth(n).bounding_box() for n in range(3)]
    lefts = [box["x"] for box in boxes if box]
    assert lefts[0] == lefts[2] < lefts[1]
    for n in range(3):
        await expect(cells.nth(n).locator(".version")).to_have_text(f"v{n + 1}")
        width, height = await shape(cells.nth(n).locator("img"))
        assert width / height == pytest.approx(4 / 3, rel=0.02)


@pytest.mark.parametrize("size", [(40, 3000), (3000, 40), (2, 2), (1500, 1500)])
async def test_a_picture_of_any_shape_keeps_it_and_breaks_nothing(
    slack: PlayedSlack, page: Page, size: tuple[int, int]
) -> None:
    await thread(slack, page, [Upload("odd.png", png(size))])
    await expect(page.locator("#thread .picture img.seen")).to_have_count(1)
    width, height = await shape(page.locator("#thread .picture img"))
    assert 0 < width <= 361 and 0 < height <= 361
    assert width / height == pytest.approx(size[0] / size[1], rel=0.05)
    too_wide = "node => node.scrollWidth > node.clientWidth"
    assert await page.locator("#thread").evaluate(too_wide) is False


async def test_the_place_of_a_picture_is_kept_before_its_bytes_come(
    slack: PlayedSlack, page: Page
) -> None:
    await page.route("**/page/files/*", lambda route: route.abort())
    await thread(slack, page, [Upload("wide.png", png((720, 360)))])
    assert await shape(page.locator("#thread .picture img")) == (360, 180)
    assert await page.locator("#thread .picture img").get_attribute("loading") == "lazy"


async def test_a_contact_sheet_is_as_wide_as_the_thread_and_has_no_version(
    slack: PlayedSlack, page: Page
) -> None:
    sheets = [[Upload(name, png((1600, 900)))] for name in ("history.png", "compare-v1-v2.png")]
    await thread(slack, page, *sheets)
    await expect(page.locator("#thread .sheet img.seen")).to_have_count(2)
    room = await page.locator("#thread .message .pictures").first.evaluate("n => n.clientWidth")
    for n in range(2):
        width, _ = await shape(page.locator("#thread .sheet").nth(n))
        assert width == pytest.approx(room, abs=1)
    await expect(page.locator("#thread .version")).to_have_count(0)


async def test_a_board_shows_through_what_is_clear(slack: PlayedSlack, page: Page) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (60, 60), (0, 0, 0, 0)).save(out, "PNG")
    await thread(slack, page, [Upload("clear.png", out.getvalue())])
    seen = page.locator("#thread .picture img.seen")
    assert "conic-gradient" in await seen.evaluate("node => getComputedStyle(node).backgroundImage")


async def test_the_viewer_goes_through_the_pictures_of_the_thread_and_gives_the_focus_back(
    slack: PlayedSlack, page: Page
) -> None:
    await slack.say(DM, "elsewhere", files=[("other.png", png())])
    await thread(slack, page, FOXES[:2], FOXES[2:])
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
    await thread(slack, page, FOXES)
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
    await slack.say(DM, "look", files=files)
    cards = page.locator("#messages .file")
    await expect(cards).to_have_count(3)
    await expect(page.locator("#messages img")).to_have_count(0)
    await expect(cards.nth(2)).to_contain_text("c.pdf")
    await expect(cards.nth(2)).to_contain_text("PDF · 2 kB")
    async with page.expect_download() as download:
        await cards.nth(0).locator("a").click()
    assert (await download.value).suggested_filename == "a.svg"


async def test_a_deleted_file_says_so_in_its_place(slack: PlayedSlack, page: Page) -> None:
    await thread(slack, page, FOXES)
    cell = page.locator("#thread .picture").nth(1)
    await chosen(page, cell, "Delete file")
    await expect(page.locator(".confirm")).to_contain_text("Delete fox-v2.png?")
    await page.locator(".confirm .danger").click()
    await expect(cell).to_have_text("This file was deleted.")
    await expect(page.locator("#thread .picture img")).to_have_count(2)
    assert [file.gone for file in slack.workspace.files.values()] == [False, True, False]


async def test_nothing_is_deleted_without_a_yes(slack: PlayedSlack, page: Page) -> None:
    await slack.say(DM, "mine", files=[("a.pdf", b"x")])
    await chosen(page, page.locator("#messages .file"), "Delete file")
    await page.keyboard.press("Escape")
    await chosen(page, page.locator("#messages .message"), "Delete message")
    await page.locator(".confirm [value=no]").click()
    await expect(page.locator(".confirm")).to_be_hidden()
    assert len(slack.workspace.messages(DM)) == 1
    assert not any(file.gone for file in slack.workspace.files.values())


async def test_a_message_is_deleted_and_its_thread_goes_on(slack: PlayedSlack, page: Page) -> None:
    await thread(slack, page, FOXES[:1])
    await chosen(page, page.locator("#thread .message").first, "Delete message")
    await page.locator(".confirm .danger").click()
    await expect(page.locator("#thread .message").first).to_have_text("This message was deleted.")
    await expect(page.locator("#thread .picture")).to_have_count(1)
    await expect(page.locator("#thread .message.deleted > .more")).to_have_count(0)


async def test_only_ones_own_messages_offer_to_be_deleted(slack: PlayedSlack, page: Page) -> None:
    await thread(slack, page, FOXES[:1])
    message = page.locator("#thread .message").nth(1)
    await message.hover()
    await message.locator("> .more").click()
    labels = await page.locator(".menu button").all_inner_texts()
    assert labels == [*[one["name"] for one in SHORTCUTS], "Copy link"]
    await page.keyboard.press("Escape")
    await expect(message.locator("> .more")).to_be_focused()


async def test_a_link_to_a_message_is_copied(slack: PlayedSlack, page: Page) -> None:
    ts = await slack.say(DM, "hello")
    await chosen(page, page.locator("#messages .message"), "Copy link")
    await expect(page.locator(".toast")).to_contain_text("copied")
    assert await page.evaluate("navigator.clipboard.readText()") == slack.permalink(DM, ts)


@pytest.mark.skipif(not SHORTCUTS, reason="the manifest has no message shortcuts")
async def test_a_shortcut_of_the_menu_reaches_the_app(slack: PlayedSlack, page: Page) -> None:
    ts = await slack.say(DM, "hello")
    await chosen(page, page.locator("#messages .message"), SHORTCUTS[0]["name"])

    def sent() -> list[dict[str, Any]]:
        return [d.body for d in slack.deliveries if d.body["type"] == "message_action"]

    await slack.until(sent)
    (body,) = sent()
    assert (body["callback_id"], body["message_ts"]) == (SHORTCUTS[0]["callback_id"], ts)


async def test_the_menus_work_with_the_keyboard_alone(slack: PlayedSlack, page: Page) -> None:
    ts = await slack.say(DM, "hello")
    await page.locator("#messages .message > .more").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("End")
    await expect(page.locator(".menu button").last).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".confirm")).to_be_visible()
    await page.locator(".confirm .danger").press("Enter")
    await expect(page.locator("#messages .message")).to_have_count(0)
    assert slack.workspace.message(DM, ts) is None


async def test_what_has_not_changed_stays_as_it_is(slack: PlayedSlack, page: Page) -> None:
    root = await thread(slack, page, FOXES[:1])
    await page.locator("#thread .picture img").evaluate("node => { node.mine = true; }")
    await page.locator("#thread .open").focus()
    drawn(slack, root, FOXES[1:])
    await expect(page.locator("#thread .picture")).to_have_count(3)
    assert await page.locator("#thread .picture img").first.evaluate("node => node.mine") is True
    await expect(page.locator("#thread .open").first).to_be_focused()


async def test_on_a_phone_menus_are_tapped_and_the_gallery_fits(slack: PlayedSlack) -> None:
    phone = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
    async with serving_page(slack) as address, browsing(**phone) as page:
        await page.goto(address)
        await expect(page.locator(".suggestion")).to_have_count(4)
        await thread(slack, page, FOXES)
        await expect(page.locator("#thread .picture")).to_have_count(3)
        assert await page.evaluate("document.documentElement.scrollWidth > innerWidth") is False
        width, _ = await shape(page.locator("#thread .picture").first)
        assert width > 120
        await page.locator("#thread .message > .more").first.tap()
        await page.locator(".menu .danger").tap()
        await page.locator(".confirm .danger").tap()
        await expect(page.locator("#thread .message.deleted")).to_have_count(1)
