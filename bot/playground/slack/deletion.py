"""Deletes messages and files, and builds the events about it. Delivers nothing."""

from __future__ import annotations

from typing import Any

from bot.playground.slack import events
from bot.playground.slack.files.descriptions import describe_message
from bot.playground.slack.workspace import BOT_USER, PlayedFile, PlayedMessage, Workspace


def delete_message(
    workspace: Workspace, message: PlayedMessage, *, origin: str
) -> list[dict[str, Any]]:
    """Delete a message but not its files; return the events for the app.

    A root with replies becomes a tombstone, which Slack reports as a change of the message.
    """
    channel, before = workspace.channels[message.channel], describe_message(message, origin)
    tombstone = workspace.delete_or_tombstone(message.channel, message.ts)
    if BOT_USER not in channel.members:
        return []
    if tombstone is None:
        return [events.build_deleted_event(before, channel, workspace.create_ts())]
    after = describe_message(tombstone, origin)
    return [events.build_changed_event(after, before, channel, workspace.create_ts())]


def delete_file(workspace: Workspace, file: PlayedFile, *, origin: str) -> list[dict[str, Any]]:
    """Delete a file; return the events for the app.

    The messages that show the file get a stub in its place.
    """
    described = [
        (message, describe_message(message, origin))
        for message in workspace.list_messages_showing(file)
    ]
    file.erase()
    channel_ids = {
        channel_id
        for channel_id, *_ in file.shares
        if BOT_USER in workspace.channels[channel_id].members
    }
    deletion_events = [events.build_file_deleted_event(file, channel_ids, workspace.create_ts())]
    for message, before in described:
        workspace.announce_change(message)
        after, channel = describe_message(message, origin), workspace.channels[message.channel]
        if after != before and BOT_USER in channel.members:
            deletion_events.append(
                events.build_changed_event(after, before, channel, workspace.create_ts())
            )
    return deletion_events
