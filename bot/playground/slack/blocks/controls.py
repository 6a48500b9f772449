"""Checks and lists what people press under a message: buttons, menus, feedback. Pure.

Source: docs.slack.dev, the pages of "Actions block", "Context actions block" and their elements.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.playground.slack.blocks.texts import is_filled, is_text

MAX_ELEMENTS = 25
MAX_CONTEXT_ACTIONS, MIN_OVERFLOW_OPTIONS, MAX_OVERFLOW_OPTIONS = 5, 1, 5
MAX_OPTION_CHARS, MAX_OPTION_VALUE_CHARS = 75, 150
MAX_CONFIRM_TITLE_CHARS, MAX_CONFIRM_TEXT_CHARS, MAX_CONFIRM_BUTTON_CHARS = 100, 300, 30
MAX_BUTTON_CHARS, MAX_VALUE_CHARS, MAX_ACTION_ID_CHARS = 75, 2_000, 255

Block = Mapping[str, Any]
Control = dict[str, str]


def list_buttons(blocks: list[dict[str, Any]]) -> list[Control]:
    """List the buttons of blocks that were checked."""
    return [
        {
            "action_id": element["action_id"],
            "text": element["text"]["text"],
            "value": element.get("value", ""),
            **_read_confirm(element),
        }
        for element in _list_elements(blocks, "button")
    ]


def list_controls(blocks: list[dict[str, Any]]) -> list[Control]:
    """List the entries of menus and the thumbs of blocks that were checked.

    An entry of a menu that is at the end of a line of text has that line as its `menu`.
    """
    entries = [
        _build_control(element, "overflow", option)
        for element in _list_elements(blocks, "overflow")
        for option in element["options"]
    ]
    entries += [
        _build_control(block["accessory"], "overflow", option) | {"menu": block["text"]["text"]}
        for block in blocks
        if has_menu(block)
        for option in block["accessory"]["options"]
    ]
    thumbs = [
        _build_control(element, "feedback_buttons", element[name])
        for element in _list_elements(blocks, "feedback_buttons")
        for name in ("positive_button", "negative_button")
    ]
    return entries + thumbs


def has_menu(block: Block) -> bool:
    """Whether a block is a line of text with a menu at its end."""
    accessory = block.get("accessory")
    is_section = block.get("type") == "section" and isinstance(block.get("text"), dict)
    return is_section and isinstance(accessory, dict) and accessory.get("type") == "overflow"


def is_accessory(element: object) -> bool:
    """Whether Slack would take `element` at the end of a section: of those, a button or a menu."""
    return isinstance(element, dict) and _is_action(element)


def _list_elements(blocks: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [
        element
        for block in blocks
        if block["type"] in ("actions", "context_actions")
        for element in block["elements"]
        if element["type"] == kind
    ]


def _build_control(element: Block, kind: str, part: Block) -> Control:
    text = part["text"]["text"]
    return {
        "kind": kind,
        "action_id": element["action_id"],
        "text": text,
        "label": part.get("accessibility_label", text),
        "value": part["value"],
    }


def _read_confirm(element: Block) -> Control:
    """Return what is asked before a press, nothing where it is sent at once."""
    confirm = element.get("confirm")
    if not confirm:
        return {}
    names = ("title", "text", "confirm", "deny")
    return {f"confirm_{name}": confirm[name]["text"] for name in names}


def is_actions(block: Block) -> bool:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= MAX_ELEMENTS:
        return False
    if not all(isinstance(element, dict) and _is_action(element) for element in elements):
        return False
    return len({element["action_id"] for element in elements}) == len(elements)


def _is_action(element: Block) -> bool:
    is_kind = _is_overflow if element.get("type") == "overflow" else _is_button
    return is_kind(element) and ("confirm" not in element or _is_confirm(element["confirm"]))


def _is_overflow(element: Block) -> bool:
    """Source: docs.slack.dev, "Overflow menu element", "Option object"."""
    options = element.get("options")
    if not is_filled(element.get("action_id"), MAX_ACTION_ID_CHARS):
        return False
    if not isinstance(options, list):
        return False
    return MIN_OVERFLOW_OPTIONS <= len(options) <= MAX_OVERFLOW_OPTIONS and all(
        isinstance(option, dict)
        and is_text(option.get("text"), MAX_OPTION_CHARS, types=("plain_text",))
        and is_filled(option.get("value"), MAX_OPTION_VALUE_CHARS)
        for option in options
    )


def _is_confirm(confirm: object) -> bool:
    """Source: docs.slack.dev, "Confirmation dialog object"."""
    return isinstance(confirm, dict) and all(
        is_text(confirm.get(name), limit, types=("plain_text",))
        for name, limit in (
            ("title", MAX_CONFIRM_TITLE_CHARS),
            ("text", MAX_CONFIRM_TEXT_CHARS),
            ("confirm", MAX_CONFIRM_BUTTON_CHARS),
            ("deny", MAX_CONFIRM_BUTTON_CHARS),
        )
    )


def is_context_actions(block: Block) -> bool:
    """Source: docs.slack.dev, "Context actions block", "Feedback buttons element"."""
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= MAX_CONTEXT_ACTIONS:
        return False
    return all(isinstance(element, dict) and _is_feedback(element) for element in elements)


def _is_feedback(element: Block) -> bool:
    return (
        element.get("type") == "feedback_buttons"
        and is_filled(element.get("action_id"), MAX_ACTION_ID_CHARS)
        and all(map(_is_thumb, (element.get("positive_button"), element.get("negative_button"))))
    )


def _is_thumb(button: object) -> bool:
    return (
        isinstance(button, dict)
        and is_text(button.get("text"), MAX_BUTTON_CHARS, types=("plain_text",))
        and is_filled(button.get("value"), MAX_VALUE_CHARS)
        and (
            "accessibility_label" not in button
            or is_filled(button["accessibility_label"], MAX_BUTTON_CHARS)
        )
    )


def _is_button(element: Block) -> bool:
    value = element.get("value", "")
    return (
        element.get("type") == "button"
        and is_text(element.get("text"), MAX_BUTTON_CHARS, types=("plain_text",))
        and is_filled(element.get("action_id"), MAX_ACTION_ID_CHARS)
        and isinstance(value, str)
        and len(value) <= MAX_VALUE_CHARS
    )
