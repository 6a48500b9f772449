"""The menus of messages and files on the page, in a real browser: what they offer and do."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.playground.slack import PlayedSlack, PostedFile
from handlers.manifest import load_manifest
from tests.playground.browser import open_browser_page, serve_page
from tests.playground.sharing import choose_menu_item, open_thread
from tests.support.easel import build_png

pytestmark = pytest.mark.browser
DM = "D0ALEX"
FOXES = [
    PostedFile(f"fox-v{n}.png", build_png((200, 150)), alt=f"Fox number {n}") for n in (1, 2, 3)
]
SHORTCUTS = [
    one for one in load_manifest()["features"].get("shortcuts", []) if one["type"] == "message"
]


async def test_a_deleted_file_says_so_in_its_place(slack: PlayedSlack, page: Page) -> None:
    await open_thread(slack, page, FOXES)
    cell = page.locator("#thread .picture").nth(1)
    await choose_menu_item(page, cell, "Delete file")
    await expect(page.locator(".confirm")).to_contain_text("Delete fox-v2.png?")
    await page.locator(".confirm .danger").click()
    await expect(cell).to_have_text("This file was deleted.")
    await expect(page.locator("#thread .picture img")).to_have_count(2)
    assert [file.is_deleted for file in slack.workspace.files.values()] == [False, True, False]


async def test_nothing_is_deleted_without_a_yes(slack: PlayedSlack, page: Page) -> None:
    await slack.post_as_person(DM, "mine", files=[("a.pdf", b"x")])
    await choose_menu_item(page, page.locator("#messages .file"), "Delete file")
    await page.keyboard.press("Escape")
    await choose_menu_item(page, page.locator("#messages .message"), "Delete message")
    await page.locator(".confirm [value=no]").click()
    await expect(page.locator(".confirm")).to_be_hidden()
    assert len(slack.workspace.list_messages(DM)) == 1
    assert not any(file.is_deleted for file in slack.workspace.files.values())


async def test_a_message_is_deleted_and_its_thread_goes_on(slack: PlayedSlack, page: Page) -> None:
    await open_thread(slack, page, FOXES[:1])
    await choose_menu_item(page, page.locator("#thread .message").first, "Delete message")
    await page.locator(".confirm .danger").click()
    await expect(page.locator("#thread .message").first).to_have_text("This message was deleted.")
    await expect(page.locator("#thread .picture")).to_have_count(1)
    await expect(page.locator("#thread .message.deleted > .more")).to_have_count(0)


async def test_only_ones_own_messages_offer_to_be_deleted(slack: PlayedSlack, page: Page) -> None:
    await open_thread(slack, page, FOXES[:1])
    message = page.locator("#thread .message").nth(1)
    await message.hover()
    await message.locator("> .more").click()
    labels = await page.locator(".menu button").all_inner_texts()
    assert labels == [*[one["name"] for one in SHORTCUTS], "Copy as Markdown", "Copy link"]
    await page.keyboard.press("Escape")
    await expect(message.locator("> .more")).to_be_focused()


async def test_a_link_to_a_message_is_copied(slack: PlayedSlack, page: Page) -> None:
    ts = await slack.post_as_person(DM, "hello")
    await choose_menu_item(page, page.locator("#messages .message"), "Copy link")
    await expect(page.locator(".toast")).to_contain_text("copied")
    assert await page.evaluate("navigator.clipboard.readText()") == slack.get_permalink(DM, ts)


@pytest.mark.skipif(not SHORTCUTS, reason="the manifest has no message shortcuts")
async def test_a_shortcut_of_the_menu_reaches_the_app(slack: PlayedSlack, page: Page) -> None:
    ts = await slack.post_as_person(DM, "hello")
    await choose_menu_item(page, page.locator("#messages .message"), SHORTCUTS[0]["name"])

    def list_sent() -> list[dict[str, Any]]:
        return [d.body for d in slack.deliveries if d.body["type"] == "message_action"]

    await slack.wait_until(list_sent)
    (body,) = list_sent()
    assert (body["callback_id"], body["message_ts"]) == (SHORTCUTS[0]["callback_id"], ts)


async def test_the_menus_work_with_the_keyboard_alone(slack: PlayedSlack, page: Page) -> None:
    ts = await slack.post_as_person(DM, "hello")
    await page.locator("#messages .message > .more").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("End")
    await expect(page.locator(".menu button").last).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".confirm")).to_be_visible()
    await page.locator(".confirm .danger").press("Enter")
    await expect(page.locator("#messages .message")).to_have_count(0)
    assert slack.workspace.find_message(DM, ts) is None


async def test_a_menu_stays_though_its_list_had_to_scroll_to_its_button(
    slack: PlayedSlack, page: Page
) -> None:
    await open_thread(slack, page, *([one] for one in FOXES * 3))
    await expect(page.locator("#thread .picture img.seen")).to_have_count(9)
    await expect(page.locator("#thread")).not_to_have_js_property("scrollTop", 0)
    # The window tells of the scrolling only when the menu is open.
    await page.evaluate(
        "document.querySelector('#thread').scrollTop = 0;"
        " document.querySelector('#thread .message > .more').click()"
    )
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    await expect(page.locator(".menu")).to_be_visible()
    await page.evaluate("document.querySelector('#thread').scrollTop = 500")
    await expect(page.locator(".menu")).to_be_hidden()


async def test_on_a_phone_menus_are_tapped_and_the_gallery_fits(slack: PlayedSlack) -> None:
    phone = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
    async with serve_page(slack) as address, open_browser_page(**phone) as page:
        await page.goto(address)
        await expect(page.locator(".suggestion")).to_have_count(4)
        await open_thread(slack, page, FOXES)
        await expect(page.locator("#thread .picture")).to_have_count(3)
        assert await page.evaluate("document.documentElement.scrollWidth > innerWidth") is False
        box = await page.locator("#thread .picture").first.bounding_box()
        assert box is not None and box["width"] > 120
        await page.locator("#thread .message > .more").first.tap()
        await page.locator(".menu .danger").tap()
        await page.locator(".confirm .danger").tap()
        await expect(page.locator("#thread .message.deleted")).to_have_count(1)


@pytest.mark.parametrize("has_touch", [True, False])
async def test_in_a_narrow_window_no_menu_lies_over_another(
    slack: PlayedSlack, has_touch: bool
) -> None:
    narrow = {"width": 390, "height": 844, "has_touch": has_touch, "is_mobile": has_touch}
    root = await slack.post_as_person(DM, "look")
    for name in ("a-v1.png", "b-v2.png"):
        picture = [(name, build_png((900, 600)))]
        await slack.post_as_person(DM, "", files=picture, thread_ts=root)
    async with serve_page(slack) as address, open_browser_page(**narrow) as page:
        await page.goto(address)
        await page.locator(".open-thread").click()
        await expect(page.locator("#thread .picture img.seen")).to_have_count(2)
        boxes = await page.evaluate(
            "[...document.querySelectorAll('#thread .more')].map((one) => {"
            " const box = one.getBoundingClientRect();"
            " return [box.left, box.top, box.right, box.bottom]; })"
        )
    assert len(boxes) == 5
    for first, second in itertools.combinations(boxes, 2):
        is_apart = first[2] <= second[0] or second[2] <= first[0]
        assert is_apart or first[3] <= second[1] or second[3] <= first[1]
