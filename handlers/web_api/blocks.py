"""Blocks and metadata of Easel's posts: text, tables, pictures, buttons. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.posts import Button, Mark

# Slack's bounds for the one table that a message may have.
MOST_ROWS, MOST_CELLS, MOST_CHARACTERS = 100, 20, 10_000

_TABLE = re.compile(
    r"^[ ]{0,3}\|(?P<head>[^\n]+)\|[ ]*\n[ ]{0,3}\|(?P<rule>[ :|-]+)\|[ ]*"
    r"(?P<body>(?:\n[ ]{0,3}\|[^\n]+\|[ ]*)*)(?:\n|\Z)",
    re.MULTILINE,
)

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)

_CELLS = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table's rows, the names of the columns first, and where it stands in the text."""

    rows: tuple[tuple[str, ...], ...]
    start: int
    end: int


def find_table(text: str) -> FoundTable | None:
    """The first Markdown table outside code, if Slack shows one of its size."""
    for found in _TABLE.finditer(text):
        if len(_FENCE.findall(text[: found.start()])) % 2:
            continue
        lines = [found["head"], *(line.strip()[1:-1] for line in found["body"].split("\n") if line)]
        rows = [tuple(_cell(cell) for cell in _CELLS.split(line)) for line in lines]
        width = len(rows[0])
        if "-" not in found["rule"] or len(_CELLS.split(found["rule"])) != width:
            continue
        even = tuple((row + ("",) * width)[:width] for row in rows)
        size = sum(len(cell) for row in even for cell in row)
        fits = len(even) <= MOST_ROWS and width <= MOST_CELLS and size <= MOST_CHARACTERS
        return FoundTable(even, found.start(), found.end()) if fits else None
    return None


def table_block(table: FoundTable) -> dict[str, Any]:
    """The table as a block. Slack takes no empty cell."""
    rows = [[{"type": "raw_text", "text": cell or " "} for cell in row] for row in table.rows]
    return {"type": "table", "rows": rows}


def _cell(text: str) -> str:
    plain = text.strip().replace("\\|", "|")
    return re.sub(r"\*\*([^*]+)\*\*|`([^`]+)`", lambda found: found[1] or found[2], plain)


RETRY = "easel_retry"

GO_ON = "easel_go_on"

_BUTTONS = {Button.RETRY: (RETRY, "Retry"), Button.GO_ON: (GO_ON, "Go on")}

_EVENT = "easel_reply"

# For notifications; clients show the blocks.
_SUMMARY = 150


def metadata_of(mark: Mark) -> dict[str, Any]:
    return {"event_type": _EVENT, "event_payload": {"question": str(mark.question)}}


def question_of(message: Mapping[str, Any]) -> int | None:
    """The question a message belongs to, by its metadata; None where it has none of ours."""
    metadata = message.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != _EVENT:
        return None
    payload = metadata.get("event_payload")
    question = payload.get("question") if isinstance(payload, Mapping) else None
    return int(question) if isinstance(question, str) and question.isdecimal() else None


def blocks_of(text: str, mark: Mark) -> list[dict[str, Any]]:
    """`text`, at most 9,000 bytes of Markdown, its first table as a real one, and the button."""
    return [*_text_blocks(text), *button_of(mark)]


def picture_blocks(file_id: str, alt: str) -> list[dict[str, Any]]:
    """A picture that is uploaded and shared with nobody."""
    return [{"type": "image", "slack_file": {"id": file_id}, "alt_text": alt}]


def has_table(text: str) -> bool:
    return find_table(text) is not None


def _text_blocks(text: str) -> list[dict[str, Any]]:
    found = find_table(text)
    if found is None:
        return [{"type": "markdown", "text": text}]
    blocks = [_markdown(text[: found.start]), table_block(found), _markdown(text[found.end :])]
    return [block for block in blocks if block]


def _markdown(text: str) -> dict[str, Any]:
    return {"type": "markdown", "text": text.strip()} if text.strip() else {}


def button_of(mark: Mark) -> list[dict[str, Any]]:
    found = _BUTTONS.get(mark.button)
    if found is None:
        return []
    action, label = found
    button = {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": label},
        "value": str(mark.question),
    }
    return [{"type": "actions", "elements": [button]}]


def summary(text: str) -> str:
    """The beginning of `text`, for notifications."""
    line = " ".join(text.split())
    return line if len(line) <= _SUMMARY else f"{line[: _SUMMARY - 1]}…"
