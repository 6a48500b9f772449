"""What a message is given: text or Markdown, blocks with buttons, metadata; and their limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.slack.faults import ApiError
from bot.playground.slack.workspace import PlayedMessage

LONGEST_MARKDOWN = 12_000
LONGEST_BUTTON, LONGEST_VALUE = 75, 2_000

Args = Mapping[str, Any]


@dataclass(slots=True)
class Content:
    """`buttons` is None where no blocks were given: an edit then keeps those that are there."""

    text: str
    markdown: bool
    buttons: list[dict[str, str]] | None = None
    metadata: dict[str, Any] | None = field(default=None)

    def fill(self, message: PlayedMessage) -> None:
        message.text, message.markdown = self.text, self.markdown
        if self.buttons is not None:
            message.buttons = self.buttons
        if self.metadata is not None:
            message.metadata = self.metadata


def read_content(args: Args) -> Content:
    """The content of a post or an edit. Raises `ApiError` as Slack does."""
    text, markdown = text_of(args, "text"), text_of(args, "markdown_text")
    blocks = read_blocks(args)
    if markdown and (text or blocks is not None):
        raise ApiError("markdown_text_conflict")
    if len(markdown) > LONGEST_MARKDOWN:
        raise ApiError("msg_too_long")
    shown = _markdown_in(blocks)
    if not (markdown or text or shown).strip():
        raise ApiError("no_text")
    buttons = None if blocks is None else buttons_in(blocks)
    return Content(markdown or shown or text, bool(markdown or shown), buttons, read_metadata(args))


def read_blocks(args: Args) -> list[dict[str, Any]] | None:
    """The blocks of a call, checked as far as the app uses them."""
    given = args.get("blocks")
    if isinstance(given, str) and given:
        try:
            given = json.loads(given)
        except ValueError as error:
            raise ApiError("invalid_blocks_format") from error
    if not given:
        return None
    if not isinstance(given, list) or not all(isinstance(block, dict) for block in given):
        raise ApiError("invalid_blocks")
    if len(given) > 50 or any(not isinstance(block.get("type"), str) for block in given):
        raise ApiError("invalid_blocks")
    if len(_markdown_in(given)) > LONGEST_MARKDOWN:
        raise ApiError("msg_blocks_too_long")
    return given


def buttons_in(blocks: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The buttons of `actions` blocks."""
    found = [
        element
        for block in blocks
        if block["type"] == "actions"
        for element in block.get("elements", [])
        if isinstance(element, dict) and element.get("type") == "button"
    ]
    buttons = []
    for element in found:
        label = element.get("text")
        words = label.get("text") if isinstance(label, dict) else None
        value = str(element.get("value", ""))
        if not isinstance(words, str) or len(words) > LONGEST_BUTTON or len(value) > LONGEST_VALUE:
            raise ApiError("invalid_blocks")
        buttons.append({"action_id": str(element["action_id"]), "text": words, "value": value})
    return buttons


def _markdown_in(blocks: list[dict[str, Any]] | None) -> str:
    texts = (block.get("text") for block in blocks or [] if block["type"] == "markdown")
    return "".join(text for text in texts if isinstance(text, str))


def read_metadata(args: Args) -> dict[str, Any] | None:
    """The metadata of a call. Raises `ApiError` as Slack does."""
    given = args.get("metadata")
    if isinstance(given, str) and given:
        try:
            given = json.loads(given)
        except ValueError as error:
            raise ApiError("invalid_metadata_format") from error
    if not given:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("event_type"), str):
        raise ApiError("invalid_metadata_schema")
    return given


def text_of(args: Args, name: str) -> str:
    """A text argument; "" where it is missing or no text."""
    value = args.get(name)
    return value if isinstance(value, str) else ""
