"""What a message of a reply carries besides its text: metadata that names its question, blocks
with tables and a button. Pure; docs.slack.dev, "Message metadata", "Markdown block"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.records import Button, Mark
from handlers.slack_tables import find_table, table_block

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
