"""The row under an answer on the page: shown, and used with the keyboard alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.playground.browser import open_browser_page, require_browser, serve_page
from tests.support.easel import EaselEnvironment, run_easel

pytestmark = pytest.mark.browser


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    require_browser()
    async with run_easel(tmp_path) as running:
        yield running


@pytest.fixture
async def page(easel: EaselEnvironment) -> AsyncIterator[Page]:
    async with serve_page(easel.slack) as address, open_browser_page() as opened:
        await opened.goto(address)
        await expect(opened.locator(".suggestion")).to_have_count(4)
        yield opened


async def test_the_row_works_with_the_keyboard_alone(page: Page, easel: EaselEnvironment) -> None:
    await page.fill("#composer", "say one")
    await page.press("#composer", "Enter")
    row = page.locator("#thread .message .buttons")
    await expect(row.get_by_role("button")).to_have_count(4)
    await row.get_by_role("button", name="Regenerate").focus()
    await page.keyboard.press("Enter")
    await easel.slack.wait_until(lambda: len(easel.model.requests) == 2)
    await easel.wait_until_idle()
    menu = page.get_by_role("menu")
    await row.get_by_role("button", name="More about this answer").focus()
    await page.keyboard.press("Enter")
    await expect(menu.get_by_role("menuitem")).to_have_text(
        ["Copy as Markdown file", "Show the earlier answer", "What did you see?", "Cost of this"]
    )
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    alone = page.locator("#thread .message", has_text="Only visible to you")
    await expect(alone).to_have_count(2)
    await expect(alone.nth(1).locator(".body")).to_have_text("one")
    # It is no message of the thread: others see nothing, and it is gone when the page is loaded.
    await expect(page.locator("#messages .open-thread")).to_contain_text("1 reply")
    await page.reload()
    await expect(page.locator("#messages .open-thread")).to_contain_text("1 reply")
    await expect(alone).to_have_count(0)


async def test_who_may_not_press_is_told_so_alone(page: Page) -> None:
    await page.click('[data-channel="C0GENERAL"]')
    await page.fill("#composer", "@Easel say one")
    await page.press("#composer", "Enter")
    await expect(page.locator("#thread .message .buttons")).to_have_count(1)
    await page.select_option("#person", label="Sam")
    await page.click('[data-channel="C0GENERAL"]')
    await page.click("#messages .open-thread")
    await page.get_by_role("button", name="Regenerate").click()
    alone = page.locator("#thread .message", has_text="Only visible to you")
    await expect(alone).to_contain_text("only the person who asked can use this button")
