"""Checks modal views as Slack does, with the elements that people fill in. Pure.

Sources: docs.slack.dev, "Modal view object", "Input block", "Option object", and the pages of the
elements. See `../block_checks.py` for the blocks that messages have as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.playground.slack.block_checks import is_valid_block

MAX_BLOCKS, MAX_HEAD_CHARS, MAX_ID_CHARS, MAX_METADATA_CHARS = 100, 24, 255, 3_000
MAX_LABEL_CHARS, MAX_PLACEHOLDER_CHARS, MAX_INPUT_CHARS = 2_000, 150, 3_000
MAX_OPTION_CHARS, MAX_VALUE_CHARS, MAX_BUTTONS, MAX_OPTIONS = 75, 150, 10, 100
MAX_VIEW_BYTES = 250_000
_VIEW_FIELDS = frozenset(
    {
        "type", "title", "blocks", "close", "submit", "private_metadata", "callback_id",
        "clear_on_close", "notify_on_close", "external_id", "submit_disabled",
    }
)  # fmt: skip
_INPUT_FIELDS = frozenset(
    {"type", "block_id", "label", "element", "dispatch_action", "hint", "optional"}
)
_SHOWN_BLOCKS = frozenset(
    {"actions", "context", "divider", "header", "image", "rich_text", "section"}
)
_COMMON_FIELDS = frozenset({"type", "action_id", "focus_on_load"})
_ELEMENT_FIELDS = {
    "plain_text_input": {
        "placeholder", "initial_value", "multiline", "min_length", "max_length",
        "dispatch_action_config",
    },
    "static_select": {"placeholder", "options", "option_groups", "initial_option", "confirm"},
    "radio_buttons": {"options", "initial_option", "confirm"},
    "checkboxes": {"options", "initial_options", "confirm"},
    "conversations_select": {
        "placeholder", "initial_conversation", "default_to_current_conversation", "confirm",
        "response_url_enabled", "filter",
    },
}  # fmt: skip
_FILTER_FIELDS = frozenset({"include", "exclude_external_shared_channels", "exclude_bot_users"})
_CONVERSATION_KINDS = frozenset({"im", "mpim", "private", "public"})
_OPTION_FIELDS = frozenset({"text", "value", "description"})

Part = Mapping[str, Any]


def find_view_problem(view: object) -> str:
    """Return why Slack would not take `view` for a modal, "" if it would."""
    if not isinstance(view, dict) or view.get("type") != "modal" or not set(view) <= _VIEW_FIELDS:
        return "must be a modal with known fields"
    if not _is_plain(view.get("title"), MAX_HEAD_CHARS):
        return "title"
    if any(
        name in view and not _is_plain(view[name], MAX_HEAD_CHARS) for name in ("submit", "close")
    ):
        return "submit or close"
    limits = {
        "private_metadata": MAX_METADATA_CHARS,
        "callback_id": MAX_ID_CHARS,
        "external_id": MAX_ID_CHARS,
    }
    for name, limit in limits.items():
        if not _is_short(view.get(name, ""), limit):
            return name
    flags = ("clear_on_close", "notify_on_close", "submit_disabled")
    if not all(isinstance(view.get(name, False), bool) for name in flags):
        return "a flag is no boolean"
    return _find_blocks_problem(view)


def is_too_large(view: Part) -> bool:
    return len(json.dumps(view).encode()) > MAX_VIEW_BYTES


def list_options(element: Part) -> list[dict[str, Any]]:
    """Return the options of an element, those of its groups included."""
    groups = [group["options"] for group in element.get("option_groups") or []]
    return [*(element.get("options") or []), *(one for group in groups for one in group)]


def _find_blocks_problem(view: Part) -> str:
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= MAX_BLOCKS:
        return "blocks: between 1 and 100"
    if not all(isinstance(block, dict) for block in blocks):
        return "a block is no object"
    for index, block in enumerate(blocks):
        if not _is_short(block.get("block_id", ""), MAX_ID_CHARS):
            return f"block {index}: block_id"
        if not (_is_input(block) if block.get("type") == "input" else _is_shown(block)):
            return f"block {index}: {block.get('type')}"
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(set(ids)) < len(ids):
        return "block_id: must be unique"
    has_input = any(block["type"] == "input" for block in blocks)
    return "submit: required with an input" if has_input and "submit" not in view else ""


def _is_shown(block: Part) -> bool:
    return block.get("type") in _SHOWN_BLOCKS and is_valid_block(block)


def _is_input(block: Part) -> bool:
    element = block.get("element")
    flags = (block.get("optional", False), block.get("dispatch_action", False))
    return (
        set(block) <= _INPUT_FIELDS
        and _is_plain(block.get("label"), MAX_LABEL_CHARS)
        and ("hint" not in block or _is_plain(block["hint"], MAX_LABEL_CHARS))
        and all(isinstance(flag, bool) for flag in flags)
        and isinstance(element, dict)
        and _is_element(element)
    )


def _is_element(element: Part) -> bool:
    kind = element.get("type")
    known = _ELEMENT_FIELDS.get(kind) if isinstance(kind, str) else None
    if known is None or not set(element) <= known | _COMMON_FIELDS:
        return False
    if not _is_short(element.get("action_id", ""), MAX_ID_CHARS):
        return False
    if "placeholder" in element and not _is_plain(element["placeholder"], MAX_PLACEHOLDER_CHARS):
        return False
    checks = {"plain_text_input": _is_field, "conversations_select": _is_conversation_choice}
    return checks.get(str(kind), _is_choice)(element)


def _is_conversation_choice(element: Part) -> bool:
    flags = ("default_to_current_conversation", "response_url_enabled")
    chosen = element.get("filter", {"include": ["public"]})
    if not isinstance(chosen, dict) or not chosen or not set(chosen) <= _FILTER_FIELDS:
        return False
    kinds = chosen.get("include", ["public"])
    names = ("exclude_external_shared_channels", "exclude_bot_users")
    return (
        isinstance(kinds, list)
        and bool(kinds)
        and set(map(str, kinds)) <= _CONVERSATION_KINDS
        and all(isinstance(chosen.get(name, False), bool) for name in names)
        and all(isinstance(element.get(name, False), bool) for name in flags)
        and isinstance(element.get("initial_conversation", ""), str)
    )


def _is_field(element: Part) -> bool:
    least, most = element.get("min_length", 0), element.get("max_length", MAX_INPUT_CHARS)
    return (
        isinstance(least, int)
        and isinstance(most, int)
        and 0 <= least <= most <= MAX_INPUT_CHARS
        and most >= 1
        and isinstance(element.get("multiline", False), bool)
        and _is_short(element.get("initial_value", ""), most)
    )


def _is_choice(element: Part) -> bool:
    kind, lists = element["type"], [element.get("options")]
    if "option_groups" in element:
        groups = element["option_groups"]
        if "options" in element or not isinstance(groups, list) or not groups:
            return False
        if not all(isinstance(one, dict) and _is_plain(one.get("label"), 75) for one in groups):
            return False
        lists = [group.get("options") for group in groups]
    most = MAX_OPTIONS if kind == "static_select" else MAX_BUTTONS
    if not all(isinstance(options, list) and 1 <= len(options) <= most for options in lists):
        return False
    options = list_options(element)
    if not all(_is_option(option, can_be_mrkdwn=kind != "static_select") for option in options):
        return False
    initial = element.get("initial_options") or [element.get("initial_option")]
    values = [option["value"] for option in options]
    chosen = [option for option in initial if option is not None]
    return len(set(values)) == len(values) and all(option in options for option in chosen)


def _is_option(option: object, *, can_be_mrkdwn: bool) -> bool:
    if not isinstance(option, dict) or not set(option) <= _OPTION_FIELDS:
        return False
    value = option.get("value")
    types = ("plain_text", "mrkdwn") if can_be_mrkdwn else ("plain_text",)
    texts = [option.get("text"), *([option["description"]] if "description" in option else [])]
    return (
        isinstance(value, str)
        and 1 <= len(value) <= MAX_VALUE_CHARS
        and all(_is_plain(text, MAX_OPTION_CHARS, types=types) for text in texts)
    )


def _is_plain(text: object, max_chars: int, *, types: tuple[str, ...] = ("plain_text",)) -> bool:
    if not isinstance(text, dict) or not set(text) <= {"type", "text", "emoji", "verbatim"}:
        return False
    return (
        text.get("type") in types and bool(text.get("text")) and _is_short(text["text"], max_chars)
    )


def _is_short(text: object, max_chars: int) -> bool:
    return isinstance(text, str) and len(text) <= max_chars
