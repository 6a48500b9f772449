"""Builds the blocks and the metadata of Easel's posts: text, tables, pictures, buttons. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ImageBlock,
    PlainTextObject,
    TableBlock,
)

from bot.domain.messages import Message, render
from bot.domain.posts import Button, PostMetadata
from bot.domain.safe_text import truncate
from handlers.identifiers import GO_ON_ACTION_ID, REPLY_EVENT_TYPE, RETRY_ACTION_ID

# Slack's limits for the one table that a message may have.
MAX_TABLE_ROWS, MAX_TABLE_COLUMNS, MAX_TABLE_CHARS = 100, 20, 10_000
# A longer cell makes its column no wider where a table is aligned by spaces.
_MAX_ALIGNED_CHARS = 60
# The text of notifications; clients show the blocks.
_MAX_NOTIFICATION_CHARS = 150

_TABLE_PATTERN = re.compile(
    r"^[ ]{0,3}\|(?P<head>[^\n]+)\|[ ]*\n[ ]{0,3}\|(?P<rule>[ :|-]+)\|[ ]*"
    r"(?P<body>(?:\n[ ]{0,3}\|[^\n]+\|[ ]*)*)(?:\n|\Z)",
    re.MULTILINE,
)
_CODE_FENCE_PATTERN = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)
_CELL_SEPARATOR_PATTERN = re.compile(r"(?<!\\)\|")
_BUTTONS = {
    Button.RETRY: (RETRY_ACTION_ID, Message("Retry")),
    Button.GO_ON: (GO_ON_ACTION_ID, Message("Go on")),
}


@dataclass(frozen=True, slots=True)
class MarkdownTable:
    """A table in a text: its rows, column names first, and the offsets of its start and end."""

    rows: tuple[tuple[str, ...], ...]
    start: int
    end: int


def build_metadata(metadata: PostMetadata) -> dict[str, Any]:
    """Return the metadata by which a post is recognized as part of the answer to its question."""
    payload: dict[str, Any] = {"question": str(metadata.question_id)}
    if metadata.is_sign:
        payload["sign"] = True
    return {"event_type": REPLY_EVENT_TYPE, "event_payload": payload}


def build_blocks(text: str, metadata: PostMetadata) -> list[dict[str, Any]]:
    """Return the blocks of a message: text, and the buttons.

    `text` is at most 9,000 bytes of Markdown; its first table becomes a table block.
    """
    return [*_build_text_blocks(text), *build_button_blocks(metadata)]


def build_button_blocks(metadata: PostMetadata) -> list[dict[str, Any]]:
    """Return one block with the post's buttons, in order; none if it has no button."""
    buttons = [
        ButtonElement(
            action_id=action_id,
            # As an object, because a plain string gets the field `emoji` as well.
            text=PlainTextObject(text=render(label, metadata.language)),
            value=str(metadata.question_id),
        )
        for action_id, label in (_BUTTONS[button] for button in metadata.buttons)
    ]
    return [ActionsBlock(elements=buttons).to_dict()] if buttons else []


def build_picture_blocks(file_id: str, alt: str) -> list[dict[str, Any]]:
    """Return a block that shows an uploaded picture, which need not be shared."""
    return [ImageBlock(slack_file={"id": file_id}, alt_text=alt).to_dict()]


def build_markdown_blocks(text: str) -> list[dict[str, Any]]:
    """Return one block with the whole of `text`, tables included, as Markdown."""
    return [_build_markdown_block(text)]


def build_table_block(table: MarkdownTable) -> dict[str, Any]:
    # Slack accepts no empty cell. The cells are plain dicts, because 2,000 `RawTextObject`s take
    # 60 ms, which would hold up every other answer.
    rows = [[{"type": "raw_text", "text": cell or " "} for cell in row] for row in table.rows]
    return TableBlock(rows=rows).to_dict()


def build_notification_text(text: str) -> str:
    """Return the beginning of `text` on one line, for notifications."""
    return truncate(" ".join(text.split()), _MAX_NOTIFICATION_CHARS)


def format_text_table(table: MarkdownTable) -> str:
    """Return the table as lines of equal columns in a code block, for text without Markdown."""
    widths = [
        min(max(map(len, column)), _MAX_ALIGNED_CHARS) for column in zip(*table.rows, strict=True)
    ]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table.rows
    ]
    rule = "  ".join("-" * max(width, 1) for width in widths)
    body = "\n".join([lines[0], rule, *lines[1:]]).replace("```", "'''")
    return f"\n```\n{body}\n```\n"


def find_table(text: str) -> MarkdownTable | None:
    """Return the first Markdown table outside code, None if it is larger than Slack allows."""
    fences = _CODE_FENCE_PATTERN.finditer(text)
    fence, is_in_code = next(fences, None), False
    for match in _TABLE_PATTERN.finditer(text):
        while fence is not None and fence.start() < match.start():
            fence, is_in_code = next(fences, None), not is_in_code
        if is_in_code or not _has_rule(match):
            continue
        rows = _parse_rows(match)
        # What is too large is not filled up: that would be much larger still.
        return _build_table(rows, match) if _can_fit_into_block(rows) else None
    return None


def _has_rule(match: re.Match[str]) -> bool:
    """Whether the second line is a rule with as many columns as the first."""
    rule, head = (_CELL_SEPARATOR_PATTERN.split(match[name]) for name in ("rule", "head"))
    return "-" in match["rule"] and len(rule) == len(head)


def _build_table(rows: list[tuple[str, ...]], match: re.Match[str]) -> MarkdownTable:
    """Give every row as many cells as the first has."""
    width = len(rows[0])
    even_rows = tuple((row + ("",) * width)[:width] for row in rows)
    return MarkdownTable(even_rows, match.start(), match.end())


def _parse_rows(match: re.Match[str]) -> list[tuple[str, ...]]:
    lines = [match["head"], *(line.strip()[1:-1] for line in match["body"].split("\n") if line)]
    return [
        tuple(_parse_cell(cell) for cell in _CELL_SEPARATOR_PATTERN.split(line)) for line in lines
    ]


def _parse_cell(text: str) -> str:
    """Return the cell without Markdown's marks: a cell of a table block is plain text."""
    plain = text.strip().replace("\\|", "|")
    return re.sub(r"\*\*([^*]+)\*\*|`([^`]+)`", lambda match: match[1] or match[2], plain)


def _can_fit_into_block(rows: Sequence[tuple[str, ...]]) -> bool:
    chars = sum(len(cell) for row in rows for cell in row[: len(rows[0])])
    return (
        len(rows) <= MAX_TABLE_ROWS
        and len(rows[0]) <= MAX_TABLE_COLUMNS
        and chars <= MAX_TABLE_CHARS
    )


def _build_text_blocks(text: str) -> list[dict[str, Any]]:
    table = find_table(text)
    if table is None:
        return [_build_markdown_block(text)]
    before, after = text[: table.start].strip(), text[table.end :].strip()
    return [
        *([_build_markdown_block(before)] if before else []),
        build_table_block(table),
        *([_build_markdown_block(after)] if after else []),
    ]


def _build_markdown_block(text: str) -> dict[str, Any]:
    # Not a `MarkdownBlock`: that raises for an empty text. Slack's answer decides what to do then.
    return {"type": "markdown", "text": text}
