"""Reads what stands inside of blocks: text objects, pictures, controls, unknown things. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.parsing.content.mrkdwn import format_link, read_mrkdwn, read_plain
from handlers.parsing.content.rich_text import read_inline, read_rich_text
from handlers.parsing.content.state import ReadState
from handlers.parsing.fields import read_mapping, read_text

Element = Mapping[str, Any]

# Fields of people's words, in the order in which they are shown; all others are settings.
_WORD_FIELDS = (
    "title", "header", "label", "name", "subtitle", "caption", "text", "body", "description",
    "details", "output", "value", "alt_text", "hint", "fallback",
)  # fmt: skip
_CHILD_FIELDS = (
    "fields", "elements", "blocks", "child_blocks", "items", "rows", "tasks", "options", "actions",
)  # fmt: skip
_MAX_OPTIONS = 20


def read_text_object(value: object, state: ReadState) -> str:
    """Return a text object, rich text, or a bare string, which apps send in its place."""
    if isinstance(value, str):
        return read_mrkdwn(value, state)
    if not isinstance(value, Mapping):
        return ""
    match read_text(value.get("type")):
        case "rich_text":
            return read_rich_text(value, state)
        case "plain_text" | "raw_text":
            return read_plain(value.get("text"), state)
        case _ if "elements" in value:
            return read_inline(value.get("elements"), state)
        case _:
            return read_mrkdwn(value.get("text"), state)


def read_picture(block: Element, state: ReadState) -> str:
    """Return what a picture shows, as its title and its description say."""
    title = read_text_object(block.get("title"), state)
    alt = read_plain(block.get("alt_text"), state)
    words = " – ".join(text for text in dict.fromkeys((title, alt)) if text)
    return f"(Picture: {' '.join(words.split())})" if words else ""


def read_control(element: Element, state: ReadState) -> str:
    """Return the label of a button, or what a field or a menu shows."""
    kind = read_text(element.get("type"))
    if kind in ("button", "workflow_button", "link_button", "icon_button"):
        label = " ".join(read_text_object(element.get("text"), state).split())
        url = state.take_text(element.get("url"))
        return format_link(url, label) if url else label
    options = [
        read_text_object(option.get("text"), state)
        for option in state.take_parts(element.get("options"))[:_MAX_OPTIONS]
    ]
    chosen = read_text_object(read_mapping(element, "initial_option").get("text"), state)
    shown = chosen or read_plain(element.get("initial_value"), state)
    shown = shown or read_text_object(element.get("placeholder"), state)
    if options:
        listed = " / ".join(option for option in options if option)
        return f"{shown} ({listed})" if shown else listed
    return shown


def format_controls(labels: Sequence[str]) -> str:
    """Return the labels of what people may press or choose, "" for none."""
    shown = [label for label in labels if label]
    return f"(Buttons: {', '.join(shown)})" if shown else ""


def read_unknown(value: Element, state: ReadState) -> str:
    """Return the words of an object of a kind that is not known, each part on a line."""
    if not state.take_part():
        return ""
    state.depth += 1
    lines = [_read_field(value.get(name), state) for name in _WORD_FIELDS]
    for name in _CHILD_FIELDS:
        for child in state.take_parts(value.get(name)):
            lines.append(read_unknown(child, state))
    state.depth -= 1
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _read_field(value: object, state: ReadState) -> str:
    if not isinstance(value, Mapping) or "text" in value or "elements" in value:
        return read_text_object(value, state)
    return read_unknown(value, state)
