"""Builds the row under an answer: one block with its buttons, one with feedback alone. Pure.

See `bot.answering.finishing.controls` for what is in the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from bot.domain.messages import Message
from bot.domain.posts import Button, ButtonCost, MenuEntry, PostMetadata
from handlers.identifiers import (
    BAD_VALUE,
    CONTINUE_ACTION_ID,
    DELETE_ACTION_ID,
    FEEDBACK_ACTION_ID,
    GO_ON_ACTION_ID,
    GOOD_VALUE,
    MENU_ACTION_ID,
    REGENERATE_ACTION_ID,
    RETRY_ACTION_ID,
    STOP_ACTION_ID,
    WITHOUT_ACTION_ID,
)
from handlers.web_api.visuals.picture_menus import build_picture_menus, round_cost
from handlers.web_api.visuals.plain_text import build_plain_text, write_plain

# Plain data: the models of Slack's SDK check themselves at each answer for what never changes.
Element: TypeAlias = dict[str, Any]
_BUTTONS = {
    Button.RETRY: (RETRY_ACTION_ID, Message("Retry")),
    Button.GO_ON: (GO_ON_ACTION_ID, Message("Go on")),
    Button.WITHOUT: (WITHOUT_ACTION_ID, Message("Without it")),
    Button.REGENERATE: (REGENERATE_ACTION_ID, Message("Regenerate")),
    Button.CONTINUE: (CONTINUE_ACTION_ID, Message("Continue")),
    Button.STOP: (STOP_ACTION_ID, Message("Stop")),
    Button.DELETE: (DELETE_ACTION_ID, Message("Delete the answer")),
}
# Of those that may draw.
_LABELS_WITH_COST = {
    Button.RETRY: "Retry (about ${cost:,})",
    Button.GO_ON: "Go on (about ${cost:,})",
    Button.WITHOUT: "Without it (about ${cost:,})",
    Button.REGENERATE: "Regenerate (about ${cost:,})",
    Button.CONTINUE: "Continue (about ${cost:,})",
}
_CONFIRM_MESSAGE = (
    "I draw for this. That will likely cost about ${cost:,}, which goes on your account."
)
_CONFIRM_TITLE = Message("Before it costs")
_DRAW, _CANCEL = Message("Draw"), Message("Cancel")
_ENTRIES = {
    MenuEntry.COPY: Message("Copy as Markdown file"),
    MenuEntry.EARLIER: Message("Show the earlier answer"),
    MenuEntry.SEEN: Message("What did you see?"),
    MenuEntry.COST: Message("Cost of this"),
    MenuEntry.QUIET: Message("Be quiet here…"),
}
# docs.slack.dev, "Overflow menu element": at most five options. The buttons are few by choice.
_MAX_BUTTONS, _MAX_ENTRIES = 4, 5
_GOOD_LABEL, _BAD_LABEL = Message("Good answer"), Message("Bad answer")
_GOOD_DESCRIPTION = Message("Say that this answer is good")
_BAD_DESCRIPTION = Message("Say that something is wrong with this answer")


def build_control_blocks(metadata: PostMetadata) -> list[dict[str, Any]]:
    """Return at most two blocks: `actions`, and `context_actions` with feedback alone; or the menus
    under pictures, where the message holds nothing else."""
    controls = metadata.controls
    blocks = build_picture_menus(metadata)
    elements = [_build_button(button, metadata) for button in controls.buttons[:_MAX_BUTTONS]]
    if controls.menu:
        elements.append(_build_menu(metadata))
    if elements:
        blocks.append({"type": "actions", "elements": elements})
    if controls.has_feedback:
        blocks.append({"type": "context_actions", "elements": [_build_feedback(metadata)]})
    return blocks


def _build_button(button: Button, metadata: PostMetadata) -> Element:
    action_id, label = _BUTTONS[button]
    language = metadata.language
    costs = [one for one in metadata.controls.costs if one.button is button]
    if costs and button in _LABELS_WITH_COST:
        label = Message(_LABELS_WITH_COST[button], cost=round_cost(costs[0].cost))
    confirm = {"confirm": _build_confirm(costs[0].cost, language)} if _is_dear(costs) else {}
    return {
        "type": "button",
        "text": build_plain_text(label, language),
        "action_id": action_id,
        "value": _name_target(metadata),
        **confirm,
    }


def _is_dear(costs: Sequence[ButtonCost]) -> bool:
    return any(one.is_dear for one in costs)


def _build_confirm(cost: Decimal, language: str) -> Element:
    """Return what Slack asks before a press that is dear counts."""
    text = Message(_CONFIRM_MESSAGE, cost=round_cost(cost))
    return {
        "title": build_plain_text(_CONFIRM_TITLE, language),
        "text": build_plain_text(text, language),
        "confirm": build_plain_text(_DRAW, language),
        "deny": build_plain_text(_CANCEL, language),
    }


def _build_menu(metadata: PostMetadata) -> Element:
    language, target = metadata.language, _name_target(metadata)
    options = [
        {
            "text": build_plain_text(_ENTRIES[entry], language),
            "value": f"{entry.value}:{target}",
        }
        for entry in metadata.controls.menu[:_MAX_ENTRIES]
    ]
    return {"type": "overflow", "action_id": MENU_ACTION_ID, "options": options}


def _build_feedback(metadata: PostMetadata) -> Element:
    good = _build_thumb(GOOD_VALUE, _GOOD_LABEL, _GOOD_DESCRIPTION, metadata)
    bad = _build_thumb(BAD_VALUE, _BAD_LABEL, _BAD_DESCRIPTION, metadata)
    return {
        "type": "feedback_buttons",
        "action_id": FEEDBACK_ACTION_ID,
        "positive_button": good,
        "negative_button": bad,
    }


def _build_thumb(
    word: str, label: Message, description: Message, metadata: PostMetadata
) -> Element:
    return {
        "text": build_plain_text(label, metadata.language),
        "value": f"{word}:{_name_target(metadata)}",
        "accessibility_label": write_plain(description, metadata.language),
    }


def _name_target(metadata: PostMetadata) -> str:
    """Return what a control is about. The first answer to a question is its id alone."""
    version = metadata.controls.version
    return str(metadata.question_id) if version == 1 else f"{metadata.question_id}.{version}"
