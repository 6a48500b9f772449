"""The page in a real browser, with the real Easel behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.playground.model.wire import build_error
from tests.playground.browser import open_browser_page, require_browser, serve_page
from tests.support.easel import EaselEnvironment, build_png, run_easel

pytestmark = pytest.mark.browser


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[EaselEnvironment]:
    require_browser()
    async with run_easel(tmp_path) as running:
        running.model.token_delay = 0.01
        yield running


@pytest.fixture
async def page(easel: EaselEnvironment) -> AsyncIterator[Page]:
    async with serve_page(easel.slack) as address, open_browser_page() as opened:
        await opened.goto(address)
        await expect(opened.locator(".suggestion")).to_have_count(4)
        yield opened


async def ask(page: Page, text: str) -> None:
    await page.fill("#composer", text)
    await page.press("#composer", "Enter")


async def test_a_question_shows_its_status_then_the_answer_and_the_picture(
    page: Page, easel: EaselEnvironment
) -> None:
    seen = asyncio.Event()
    easel.model.fail(503, build_error(503, "later"), retry_after="0", gate=seen)
    await page.locator(".suggestion").first.click()
    await page.press("#composer", "Enter")
    await expect(page.locator("#thread .status")).to_contain_text("Easel is thinking…")
    seen.set()
    await expect(page.locator("#thread .picture img")).to_be_visible()
    await expect(page.locator("#thread .status")).to_have_count(0)
    await expect(page.locator("#thread-title")).to_have_text("Draw a red fox under a blue moon")
    await page.click("#thread .picture")
    await expect(page.locator(".viewer figcaption")).to_contain_text("1024 × 1024")
    await page.keyboard.press("Escape")
    await expect(page.locator(".viewer")).to_be_hidden()


async def test_a_photo_is_uploaded_changed_and_comes_back(
    page: Page, easel: EaselEnvironment
) -> None:
    photo: Any = {"name": "photo.png", "mimeType": "image/png", "buffer": build_png((90, 60))}
    await page.set_input_files("#file-input", photo)
    await expect(page.locator(".preview img")).to_be_visible()
    await ask(page, "make it grey")
    await expect(page.locator("#thread .picture img")).to_have_count(2)
    assert easel.list_replies(easel.slack.workspace.list_messages("D0ALEX")[0].ts, channel="D0ALEX")


async def test_markdown_is_rendered_and_nothing_in_it_runs(page: Page) -> None:
    await ask(page, "say **bold** <img src=x onerror=alert(1)> [x](javascript:alert(1)) `code`")
    body = page.locator("#thread .message").nth(1).locator(".body")
    await expect(body.locator("strong")).to_have_text("bold")
    await expect(body.locator("code")).to_have_text("code")
    await expect(body.locator("a, img")).to_have_count(0)
    await expect(body).to_contain_text("<img src=x onerror=alert(1)>")


async def test_easel_is_mentioned_in_a_channel_by_completion(page: Page) -> None:
    await page.click('[data-channel="C0GENERAL"]')
    await page.type("#composer", "@eas")
    await page.press("#composer", "Tab")
    await page.type("#composer", "what is 6*7?")
    await page.press("#composer", "Enter")
    await expect(page.locator("#thread .message").nth(1)).to_contain_text("42")
    await expect(page.locator("#messages .open-thread")).to_contain_text("1 reply")


async def test_a_follow_up_in_the_thread_is_answered(page: Page) -> None:
    await ask(page, "say one")
    await expect(page.locator("#thread .message")).to_have_count(2)
    await page.fill("#thread-composer", "say two")
    await page.press("#thread-composer", "Enter")
    await expect(page.locator("#thread .message").nth(3)).to_contain_text("two")


async def test_dark_mode_is_remembered(page: Page) -> None:
    before = await page.evaluate("document.documentElement.dataset.theme")
    await page.click("#theme-toggle")
    await page.reload()
    assert await page.evaluate("document.documentElement.dataset.theme") != before


async def test_it_can_be_used_on_a_phone(page: Page) -> None:
    await page.set_viewport_size({"width": 380, "height": 760})
    await page.click("#menu")
    await page.click('[data-channel="C0DESIGN"]')
    await expect(page.locator("#title")).to_have_text("# design")
    await ask(page, "@Easel say hello")
    await expect(page.locator("#thread .message").nth(1)).to_contain_text("hello")
    await page.click("#close-thread")
    await expect(page.locator("#messages .message")).to_have_count(1)
    overflow = "document.documentElement.scrollWidth > window.innerWidth"
    assert await page.evaluate(overflow) is False


async def test_a_failed_upload_is_told_and_nothing_is_lost(page: Page) -> None:
    await page.route("**/page/send", lambda route: route.abort())
    await ask(page, "hello")
    await expect(page.locator(".toast")).to_contain_text("cannot be reached")
    await expect(page.locator("#composer")).to_have_value("hello")
    await page.unroute("**/page/send")


async def test_a_failed_answer_has_a_button_that_asks_again(
    page: Page, easel: EaselEnvironment
) -> None:
    easel.model.fail(401, build_error(401, "no"))
    await ask(page, "say hello")
    button = page.locator("#thread .buttons .action")
    await expect(button).to_have_text("Retry")
    await expect(page.locator("#thread .message.streaming")).to_have_count(0)
    await button.click()
    await expect(page.locator("#thread .body", has_text="hello").last).to_be_visible()
    await expect(page.locator("#thread .buttons .action", has_text="Retry")).to_have_count(0)
