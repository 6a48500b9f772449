"""Deleting messages and files, and the events that tell the app of it. Delivers nothing."""

from __future__ import annotations

from typing import Any

from bot.playground.slack import events
from bot.playground.slack.descriptions import describe_message
from bot.playground.slack.workspace import BOT_USER, PlayedFile, PlayedMessage, Workspace


def delete_message(
    workspace: Workspace, message: PlayedMessage, *, origin: str
) -> list[dict[str, Any]]:
    """Delete a message; its files stay.

    The root of a thread that goes on becomes a tombstone, and Slack tells of that as of a change.
    """
    channel, was = workspace.channels[message.channel], describe_message(message, origin)
    tombstone = workspace.delete_or_tombstone(message.channel, message.ts)
    if BOT_USER not in channel.members:
        return []
    if tombstone is None:
        return [events.build_deleted_event(was, channel, workspace.create_ts())]
    now = describe_message(tombstone, origin)
    return [events.build_changed_event(now, was, channel, workspace.create_ts())]


def delete_file(workspace: Workspace, file: PlayedFile, *, origin: str) -> list[dict[str, Any]]:
    """Delete a file; the messages that show it have a stub in its place."""
    shown = [
        (message, describe_message(message, origin))
        for message in workspace.list_messages_showing(file)
    ]
    file.erase()
    heard = [ch for ch, *_ in file.shares if BOT_USER in workspace.channels[ch].members]
    told = [events.build_file_deleted_event(file, set(heard), workspace.create_ts())]
    for message, was in shown:
        workspace.announce_change(message)
        now, channel = describe_message(message, origin), workspace.channels[message.channel]
        if now != was and BOT_USER in channel.members:
            told.append(events.build_changed_event(now, was, channel, workspace.create_ts()))
    return told
