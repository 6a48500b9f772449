"""What the playground's page costs who opens it: seconds to the first picture, bytes, jumps.

The figures are those of Lighthouse: transferred bytes, and the cumulative layout shift
(web.dev/articles/cls), here the sum of all shifts without an action of the person before them.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from bench.table import print_row
from tests.playground.browser import open_browser_page

HEADS = (
    "the page",
    "start to its address s",
    "start to the first picture s",
    "transferred kB",
    "layout shift",
)
_ROOT = Path(__file__).parents[2]
_QUESTION = "Draw a red fox under a blue moon"
_FIRST_PICTURE = "#thread .picture img.seen"
_WAIT_MS = 60_000
_OBSERVE_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) {
    const moved = one.sources.map(({ node }) => node && (node.className || node.nodeName));
    window.shifts.push([one.value, moved.join(" ")]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@dataclass(slots=True)
class PageLoad:
    """What a page has loaded and how it has jumped, from its first byte on."""

    page: Page
    sizes: dict[str, float] = field(default_factory=dict)  # bytes, by request

    @property
    def transferred_bytes(self) -> float:
        return sum(self.sizes.values())

    async def list_shifts(self) -> list[tuple[float, str]]:
        """Return the value of each shift and what has moved."""
        return [(float(value), str(moved)) for value, moved in await self.page.evaluate("shifts")]


async def watch_page(page: Page) -> PageLoad:
    """Note from now on what `page` loads and how it jumps."""
    await page.add_init_script(_OBSERVE_SHIFTS)
    load = PageLoad(page)
    network = await page.context.new_cdp_session(page)
    await network.send("Network.enable")

    def note_size(event: dict[str, Any]) -> None:
        load.sizes[event["requestId"]] = event["encodedDataLength"]

    network.on("Network.loadingFinished", note_size)
    return load


async def measure_page() -> None:
    """Start the playground as `make run` does, ask for a picture, and print the figures."""
    async with open_browser_page(width=1280, height=800) as page:
        load = await watch_page(page)
        started_at = time.perf_counter()
        async with _start_playground() as address:
            address_seconds = time.perf_counter() - started_at
            await page.goto(address)
            await page.locator(".suggestion").first.wait_for()
            loaded_bytes = load.transferred_bytes
            await page.fill("#composer", _QUESTION)
            await page.press("#composer", "Enter")
            await page.locator(_FIRST_PICTURE).wait_for(timeout=_WAIT_MS)
            seconds = time.perf_counter() - started_at
            shifts = await load.list_shifts()
    shift = sum(value for value, _ in shifts)
    print_row(
        "1280 × 800",
        *(f"{address_seconds:.1f}", f"{seconds:.1f}"),
        *(f"{loaded_bytes / 1000:.0f}", f"{shift:.4f}"),
    )


@asynccontextmanager
async def _start_playground() -> AsyncIterator[str]:
    """Start the playground in an empty folder, without any setting; yield its address."""
    left_out = ("SLACK_", "OPENROUTER_", "OPENAI_", "EASEL_", "DATABASE_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(left_out)}
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "playground", "--port", "0"),
            cwd=folder,
            env={**environment, "PYTHONPATH": str(_ROOT)},
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            assert process.stdout is not None
            line = (await process.stdout.readline()).decode()
            yield line.rpartition(" ")[2].strip()
        finally:
            process.terminate()
            await process.wait()
