"""Looks for barriers on the page with axe-core, which is never part of the page itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.async_api import Page

_OPTIONS = {"resultTypes": ["violations"]}
_GRAVE = ("serious", "critical")


@cache
def _read_axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


async def list_barriers(page: Page) -> list[str]:
    """Return the serious and critical violations, one line for each node."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_read_axe())
    found: dict[str, Any] = await page.evaluate("options => axe.run(document, options)", _OPTIONS)
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in found["violations"]
        if violation["impact"] in _GRAVE
        for node in violation["nodes"]
    ]
