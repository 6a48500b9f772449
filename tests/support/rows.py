"""The buttons of played messages, without those that most answers have."""

from __future__ import annotations

from typing import Any

from bot.playground.slack.workspace import PlayedMessage
from handlers.identifiers import CONTINUE_ACTION_ID, REGENERATE_ACTION_ID

_OF_ANSWERS = frozenset({REGENERATE_ACTION_ID, CONTINUE_ACTION_ID})


def list_buttons(message: PlayedMessage) -> list[dict[str, Any]]:
    """Return the buttons of `message` but those that go on with an answer, or ask for another."""
    return [button for button in message.buttons if button["action_id"] not in _OF_ANSWERS]
