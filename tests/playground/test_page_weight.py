"""The page is light, and nothing on it jumps while an answer comes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bench.browser.page import watch_page
from bot.playground.model.talk import PlayedAnswer
from bot.playground.slack import PlayedSlack
from tests.playground.browser import open_browser_page, require_browser, serve_page
from tests.support.easel import run_easel

pytestmark = pytest.mark.browser
MAX_BYTES, MAX_SHIFT = 150_000, 0.001
# The line that says what Easel does stands below the words, and goes down as they grow.
MAX_STATUS_SHIFT = 0.01


async def test_the_page_is_light_and_nothing_jumps_while_a_picture_comes(tmp_path: Path) -> None:
    require_browser()
    async with run_easel(tmp_path) as easel, serve_page(easel.slack) as address:
        easel.model.token_delay = 0.005
        async with open_browser_page() as page:
            load = await watch_page(page)
            await page.goto(address)
            await expect(page.locator(".suggestion")).to_have_count(4)
            assert 0 < load.transferred_bytes <= MAX_BYTES
            await page.fill("#composer", "Draw a red fox under a blue moon")
            await page.press("#composer", "Enter")
            await expect(page.locator("#thread .picture img.seen")).to_have_count(1)
            easel.model.speak = lambda _request: PlayedAnswer("one two three " * 40)
            await page.fill("#thread-composer", "tell me more")
            await page.press("#thread-composer", "Enter")
            # Two questions, two answers, the picture and its menu.
            await expect(page.locator("#thread .message")).to_have_count(6)
            await expect(page.locator("#thread .streaming")).to_have_count(0)
            shifts = await load.list_shifts()
            of_status = sum(value for value, what in shifts if what == "status")
            assert of_status <= MAX_STATUS_SHIFT, shifts
            assert sum(value for value, _ in shifts) - of_status <= MAX_SHIFT, shifts


async def test_a_message_that_is_deep_or_wide_is_shown_and_so_are_the_others(
    slack: PlayedSlack, page: Page
) -> None:
    texts = [">" * 20_000, "a|b\n|--|\n" + "|" * 38_000, "|" * 19_000 + "\n|--|\n", "> > said"]
    for text in texts:
        await slack.post_as_person("D0ALEX", text)
    await expect(page.locator("#messages .body")).to_have_count(len(texts))
    await expect(page.locator("#messages .message").last.locator("blockquote")).to_have_count(2)
    await expect(page.locator("#messages td")).to_have_count(2)
