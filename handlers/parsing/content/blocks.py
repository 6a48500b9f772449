"""Reads the blocks of a message as Markdown, a paragraph each. Pure.

The blocks: docs.slack.dev, "Blocks". A block of a kind that is not known gives the words in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers.parsing.content.choice import BlockTexts
from handlers.parsing.content.data_blocks import read_chart, read_table
from handlers.parsing.content.elements import (
    format_controls,
    read_control,
    read_picture,
    read_text_object,
    read_unknown,
)
from handlers.parsing.content.mrkdwn import format_link, read_markdown, read_plain
from handlers.parsing.content.rich_text import read_rich_text
from handlers.parsing.content.state import ReadState
from handlers.parsing.fields import read_mapping, read_text

Block = Mapping[str, Any]

_DIVIDER = "---"
# Of these, people see a control and no words.
_SILENT_KINDS = ("context_actions", "file", "share_shortcut", "condition")


def read_blocks(raw_blocks: object, state: ReadState) -> str:
    """Return all blocks, a paragraph each."""
    return read_block_texts(raw_blocks, state).join()


def read_block_texts(raw_blocks: object, state: ReadState) -> BlockTexts:
    """Return the texts of all blocks; lines only where something stands on both sides."""
    state.depth += 1
    kept: list[tuple[str, bool]] = []
    for block in state.take_parts(raw_blocks):
        kind = read_text(block.get("type"))
        text = _read_block(kind, block, state).strip("\n")
        if text.strip() and (text != _DIVIDER or (kept and kept[-1][0] != _DIVIDER)):
            kept.append((text, kind not in _CONTROL_READERS))
    state.depth -= 1
    if kept and kept[-1][0] == _DIVIDER:
        kept.pop()
    return BlockTexts(tuple(kept))


def _read_block(kind: str, block: Block, state: ReadState) -> str:
    if kind in _SILENT_KINDS:
        return ""
    reader = _CONTROL_READERS.get(kind) or _BODY_READERS.get(kind, read_unknown)
    return reader(block, state)


def _read_section(block: Block, state: ReadState) -> str:
    fields = [read_text_object(field, state) for field in state.take_parts(block.get("fields"))]
    accessory = read_mapping(block, "accessory")
    is_picture = accessory.get("type") == "image"
    return _join_paragraphs(
        read_text_object(block.get("text"), state),
        "\n".join(field for field in fields if field),
        read_picture(accessory, state) if is_picture else _read_controls([accessory], state),
    )


def _read_header(block: Block, state: ReadState) -> str:
    text = " ".join(read_text_object(block.get("text"), state).split())
    return f"## {text}" if text else ""


def _read_context(block: Block, state: ReadState) -> str:
    pieces = [
        read_picture(element, state)
        if element.get("type") == "image"
        else read_text_object(element, state)
        for element in state.take_parts(block.get("elements"))
    ]
    return " ".join(piece for piece in pieces if piece)


def _read_markdown_block(block: Block, state: ReadState) -> str:
    return read_markdown(block.get("text"), state)


def _read_video(block: Block, state: ReadState) -> str:
    title = read_text_object(block.get("title"), state) or read_plain(block.get("alt_text"), state)
    url = state.take_text(block.get("title_url") or block.get("video_url"))
    maker = read_plain(block.get("author_name") or block.get("provider_name"), state)
    heading = format_link(url, title) if url else title
    by = f", by {maker}" if maker else ""
    return _join_paragraphs(
        f"(Video: {heading}{by})" if heading else "",
        read_text_object(block.get("description"), state),
    )


def _read_input(block: Block, state: ReadState) -> str:
    return _join_lines(
        read_text_object(block.get("label"), state),
        read_control(read_mapping(block, "element"), state),
        read_text_object(block.get("hint"), state),
    )


def _read_composite(block: Block, state: ReadState) -> str:
    """Return a block that is made of others: a card, a plan, a container, an alert."""
    heading = _join_lines(
        _format_strong(
            read_text_object(block.get("title"), state)
            or read_text_object(block.get("rich_text_title"), state)
        ),
        read_text_object(block.get("subtitle"), state),
        _read_status(block, state),
    )
    words = [
        read_text_object(block.get(name), state)
        for name in ("body", "text", "description", "details", "output")
    ]
    children = [
        read_blocks(block.get(name), state)
        for name in ("child_blocks", "blocks", "tasks", "elements")
        if isinstance(block.get(name), list)
    ]
    return _join_paragraphs(
        heading,
        *words,
        read_picture(read_mapping(block, "hero_image"), state),
        _read_sources(block.get("sources"), state),
        *children,
        _read_controls(block.get("actions"), state),
    )


def _read_status(block: Block, state: ReadState) -> str:
    """Return how far a task is, which people see as a sign."""
    status = read_plain(block.get("status"), state).replace("_", " ")
    return f"({status})" if status else ""


def _read_sources(raw_sources: object, state: ReadState) -> str:
    links = [
        format_link(state.take_text(source.get("url")), state.take_text(source.get("text")))
        for source in state.take_parts(raw_sources)
    ]
    return "\n".join(f"- {link}" for link in links if link)


def _read_image(block: Block, state: ReadState) -> str:
    return read_picture(block, state)


def _read_divider(_block: Block, _state: ReadState) -> str:
    return _DIVIDER


def _read_actions(block: Block, state: ReadState) -> str:
    return _read_controls(block.get("elements"), state)


def _read_controls(raw_elements: object, state: ReadState) -> str:
    labels = [read_control(element, state) for element in state.take_parts(raw_elements)]
    return format_controls(labels)


def _format_strong(text: str) -> str:
    return f"**{text}**" if text and "\n" not in text and not text.startswith("**") else text


def _join_paragraphs(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)


def _join_lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


# Without these, the text of a message still says all that it has to say.
_CONTROL_READERS: dict[str, Callable[[Block, ReadState], str]] = {
    "actions": _read_actions,
    "divider": _read_divider,
    "image": _read_image,
}
_BODY_READERS: dict[str, Callable[[Block, ReadState], str]] = {
    "rich_text": read_rich_text,
    "section": _read_section,
    "header": _read_header,
    "context": _read_context,
    "markdown": _read_markdown_block,
    "table": read_table,
    "data_table": read_table,
    "data_visualization": read_chart,
    "video": _read_video,
    "input": _read_input,
    "alert": _read_composite,
    "card": _read_composite,
    "carousel": _read_composite,
    "container": _read_composite,
    "plan": _read_composite,
    "task_card": _read_composite,
}
