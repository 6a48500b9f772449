"""Writes Easel's own labels as Slack's plain text. Pure.

See `controls.py` and `picture_menus.py` for where they stand.
"""

from __future__ import annotations

import functools

from bot.delivery.escaper import escape_plain
from bot.domain.messages import Message, render
from bot.domain.safe_text import SafeText, truncate

# docs.slack.dev, "Text object": at most 3,000 characters.
MAX_TEXT_CHARS = 3_000
_MAX_REMEMBERED = 400  # labels are a few dozen, in five languages


def build_plain_text(
    label: Message, language: str, max_chars: int = MAX_TEXT_CHARS
) -> dict[str, str]:
    """Return the text object of `label` in `language`."""
    # Without `emoji`, which the SDK would add to a string.
    return {"type": "plain_text", "text": truncate(write_plain(label, language), max_chars)}


def write_plain(label: Message, language: str) -> SafeText:
    """Return `label` in `language`, safe where Slack shows it as it is."""
    return _write(label, language) if label.values else write_constant(label, language)


def _write(label: Message, language: str) -> SafeText:
    return escape_plain(render(label, language))


# Most labels never change, and each answer has some ten of them.
write_constant = functools.lru_cache(maxsize=_MAX_REMEMBERED)(_write)
