"""What a message is given: text or Markdown, blocks with buttons, metadata; and their limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.slack.faults import ApiError
from bot.playground.slack.workspace import PlayedMessage

MAX_MARKDOWN_CHARS = 12_000
MAX_TABLE_ROWS, MAX_ROW_CELLS, MAX_TABLE_CHARS = 100, 20, 10_000
MAX_BUTTON_CHARS, MAX_VALUE_CHARS = 75, 2_000

Args = Mapping[str, Any]


@dataclass(slots=True)
class Content:
    """`buttons` is None where no blocks were given: an edit then keeps those that are there."""

    text: str
    markdown: bool
    buttons: list[dict[str, str]] | None = None
    metadata: dict[str, Any] | None = field(default=None)
    embedded_file_ids: list[str] = field(default_factory=list)  # files that blocks show
    tables: int = 0

    def fill(self, message: PlayedMessage) -> None:
        message.embedded_file_ids, message.tables = self.embedded_file_ids, self.tables
        message.text, message.markdown = self.text, self.markdown
        if self.buttons is not None:
            message.buttons = self.buttons
        if self.metadata is not None:
            message.metadata = self.metadata


def read_content(args: Args) -> Content:
    """The content of a post or an edit. Raises `ApiError` as Slack does."""
    text, markdown = read_text(args, "text"), read_text(args, "markdown_text")
    blocks = read_blocks(args)
    if markdown and (text or blocks is not None):
        raise ApiError("markdown_text_conflict")
    if len(markdown) > MAX_MARKDOWN_CHARS:
        raise ApiError("msg_too_long")
    shown = _join_markdown(blocks)
    if not (markdown or text or shown).strip():
        raise ApiError("no_text")
    buttons = None if blocks is None else list_buttons(blocks)
    embedded = [str(_read_file_id(block)) for block in blocks or [] if block["type"] == "image"]
    tables = sum(block["type"] == "table" for block in blocks or [])
    said = markdown or shown or ("" if embedded else text)
    return Content(said, bool(markdown or shown), buttons, read_metadata(args), embedded, tables)


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
    _check_kinds(given)
    if len(_join_markdown(given)) > MAX_MARKDOWN_CHARS:
        raise ApiError("msg_blocks_too_long")
    return given


def _check_kinds(blocks: list[dict[str, Any]]) -> None:
    tables = [block for block in blocks if block["type"] == "table"]
    pictures = [block for block in blocks if block["type"] == "image"]
    fit = all(map(_is_table, tables)) and all(map(_read_file_id, pictures))
    if len(tables) > 1 or not fit:
        raise ApiError("invalid_blocks")


def _is_table(block: dict[str, Any]) -> bool:
    """Slack's bounds: 100 rows of 20 cells, 10,000 characters, no cell empty."""
    rows = block.get("rows")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_TABLE_ROWS:
        return False
    if any(not isinstance(row, list) or not 1 <= len(row) <= MAX_ROW_CELLS for row in rows):
        return False
    texts = [cell.get("text") for row in rows for cell in row if isinstance(cell, dict)]
    if any(not isinstance(text, str) or not text for text in texts):
        return False
    return sum(len(str(text)) for text in texts) <= MAX_TABLE_CHARS


def _read_file_id(block: dict[str, Any]) -> str:
    file = block.get("slack_file")
    found = file.get("id") if isinstance(file, dict) else None
    return found if isinstance(found, str) and block.get("alt_text") else ""


def _format_table(block: dict[str, Any]) -> str:
    """A table as the page can show it."""
    lines = [[str(cell.get("text")).replace("|", "\\|") for cell in row] for row in block["rows"]]
    rule = ["---"] * len(lines[0])
    return (
        "\n\n"
        + "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])
        + "\n\n"
    )


def list_buttons(blocks: list[dict[str, Any]]) -> list[dict[str, str]]:
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
        if (
            not isinstance(words, str)
            or len(words) > MAX_BUTTON_CHARS
            or len(value) > MAX_VALUE_CHARS
        ):
            raise ApiError("invalid_blocks")
        buttons.append({"action_id": str(element["action_id"]), "text": words, "value": value})
    return buttons


def _join_markdown(blocks: list[dict[str, Any]] | None) -> str:
    shown = {"markdown": lambda block: block.get("text"), "table": _format_table}
    texts = (shown[block["type"]](block) for block in blocks or [] if block["type"] in shown)
    return "".join(text for text in texts if isinstance(text, str)).strip()


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


def read_text(args: Args, name: str) -> str:
    """A text argument; "" where it is missing or no text."""
    value = args.get(name)
    return value if isinstance(value, str) else ""
