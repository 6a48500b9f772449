"""Builds the blocks and the metadata of Easel's posts: text and pictures. Pure.

See `tables.py` for the table in a text, `visuals/controls.py` for the row under it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

from slack_sdk.models.blocks import ImageBlock

from bot.delivery.escaper import escape_again
from bot.domain.messages import render
from bot.domain.posts import PostMetadata
from bot.domain.safe_text import truncate
from handlers.identifiers import REPLY_EVENT_TYPE
from handlers.web_api.tables import (
    TABLE_CAPTION,
    MarkdownTable,
    build_richest_block,
    find_table,
)
from handlers.web_api.visuals.controls import build_control_blocks

TableBuilder: TypeAlias = Callable[[MarkdownTable], dict[str, Any]]

# The text of notifications; clients show the blocks.
_MAX_NOTIFICATION_CHARS = 150


def build_metadata(metadata: PostMetadata) -> dict[str, Any]:
    """Return the metadata by which a post is recognized as part of the answer to its question."""
    payload: dict[str, Any] = {"question": str(metadata.question_id)}
    if metadata.is_sign:
        payload["sign"] = True
    return {"event_type": REPLY_EVENT_TYPE, "event_payload": payload}


def build_blocks(
    text: str, metadata: PostMetadata, *, build_table: TableBuilder = build_richest_block
) -> list[dict[str, Any]]:
    """Return the blocks of a message: text, and the controls.

    `text` is at most 9,000 bytes of Markdown; its first table becomes the block that `build_table`
    makes of it.
    """
    return [
        *_build_text_blocks(text, build_table, metadata.language),
        *build_control_blocks(metadata),
    ]


def build_picture_blocks(file_id: str, alt: str) -> list[dict[str, Any]]:
    """Return a block that shows an uploaded picture, which need not be shared."""
    return [ImageBlock(slack_file={"id": file_id}, alt_text=alt).to_dict()]


def build_markdown_blocks(text: str) -> list[dict[str, Any]]:
    """Return one block with the whole of `text`, tables included, as Markdown."""
    return [_build_markdown_block(text)]


def build_notification_text(text: str) -> str:
    """Return the beginning of `text` on one line, for notifications."""
    return escape_again(truncate(" ".join(text.split()), _MAX_NOTIFICATION_CHARS), text)


def _build_text_blocks(text: str, build_table: TableBuilder, language: str) -> list[dict[str, Any]]:
    table = find_table(text)
    if table is None:
        return [_build_markdown_block(text)]
    before, after = text[: table.start].strip(), text[table.end :].strip()
    return [
        *([_build_markdown_block(before)] if before else []),
        build_table(replace(table, caption=table.caption or render(TABLE_CAPTION, language))),
        *([_build_markdown_block(after)] if after else []),
    ]


def _build_markdown_block(text: str) -> dict[str, Any]:
    # Not a `MarkdownBlock`: that raises for an empty text. Slack's answer decides what to do then.
    return {"type": "markdown", "text": text}
