"""Serves the playground's page and opens it in a real Chromium. Fails on script errors."""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Page, async_playwright, expect

from bot.playground.page import build_page_application
from bot.playground.slack import PlayedSlack

CHROMIUM_PATH = shutil.which("chromium") or shutil.which("chromium-browser")
# As Playwright starts it, where that changes what a page looks like or how soon it acts.
CHROMIUM_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync"
    " --disable-background-networking --disable-component-update --disable-extensions"
    " --disable-default-apps --disable-back-forward-cache --disable-breakpad --mute-audio"
    " --disable-background-timer-throttling --disable-backgrounding-occluded-windows"
    " --disable-renderer-backgrounding --disable-ipc-flooding-protection --disable-popup-blocking"
    " --disable-hang-monitor --disable-prompt-on-repost --no-default-browser-check"
    " --force-color-profile=srgb --hide-scrollbars --password-store=basic --no-service-autorun"
    " --blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,"
    "availablePointerTypes=4"
)
_START_SECONDS = 60.0
# What a page comes to show in the end; only what it never shows takes this long.
_MAX_WAIT_MS = 60_000
expect.set_options(timeout=_MAX_WAIT_MS)
# A sentence that the page takes away after some seconds is seen, however busy the machine is.
_KEEP_SENTENCES = """
const wait = window.setTimeout;
window.setTimeout = (work, ms, ...rest) => wait(work, ms > 3000 ? ms * 30 : ms, ...rest);
"""


class _Chromium:
    """The browser of this process: it starts with the first window, and ends with the process."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    async def find_address(self) -> str:
        """Return where it is controlled. Raises `TimeoutError`."""
        if self._folder is None:
            self._folder = self._start()
        # It writes its port and its path there once it listens.
        told = self._folder / "DevToolsActivePort"
        began = time.monotonic()
        while not (lines := _read_lines(told)):
            if time.monotonic() - began > _START_SECONDS:
                raise TimeoutError("Chromium did not start")
            await asyncio.sleep(0.02)
        return f"ws://127.0.0.1:{lines[0]}{lines[1]}"

    def _start(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="easel-browser-"))
        assert CHROMIUM_PATH is not None
        command = [CHROMIUM_PATH, *CHROMIUM_FLAGS.split(), "--remote-debugging-port=0"]
        process = subprocess.Popen(
            [*command, f"--user-data-dir={folder}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

        def end() -> None:
            process.terminate()
            process.wait()
            shutil.rmtree(folder, ignore_errors=True)

        atexit.register(end)
        return folder


_CHROMIUM = _Chromium()


def _read_lines(path: Path) -> list[str]:
    """Return the two lines of a file; none before they are both there."""
    lines = path.read_text().split() if path.exists() else []
    return lines if len(lines) == 2 else []


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
    """Open a fresh window, which knows nothing of those before it.

    `more` are arguments of Playwright's contexts.
    """
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(
            await _CHROMIUM.find_address(), timeout=_MAX_WAIT_MS
        )
        opened = await browser.new_page(viewport={"width": width, "height": height}, **more)
        opened.set_default_timeout(_MAX_WAIT_MS)
        await opened.add_init_script(_KEEP_SENTENCES)
        problems: list[Any] = []

        def on_error(error: object) -> None:
            problems.append(error)

        opened.on("pageerror", on_error)
        try:
            yield opened
        finally:
            await opened.context.close()
            await browser.close()
        assert problems == []
