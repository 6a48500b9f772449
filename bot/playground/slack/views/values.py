"""What a person has filled into a modal, as Slack sends it to the app. Pure.

Source: docs.slack.dev, "View submission payload"; recorded ones are in vercel/chat.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.playground.slack.views.checks import MAX_INPUT_CHARS, list_options

# By block id: a text, the value of an option, or a list of them.
Given = Mapping[str, object]
_REQUIRED_SENTENCE = "Please complete this required field."


def list_inputs(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the blocks of a view that people fill in."""
    return [block for block in view["blocks"] if block["type"] == "input"]


def find_mistakes(view: Mapping[str, Any], given: Given) -> dict[str, str]:
    """Return what Slack's own window says before it sends anything, by block id."""
    mistakes = {}
    for block in list_inputs(view):
        if mistake := _find_mistake(block, given.get(block["block_id"])):
            mistakes[block["block_id"]] = mistake
    return mistakes


def build_values(view: Mapping[str, Any], given: Given) -> dict[str, dict[str, Any]]:
    """Return `state.values` of a submitted view."""
    return {
        block["block_id"]: {
            block["element"]["action_id"]: _build_value(
                block["element"], given.get(block["block_id"])
            )
        }
        for block in list_inputs(view)
    }


def _find_mistake(block: Mapping[str, Any], value: object) -> str:
    element = block["element"]
    if not value:
        return "" if block.get("optional") else _REQUIRED_SENTENCE
    if element["type"] == "plain_text_input":
        text = value if isinstance(value, str) else ""
        least = element.get("min_length", 0)
        most = element.get("max_length", MAX_INPUT_CHARS)
        return "" if least <= len(text) <= most else f"Between {least} and {most} characters."
    if element["type"] == "conversations_select":
        return "" if isinstance(value, str) else "There is no such conversation."
    values = {option["value"] for option in list_options(element)}
    chosen = value if isinstance(value, list) else [value]
    return "" if set(map(str, chosen)) <= values else "There is no such option."


def _build_value(element: Mapping[str, Any], value: object) -> dict[str, Any]:
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": value or None}
    if kind == "conversations_select":
        return {"type": kind, "selected_conversation": value or None}
    chosen = value if isinstance(value, list) else [value]
    options = [option for option in list_options(element) if option["value"] in chosen]
    if kind == "checkboxes":
        return {"type": kind, "selected_options": options}
    return {"type": kind, "selected_option": options[0] if options else None}
