"""Deleting messages and files, and the events that tell the app of it. Delivers nothing."""

from __future__ import annotations

from typing import Any

from bot.playground.slack import events
from bot.playground.slack.descriptions import message_object
from bot.playground.slack.workspace import BOT_USER, PlayedFile, PlayedMessage, Workspace


def delete_message(
    workspace: Workspace, message: PlayedMessage, *, origin: str
) -> list[dict[str, Any]]:
    """Delete a message; its files stay.

    The root of a thread that goes on becomes a tombstone, and Slack tells of that as of a change.
    """
    channel, was = workspace.channels[message.channel], message_object(message, origin)
    tombstone = workspace.remove(message.channel, message.ts)
    if BOT_USER not in channel.members:
        return []
    if tombstone is None:
        return [events.deleted_event(was, channel, workspace.next_ts())]
    now = message_object(tombstone, origin)
    return [events.changed_event(now, was, channel, workspace.next_ts())]


def delete_file(workspace: Workspace, file: PlayedFile, *, origin: str) -> list[dict[str, Any]]:
    """Delete a file; the messages that show it have a stub in its place."""
    shown = [(message, message_object(message, origin)) for message in workspace.showing(file)]
    file.bury()
    heard = [ch for ch, *_ in file.shares if BOT_USER in workspace.channels[ch].members]
    told = [events.file_deleted_event(file, set(heard), workspace.next_ts())]
    for message, was in shown:
        workspace.changed(message)
        now, channel = message_object(message, origin), workspace.channels[message.channel]
        if now != was and BOT_USER in channel.members:
            told.append(events.changed_event(now, was, channel, workspace.next_ts()))
    return told
