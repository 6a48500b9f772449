"""What a message of a reply carries besides its text: metadata that names its question, blocks
with a Retry button. Pure; docs.slack.dev, "Message metadata", "Markdown block"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.records import Mark

RETRY = "easel_retry"
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
    """`text`, at most 9,000 bytes of Markdown, and the button if there is one."""
    return [{"type": "markdown", "text": text}, *button_of(mark)]


def button_of(mark: Mark) -> list[dict[str, Any]]:
    if not mark.retry:
        return []
    button = {
        "type": "button",
        "action_id": RETRY,
        "text": {"type": "plain_text", "text": "Retry"},
        "value": str(mark.question),
    }
    return [{"type": "actions", "elements": [button]}]


def summary(text: str) -> str:
    """The beginning of `text`, for notifications."""
    line = " ".join(text.split())
    return line if len(line) <= _SUMMARY else f"{line[: _SUMMARY - 1]}…"
