"""How the page shows Slack's charts, in a real browser."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Page, expect

from bot.domain.answers.chart_fence import NativeChart
from bot.playground.slack import PlayedSlack
from handlers.web_api.visuals.charts import build_chart_block
from tests.playground.slack_client import build_client

pytestmark = pytest.mark.browser
DM = "D0ALEX"
MARKS = [("path", 3), ("rect", 6), ("polyline", 1), ("polygon", 1)]
LABELS = ("Jan", "Feb", "<b>Mar</b>")
CHARTS = [
    NativeChart("pie", "Parts", LABELS, (("s", (1, 2, 3)),)),
    NativeChart("bar", "Sales", LABELS, (("A", (1, -2, 3)), ("B", (0, 3.5, 1))), "month", "EUR"),
    NativeChart("line", "Sales", LABELS, (("A", (1, 2, 3)),)),
    NativeChart("area", "Sales", LABELS, (("A", (1, 2, 3)),)),
]


async def test_a_chart_is_drawn_and_its_numbers_can_be_read(slack: PlayedSlack, page: Page) -> None:
    for chart in CHARTS:
        blocks = [build_chart_block(chart), {"type": "markdown", "text": "The words."}]
        client = build_client(slack)
        await client.chat_postMessage(channel=DM, text="x", blocks=json.dumps(blocks))
    figures = page.locator("#messages figure.chart")
    await expect(figures).to_have_count(len(CHARTS))
    for place, (marks, count) in enumerate(MARKS):
        figure = figures.nth(place)
        await expect(figure.locator(f"svg {marks}")).to_have_count(count)
        await expect(figure.locator("figcaption")).to_have_text(CHARTS[place].title)
        await expect(figure.locator("table tbody tr")).to_have_count(3)
        await expect(figure.locator("b")).to_have_count(0)
