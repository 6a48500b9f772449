"""Messages that cannot be written in the page's field: forwarded ones, tables, posts of apps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.slack.event_views import AuthorName
from bot.playground.slack.workspace import BOT_USER


@dataclass(frozen=True, slots=True)
class Example:
    """A message to post. `label` is what the page calls it."""

    label: str
    author: AuthorName
    fields: Mapping[str, Any]


def _build_table(*rows: tuple[str, ...]) -> dict[str, Any]:
    cells = [[{"type": "raw_text", "text": cell} for cell in row] for row in rows]
    return {
        "fallback": "[no preview available]",
        "blocks": [{"type": "table", "rows": cells}],
    }


_FORWARDED = {
    "is_share": True,
    "is_msg_unfurl": True,
    "author_id": "U0SAM",
    "author_name": "Sam",
    "channel_id": "C0DESIGN",
    "channel_name": "design",
    "text": "The new logo is a *red fox* on blue. We ship it on Friday.",
    "fallback": "Sam: The new logo is a red fox on blue.",
}
_ALERT = {
    "color": "danger",
    "title": "CPU is high on web-1",
    "title_link": "https://grafana.example.com/a/1",
    "text": "97 % for 10 minutes",
    "fields": [{"title": "Host", "value": "web-1", "short": True}],
    "fallback": "CPU is high on web-1",
}
EXAMPLES: dict[str, Example] = {
    "forwarded": Example(
        "a forwarded message", "person", {"text": "", "attachments": [_FORWARDED]}
    ),
    "table": Example(
        "a pasted table",
        "person",
        {
            "text": f"<@{BOT_USER}> what does this add up to?",
            "attachments": [_build_table(("Item", "Price"), ("Fox", "3"), ("Hen", "5"))],
        },
    ),
    "alert": Example("an alert of another app", "app", {"text": "", "attachments": [_ALERT]}),
    "workflow": Example(
        "a question of a workflow",
        "workflow",
        {"text": f"<@{BOT_USER}> write a one-line greeting for Monday"},
    ),
}
