"""Builds the menus under pictures: one line with one menu for each picture. Pure.

See `bot.answering.showing.picture_menus` for what is in them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bot.domain.messages import Message
from bot.domain.pictures.presses import VARIATION_COUNT, PictureAction, PictureMenu
from bot.domain.posts import PostMetadata
from handlers.identifiers import PICTURE_ACTION_ID
from handlers.web_api.visuals.plain_text import build_plain_text

LINE_MESSAGE = "Go on with v{version}"
AGAIN_MESSAGE = Message("Again")
AGAIN_COST_MESSAGE = "Again (about ${cost:,})"
VARY_MESSAGE = "Vary: {count} more"
VARY_COST_MESSAGE = "Vary: {count} more (about ${cost:,})"
EDIT_MESSAGE = Message("Edit…")
REFERENCE_MESSAGE = Message("Use as reference")
CONVERT_MESSAGE = Message("Convert… (free)")
_MAX_OPTION_CHARS = 75
_CENT = Decimal("0.01")


def round_cost(cost: Decimal) -> Decimal:
    """Return US dollars as they are told before they are spent: in cents, at least one."""
    return max(cost, _CENT).quantize(_CENT)


def build_picture_menus(metadata: PostMetadata) -> list[dict[str, Any]]:
    """Return one block for each picture."""
    return [_build_line(menu, metadata) for menu in metadata.controls.pictures]


def _build_line(menu: PictureMenu, metadata: PostMetadata) -> dict[str, Any]:
    language, target = metadata.language, f"{metadata.question_id}.{menu.version}"
    labels = _list_labels(menu)
    options = [
        {
            "text": build_plain_text(label, language, _MAX_OPTION_CHARS),
            "value": f"{action}:{target}",
        }
        for action, label in labels.items()
    ]
    return {
        "type": "section",
        "text": build_plain_text(Message(LINE_MESSAGE, version=menu.version), language),
        "accessory": {"type": "overflow", "action_id": PICTURE_ACTION_ID, "options": options},
    }


def _list_labels(menu: PictureMenu) -> dict[PictureAction, Message]:
    """Return the entries of a menu in order, with the cost of those that draw."""
    again, vary = AGAIN_MESSAGE, Message(VARY_MESSAGE, count=VARIATION_COUNT)
    if menu.again_cost is not None:
        again = Message(AGAIN_COST_MESSAGE, cost=round_cost(menu.again_cost))
    if menu.vary_cost is not None:
        cost = round_cost(menu.vary_cost)
        vary = Message(VARY_COST_MESSAGE, count=VARIATION_COUNT, cost=cost)
    labels = {
        PictureAction.AGAIN: again,
        PictureAction.VARY: vary,
        PictureAction.EDIT: EDIT_MESSAGE,
        PictureAction.REFERENCE: REFERENCE_MESSAGE,
        PictureAction.CONVERT: CONVERT_MESSAGE,
    }
    if not menu.can_repeat:
        del labels[PictureAction.AGAIN]
    return labels
