"""Reads and checks the content of a message: text or Markdown, blocks with buttons, metadata."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.slack.block_checks import can_take_blocks
from bot.playground.slack.blocks.controls import has_menu, list_buttons, list_controls
from bot.playground.slack.faults import ApiError
from bot.playground.slack.workspace import PlayedMessage

MAX_MARKDOWN_CHARS = 12_000
TABLE_TYPES = ("table", "data_table")
# What the page would take for a mark, where Slack shows a plain text.
_MARK_PATTERN = re.compile(r"[\\`*_\[\]|~<>]")

Args = Mapping[str, Any]


@dataclass(slots=True)
class Content:
    """The content of a post. `buttons` is None without blocks: an edit then keeps the old ones."""

    text: str
    markdown: bool
    buttons: list[dict[str, str]] | None = None
    controls: list[dict[str, str]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    embedded_file_ids: list[str] = field(default_factory=list)  # files that its blocks show
    tables: int = 0
    charts: list[dict[str, Any]] = field(default_factory=list)

    def fill(self, message: PlayedMessage) -> None:
        """Set the content of `message`."""
        message.embedded_file_ids, message.tables = self.embedded_file_ids, self.tables
        message.charts = self.charts
        message.text, message.markdown = self.text, self.markdown
        if self.buttons is not None:
            message.buttons, message.controls = self.buttons, self.controls
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
    pictures = (_read_file_id(block) for block in blocks or [] if block["type"] == "image")
    file_ids = [file_id for file_id in pictures if file_id]
    tables = sum(block["type"] in TABLE_TYPES for block in blocks or [])
    return Content(
        text=markdown or block_text or ("" if file_ids else text),
        markdown=bool(markdown or block_text),
        buttons=buttons,
        controls=list_controls(blocks or []),
        metadata=read_metadata(args),
        embedded_file_ids=file_ids,
        tables=tables,
        charts=[block for block in blocks or [] if block["type"] == "data_visualization"],
    )


def read_blocks(args: Args) -> list[dict[str, Any]] | None:
    """Read the blocks of a call. Raises `ApiError` as Slack does."""
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
    if not can_take_blocks(blocks):
        raise ApiError("invalid_blocks")
    if len(_join_markdown(blocks)) > MAX_MARKDOWN_CHARS:
        raise ApiError("msg_blocks_too_long")
    checked: list[dict[str, Any]] = blocks
    return checked


def _read_file_id(block: dict[str, Any]) -> str:
    file = block.get("slack_file")
    file_id = file.get("id") if isinstance(file, dict) else None
    return file_id if isinstance(file_id, str) else ""


def _format_table(block: dict[str, Any]) -> str:
    """Format a table as Markdown, which the page can show."""
    lines = [[_format_cell(cell) for cell in row] for row in block["rows"]]
    rule = ["---"] * len(lines[0])
    return (
        "\n\n"
        + "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])
        + "\n\n"
    )


def _read_line(block: dict[str, Any]) -> str:
    """Return the text of a section; one with a menu is a line that shows it."""
    text = block.get("text")
    return "" if has_menu(block) or not isinstance(text, dict) else f"{text.get('text', '')}\n\n"


def _format_cell(cell: dict[str, Any]) -> str:
    text = str(cell.get("text", cell.get("value", "")))
    return _MARK_PATTERN.sub(r"\\\g<0>", text)


def _join_markdown(blocks: list[dict[str, Any]] | None) -> str:
    readers = {"markdown": lambda block: block.get("text"), "section": _read_line}
    readers |= dict.fromkeys(TABLE_TYPES, _format_table)
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
    found: dict[str, Any] = metadata if isinstance(metadata, dict) else {}
    kind, payload = found.get("event_type"), found.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise ApiError("invalid_metadata_schema")
    return found


def read_text(args: Args, name: str) -> str:
    """Read a text argument; return "" if it is missing or not a string."""
    value = args.get(name)
    return value if isinstance(value, str) else ""
