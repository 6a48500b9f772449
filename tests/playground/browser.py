"""Serves the playground's page and opens it in a real Chromium. Fails on script errors."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Page, async_playwright

from bot.playground.page import build_page_application
from bot.playground.slack import PlayedSlack

CHROMIUM_PATH = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMIUM_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)


def require_browser() -> None:
    """Skip the test without Chromium, or fail it if EASEL_REQUIRE_BROWSER is set."""
    if CHROMIUM_PATH is None:
        if os.environ.get("EASEL_REQUIRE_BROWSER"):
            pytest.fail("EASEL_REQUIRE_BROWSER is set and Chromium is not installed")
        pytest.skip("Chromium is not installed")


@asynccontextmanager
async def serve_page(slack: PlayedSlack) -> AsyncIterator[str]:
    """Serve the page for `slack`; yield its address."""
    runner = web.AppRunner(build_page_application(slack), access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


@asynccontextmanager
async def open_browser_page(
    *, width: int = 1200, height: int = 800, **more: Any
) -> AsyncIterator[Page]:
    """Open a fresh window; `more` are arguments of Playwright's contexts."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM_PATH, args=CHROMIUM_FLAGS.split()
        )
        opened = await browser.new_page(viewport={"width": width, "height": height}, **more)
        problems: list[Any] = []

        def on_error(error: object) -> None:
            problems.append(error)

        opened.on("pageerror", on_error)
        yield opened
        await browser.close()
        assert problems == []
