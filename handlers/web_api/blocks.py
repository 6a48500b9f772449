"""Blocks and metadata of Easel's posts: text, tables, pictures, buttons. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.posts import Button, PostMetadata
from bot.domain.safe_text import truncate

# Slack's bounds for the one table that a message may have.
MAX_TABLE_ROWS, MAX_TABLE_COLUMNS, MAX_TABLE_CHARS = 100, 20, 10_000

_TABLE_PATTERN = re.compile(
    r"^[ ]{0,3}\|(?P<head>[^\n]+)\|[ ]*\n[ ]{0,3}\|(?P<rule>[ :|-]+)\|[ ]*"
    r"(?P<body>(?:\n[ ]{0,3}\|[^\n]+\|[ ]*)*)(?:\n|\Z)",
    re.MULTILINE,
)

_CODE_FENCE_PATTERN = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)

_CELL_SEPARATOR_PATTERN = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class MarkdownTable:
    """A table's rows, the names of the columns first, and where it stands in the text."""

    rows: tuple[tuple[str, ...], ...]
    start: int
    end: int


def find_table(text: str) -> MarkdownTable | None:
    """The first Markdown table outside code, if Slack shows one of its size."""
    for found in _TABLE_PATTERN.finditer(text):
        if len(_CODE_FENCE_PATTERN.findall(text[: found.start()])) % 2:
            continue
        lines = [found["head"], *(line.strip()[1:-1] for line in found["body"].split("\n") if line)]
        rows = [
            tuple(_parse_cell(cell) for cell in _CELL_SEPARATOR_PATTERN.split(line))
            for line in lines
        ]
        width = len(rows[0])
        if "-" not in found["rule"] or len(_CELL_SEPARATOR_PATTERN.split(found["rule"])) != width:
            continue
        even = tuple((row + ("",) * width)[:width] for row in rows)
        size = sum(len(cell) for row in even for cell in row)
        fits = (
            len(even) <= MAX_TABLE_ROWS and width <= MAX_TABLE_COLUMNS and size <= MAX_TABLE_CHARS
        )
        return MarkdownTable(even, found.start(), found.end()) if fits else None
    return None


def build_table_block(table: MarkdownTable) -> dict[str, Any]:
    """The table as a block. Slack takes no empty cell."""
    rows = [[{"type": "raw_text", "text": cell or " "} for cell in row] for row in table.rows]
    return {"type": "table", "rows": rows}


def _parse_cell(text: str) -> str:
    plain = text.strip().replace("\\|", "|")
    return re.sub(r"\*\*([^*]+)\*\*|`([^`]+)`", lambda found: found[1] or found[2], plain)


RETRY_ACTION_ID = "easel_retry"

GO_ON_ACTION_ID = "easel_go_on"

_BUTTONS = {Button.RETRY: (RETRY_ACTION_ID, "Retry"), Button.GO_ON: (GO_ON_ACTION_ID, "Go on")}

_EVENT_TYPE = "easel_reply"

# For notifications; clients show the blocks.
_MAX_NOTIFICATION_CHARS = 150


def build_metadata(metadata: PostMetadata) -> dict[str, Any]:
    return {"event_type": _EVENT_TYPE, "event_payload": {"question": str(metadata.question_id)}}


def read_question_id(message: Mapping[str, Any]) -> int | None:
    """The question a message belongs to, by its metadata; None where it has none of ours."""
    metadata = message.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != _EVENT_TYPE:
        return None
    payload = metadata.get("event_payload")
    question = payload.get("question") if isinstance(payload, Mapping) else None
    return int(question) if isinstance(question, str) and question.isdecimal() else None


def build_blocks(text: str, metadata: PostMetadata) -> list[dict[str, Any]]:
    """`text`, at most 9,000 bytes of Markdown, its first table as a real one, and the button."""
    return [*_build_text_blocks(text), *build_button_blocks(metadata)]


def build_picture_blocks(file_id: str, alt: str) -> list[dict[str, Any]]:
    """A picture that is uploaded and shared with nobody."""
    return [{"type": "image", "slack_file": {"id": file_id}, "alt_text": alt}]


def has_table(text: str) -> bool:
    return find_table(text) is not None


def _build_text_blocks(text: str) -> list[dict[str, Any]]:
    found = find_table(text)
    if found is None:
        return [{"type": "markdown", "text": text}]
    blocks = [
        _build_markdown_block(text[: found.start]),
        build_table_block(found),
        _build_markdown_block(text[found.end :]),
    ]
    return [block for block in blocks if block]


def _build_markdown_block(text: str) -> dict[str, Any]:
    return {"type": "markdown", "text": text.strip()} if text.strip() else {}


def build_button_blocks(metadata: PostMetadata) -> list[dict[str, Any]]:
    found = _BUTTONS.get(metadata.button)
    if found is None:
        return []
    action, label = found
    button = {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": label},
        "value": str(metadata.question_id),
    }
    return [{"type": "actions", "elements": [button]}]


def build_notification_text(text: str) -> str:
    """The beginning of `text`, for notifications."""
    line = " ".join(text.split())
    return truncate(line, _MAX_NOTIFICATION_CHARS)
