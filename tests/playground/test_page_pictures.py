"""The menus under pictures on the page, in a real browser, with the keyboard alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.playground.axe import list_barriers
from tests.playground.browser import open_browser_page, require_browser, serve_page
from tests.support.easel import GENERAL, EaselEnvironment, run_easel

pytestmark = pytest.mark.browser


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    require_browser()
    async with run_easel(tmp_path) as running:
        yield running


async def open_menu(page: Page, line: str) -> None:
    await page.get_by_role("button", name=f"More: {line}").focus()
    await page.keyboard.press("Enter")


async def choose(page: Page, text: str) -> None:
    await page.locator(".menu button", has_text=text).press("Enter")


async def edit(page: Page) -> None:
    """Fill in the form of an edit and send it."""
    await expect(page.locator(".modal h2")).to_have_text("Edit v1")
    assert await list_barriers(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth > innerWidth") is False
    await page.keyboard.type("make the sky orange")
    await page.keyboard.press("Tab")
    quality = page.get_by_label("Quality (optional)")
    await expect(quality).to_be_focused()
    await expect(quality).to_have_value("low")
    await page.locator(".modal .send").press("Enter")
    await expect(page.locator(".modal")).to_be_hidden()


async def test_each_picture_has_its_menu_and_its_forms_are_filled_in_with_the_keyboard(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("draw a red fox --quality low")
    async with (
        serve_page(easel.slack) as address,
        open_browser_page(width=390, height=844, color_scheme="dark") as page,
    ):
        await page.goto(f"{address}#/{GENERAL}/{root}")
        await expect(page.locator(".line")).to_have_text("Go on with v1⋯")
        await expect(page.locator("#thread")).not_to_contain_text("To go on with a picture")
        await open_menu(page, "Go on with v1")
        texts = await page.locator(".menu button").all_inner_texts()
        assert texts[:3] == ["Again (about $0.01)", "Vary: 3 more (about $0.03)", "Edit…"]
        assert await list_barriers(page) == []
        await choose(page, "Edit…")
        await edit(page)
        await expect(page.locator(".line")).to_have_count(2)
        await open_menu(page, "Go on with v2")
        await choose(page, "Convert…")
        await expect(page.locator(".modal input[type=radio]").first).to_be_focused()
        await page.keyboard.press("Space")
        await page.keyboard.press("ArrowDown")
        await page.locator(".modal .send").press("Enter")
        await expect(page.locator(".line")).to_have_count(3)
    names = [file.name for reply in easel.list_replies(root) for file in reply.files]
    assert [name[-6:] for name in names] == ["v1.png", "v2.png", "v3.png"]
    await easel.wait_until_idle()


async def test_what_is_dear_is_asked_first(easel: EaselEnvironment) -> None:
    root = await easel.ask("draw a red fox --quality high")
    async with serve_page(easel.slack) as address, open_browser_page() as page:
        await page.goto(f"{address}#/{GENERAL}/{root}")
        await open_menu(page, "Go on with v1")
        await choose(page, "Vary: 3 more (about $0.64)")
        await expect(page.locator(".modal")).to_contain_text("about $0.64")
        await expect(page.locator(".modal .close")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.locator(".modal")).to_be_hidden()
    assert len(easel.model.requests) == 1
