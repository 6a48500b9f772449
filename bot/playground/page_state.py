"""Describes the workspace and its changes to the playground's page, as JSON. Answers no request.

The page gets only what it shows: no bytes of files, no tokens.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from bot.playground.examples import EXAMPLES
from bot.playground.slack import PlayedFile, PlayedMessage, Workspace
from bot.playground.slack.files.descriptions import build_permalink
from bot.playground.slack.workspace import BOT_USER, Change, PlayedChannel
from handlers import manifest
from handlers.parsing.message_text import read_message


@dataclass(frozen=True, slots=True)
class Chats:
    """Which chats the page shows: the same `id` is the same chats, also after a restart.

    Without a `folder` they vanish when the playground ends.
    """

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    folder: str = ""


def describe_workspace(workspace: Workspace) -> dict[str, Any]:
    """Describe all that the page needs to begin: people, channels, messages, menu items."""
    statuses = [
        {"channel": channel, "thread_ts": thread_ts, "status": status}
        for (channel, thread_ts), status in workspace.list_statuses().items()
    ]
    messages = [
        describe_message(message, workspace)
        for channel in workspace.channels
        for message in workspace.list_messages(channel)
    ]
    return {
        "me": "U0ALEX",
        "bot": BOT_USER,
        "people": [
            {"id": key, "name": name, "locale": workspace.locales.get(key, "en-US")}
            for key, name in workspace.people.items()
        ],
        "channels": [_describe_channel(channel) for channel in workspace.channels.values()],
        "messages": messages,
        "statuses": statuses,
        "shortcuts": list_shortcuts("message"),
        "globals": list_shortcuts("global"),
        "titles": [
            {"channel": channel, "thread_ts": root, "title": title}
            for (channel, root), title in workspace.titles.items()
        ],
        "examples": [{"name": key, "label": one.label} for key, one in EXAMPLES.items()],
    }


def list_shortcuts(kind: str) -> list[dict[str, str]]:
    """List the shortcuts that the installed app has: of a `message`, or `global` ones."""
    shortcuts = manifest.load_manifest().get("features", {}).get("shortcuts") or []
    return [
        {"name": str(shortcut["name"]), "callback_id": str(shortcut["callback_id"])}
        for shortcut in shortcuts
        if shortcut.get("type") == kind
    ]


def describe_message(message: PlayedMessage, workspace: Workspace) -> dict[str, Any]:
    """Describe a message as the page shows it, with the pictures in its blocks."""
    embedded_files = [
        workspace.files[file_id]
        for file_id in message.embedded_file_ids
        if file_id in workspace.files
    ]
    return {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "author": str(message.author_fields.get("username", "")),
        "text": _read_text(message),
        "thread_ts": message.thread_ts,
        "files": [_describe_file(file) for file in [*message.files, *embedded_files]],
        "from_bot": message.from_bot or "bot_id" in message.author_fields,
        "markdown": message.markdown or message.content is not None,
        "streaming": message.streaming,
        "edited": bool(message.edited_ts),
        "deleted": message.deleted,
        "buttons": message.buttons,
        "controls": message.controls,
        "charts": message.charts,
        "permalink": build_permalink(message),
    }


def _read_text(message: PlayedMessage) -> str:
    """Return the text of a message; of one with blocks and attachments, all that they say."""
    if message.content is None:
        return message.text
    return read_message(message.content).text


def describe_change(change: Change, workspace: Workspace) -> dict[str, Any]:
    """Describe one change."""
    fields: dict[str, Any] = {"kind": change.kind, "channel": change.channel}
    if change.kind in ("status", "title"):
        return fields | {"thread_ts": change.thread_ts, change.kind: change.status}
    if change.kind == "told":
        if change.message is None:
            return fields | {"text": change.status}
        message = describe_message(change.message, workspace)
        return fields | {"text": message["text"], "person": change.status, "message": message}
    if change.message is None:
        return fields
    if change.kind == "deleted":
        return fields | {"ts": change.message.ts}
    return fields | {"message": describe_message(change.message, workspace)}


def _describe_channel(channel: PlayedChannel) -> dict[str, Any]:
    is_direct = channel.kind == "im"
    person = next(iter(channel.members - {BOT_USER})) if is_direct else None
    return {"id": channel.id, "name": channel.name, "kind": channel.kind, "person": person}


def _describe_file(file: PlayedFile) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": file.name,
        "mimetype": file.mimetype,
        "size": len(file.data),
        "url": f"/page/files/{file.id}",
        "alt": file.alt,
        "width": file.width,
        "height": file.height,
        "user": file.user,
        "gone": file.is_deleted,
    }
