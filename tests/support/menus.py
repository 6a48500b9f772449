"""The message with the menus under pictures, which tests of answers look past."""

from __future__ import annotations

from bot.playground.slack.workspace import PlayedMessage


def has_menus(message: PlayedMessage) -> bool:
    """Whether a message of the played Slack only offers what can be pressed under pictures."""
    return any("menu" in control for control in message.controls)
