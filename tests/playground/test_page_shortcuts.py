"""“Ask Easel…” on the page, in a real browser, with the keyboard alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.playground.slack.workspace import PlayedMessage
from tests.playground.axe import list_barriers
from tests.playground.browser import open_browser_page, require_browser, serve_page
from tests.support.easel import EaselEnvironment, run_easel

pytestmark = pytest.mark.browser
DESIGN = "C0DESIGN"


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    require_browser()
    async with run_easel(tmp_path) as running:
        yield running


async def open_channel(page: Page, address: str) -> None:
    """Open the page where questions are asked, and wait until it has put the focus there."""
    await page.goto(f"{address}#/{DESIGN}")
    await expect(page.locator("#composer")).to_be_focused()


async def choose_ask(page: Page) -> None:
    """Choose the shortcut with the keyboard, from the field for messages."""
    await page.locator("#composer").focus()
    await page.keyboard.press("Shift+Tab")
    await expect(page.get_by_role("button", name="Shortcuts")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Ask Easel…")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".modal h2")).to_have_text("Ask Easel")
    # What is typed before is none of the form's.
    await expect(page.locator(".modal textarea")).to_be_focused()


def list_roots(easel: EaselEnvironment) -> list[PlayedMessage]:
    return [one for one in easel.slack.workspace.list_messages(DESIGN) if one.root == one.ts]


async def test_a_question_is_asked_from_anywhere_with_the_keyboard_alone(
    easel: EaselEnvironment,
) -> None:
    async with (
        serve_page(easel.slack) as address,
        open_browser_page(width=390, color_scheme="dark") as page,
    ):
        await open_channel(page, address)
        await choose_ask(page)
        assert await list_barriers(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth > innerWidth") is False
        await expect(page.locator(".modal textarea")).to_be_focused()
        # Where one is, is where it is asked.
        await expect(page.locator(".modal select")).to_have_value(DESIGN)
        await page.keyboard.press("Escape")
        await expect(page.locator(".modal")).to_be_hidden()
        await choose_ask(page)
        await page.keyboard.type("say hello")
        await page.keyboard.press("Tab")
        await expect(page.locator(".modal select")).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await expect(page.locator(".modal .send")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator(".modal")).to_be_hidden()
        await expect(page.locator("#messages .message")).to_contain_text("Alex asks:")
        await easel.wait_until_idle()
        (asked,) = list_roots(easel)
        assert easel.list_replies(asked.ts, channel=DESIGN)[-1].text == "hello"


async def test_what_cannot_be_asked_is_said_at_its_field(easel: EaselEnvironment) -> None:
    easel.slack.workspace.channels[DESIGN].members.discard("U0ALEX")
    async with serve_page(easel.slack) as address, open_browser_page() as page:
        await open_channel(page, address)
        await choose_ask(page)
        await page.keyboard.type("say hello")
        await page.locator(".modal .send").press("Enter")
        await expect(page.locator("#error-place")).to_contain_text("You are not in this channel.")
        await expect(page.locator(".modal select")).to_be_focused()
        assert await list_barriers(page) == []
        await page.locator(".modal select").select_option("")
        await page.locator(".modal .send").press("Enter")
        await expect(page.locator(".modal")).to_be_hidden()
        assert list_roots(easel) == []
