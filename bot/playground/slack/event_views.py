"""Builds the events that Slack sends about one post: as a message, and as a mention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.playground.slack import events
from bot.playground.slack.files.descriptions import describe_shown_file
from bot.playground.slack.workspace import BOT_USER, PlayedMessage, Workspace


def select_views(workspace: Workspace, message: PlayedMessage, views: Sequence[str]) -> list[str]:
    """Return those of `views` that the app gets.

    It gets none in a channel that it is not a member of, and a mention only of itself.
    """
    channel = workspace.channels[message.channel]
    if BOT_USER not in channel.members:
        return []
    is_mentioned = channel.kind != "im" and f"<@{BOT_USER}>" in message.text
    return [view for view in views if view.startswith("message") or is_mentioned]


def build_view_event(
    workspace: Workspace, message: PlayedMessage, view: str, *, origin: str
) -> dict[str, Any]:
    """Build the event of `message` in one of its views; "… without files" omits its files."""
    if view.startswith("app_mention"):
        event = events.build_mention_event(message, origin=origin)
    else:
        channel = workspace.channels[message.channel]
        root = workspace.find_message(message.channel, message.thread_ts or "")
        parent = root.user if root else ""
        event = events.build_message_event(message, channel, parent=parent, origin=origin)
    if message.files and not view.endswith("without files"):
        event["files"] = [describe_shown_file(file, origin) for file in message.files]
    return event
