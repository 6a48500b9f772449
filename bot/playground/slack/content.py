"""Reads and checks the content of a message: text or Markdown, blocks with buttons, metadata."""

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
    """The content of a post. `buttons` is None without blocks: an edit then keeps the old ones."""

    text: str
    markdown: bool
    buttons: list[dict[str, str]] | None = None
    metadata: dict[str, Any] | None = field(default=None)
    embedded_file_ids: list[str] = field(default_factory=list)  # files that its blocks show
    tables: int = 0

    def fill(self, message: PlayedMessage) -> None:
        """Set the content of `message`."""
        message.embedded_file_ids, message.tables = self.embedded_file_ids, self.tables
        message.text, message.markdown = self.text, self.markdown
        if self.buttons is not None:
            message.buttons = self.buttons
        if self.metadata is not None:
            message.metadata = self.metadata


def read_content(args: Args) -> Content:
    """Read the content of a post or an edit. Raises `ApiError` as Slack does."""
    text, markdown = read_text(args, "text"), read_text(args, "markdown_text")
    blocks = read_blocks(args)
    if markdown and (text or blocks is not None):
        raise ApiError("markdown_text_conflict")
    if len(markdown) > MAX_MARKDOWN_CHARS:
        raise ApiError("msg_too_long")
    block_text = _join_markdown(blocks)
    if not (markdown or text or block_text).strip():
        raise ApiError("no_text")
    buttons = None if blocks is None else list_buttons(blocks)
    file_ids = [_read_file_id(block) for block in blocks or [] if block["type"] == "image"]
    tables = sum(block["type"] == "table" for block in blocks or [])
    return Content(
        text=markdown or block_text or ("" if file_ids else text),
        markdown=bool(markdown or block_text),
        buttons=buttons,
        metadata=read_metadata(args),
        embedded_file_ids=file_ids,
        tables=tables,
    )


def read_blocks(args: Args) -> list[dict[str, Any]] | None:
    """Read the blocks of a call, checked as far as the app uses them.

    Raises `ApiError` as Slack does.
    """
    blocks = args.get("blocks")
    if isinstance(blocks, str) and blocks:
        try:
            blocks = json.loads(blocks)
        except ValueError as error:
            raise ApiError("invalid_blocks_format") from error
    if blocks == []:
        return []  # an edit with an empty list removes the old ones
    if not blocks:
        return None
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise ApiError("invalid_blocks")
    if len(blocks) > 50 or any(not isinstance(block.get("type"), str) for block in blocks):
        raise ApiError("invalid_blocks")
    _check_kinds(blocks)
    if len(_join_markdown(blocks)) > MAX_MARKDOWN_CHARS:
        raise ApiError("msg_blocks_too_long")
    return blocks


def _check_kinds(blocks: list[dict[str, Any]]) -> None:
    tables = [block for block in blocks if block["type"] == "table"]
    pictures = [block for block in blocks if block["type"] == "image"]
    are_valid = all(map(_is_table, tables)) and all(map(_read_file_id, pictures))
    if len(tables) > 1 or not are_valid:
        raise ApiError("invalid_blocks")


def _is_table(block: dict[str, Any]) -> bool:
    """Whether a table is within Slack's bounds: 100 rows, 20 cells a row, 10,000 characters, no
    empty cell."""
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
    file_id = file.get("id") if isinstance(file, dict) else None
    return file_id if isinstance(file_id, str) and block.get("alt_text") else ""


def _format_table(block: dict[str, Any]) -> str:
    """Format a table as Markdown, which the page can show."""
    lines = [[str(cell.get("text")).replace("|", "\\|") for cell in row] for row in block["rows"]]
    rule = ["---"] * len(lines[0])
    return (
        "\n\n"
        + "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])
        + "\n\n"
    )


def list_buttons(blocks: list[dict[str, Any]]) -> list[dict[str, str]]:
    """List the buttons of `actions` blocks. Raises `ApiError` as Slack does."""
    elements = [
        element
        for block in blocks
        if block["type"] == "actions"
        for element in block.get("elements", [])
        if isinstance(element, dict) and element.get("type") == "button"
    ]
    buttons = []
    for element in elements:
        label = element.get("text")
        text = label.get("text") if isinstance(label, dict) else None
        value = str(element.get("value", ""))
        if (
            not isinstance(text, str)
            or len(text) > MAX_BUTTON_CHARS
            or len(value) > MAX_VALUE_CHARS
        ):
            raise ApiError("invalid_blocks")
        buttons.append({"action_id": str(element["action_id"]), "text": text, "value": value})
    return buttons


def _join_markdown(blocks: list[dict[str, Any]] | None) -> str:
    readers = {"markdown": lambda block: block.get("text"), "table": _format_table}
    texts = (readers[block["type"]](block) for block in blocks or [] if block["type"] in readers)
    return "".join(text for text in texts if isinstance(text, str)).strip()


def read_metadata(args: Args) -> dict[str, Any] | None:
    """Read the metadata of a call. Raises `ApiError` as Slack does."""
    metadata = args.get("metadata")
    if isinstance(metadata, str) and metadata:
        try:
            metadata = json.loads(metadata)
        except ValueError as error:
            raise ApiError("invalid_metadata_format") from error
    if not metadata:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise ApiError("invalid_metadata_schema")
    return metadata


def read_text(args: Args, name: str) -> str:
    """Read a text argument; return "" if it is missing or not a string."""
    value = args.get(name)
    return value if isinstance(value, str) else ""
