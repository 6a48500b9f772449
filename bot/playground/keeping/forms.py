"""Messages, files and the people of a played workspace as JSON, and back. Pure."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter

from bot.playground.slack import PlayedFile, PlayedMessage, Workspace
from bot.playground.slack.workspace import PlayedChannel

_MESSAGE_FIELDS = [field.name for field in fields(PlayedMessage)]
# Constructors do not look at types, and a wrong one would break the page later.
_MESSAGE_CHECK, _FILE_CHECK = TypeAdapter(PlayedMessage), TypeAdapter(PlayedFile)
_CHANNEL_CHECK, _NAMES_CHECK = TypeAdapter(PlayedChannel), TypeAdapter(dict[str, str])
_FILE_FIELDS = [field.name for field in fields(PlayedFile) if field.name != "data"]


def encode_message(message: PlayedMessage) -> str:
    return json.dumps(_describe_message(message))


def decode_message(body: str, files: dict[str, PlayedFile]) -> PlayedMessage:
    """Build the message again. Raises `ValueError`, `TypeError` or `KeyError` for another form."""
    return _build_message(json.loads(body), files)


def encode_file(file: PlayedFile) -> str:
    """Encode all of a file but its bytes."""
    return json.dumps({name: getattr(file, name) for name in _FILE_FIELDS})


def decode_file(body: str, data: bytes) -> PlayedFile:
    """Build the file again. Raises `ValueError` or `TypeError` for another form."""
    values = json.loads(body)
    shares = [(str(channel), str(ts), thread) for channel, ts, thread in values.pop("shares")]
    _FILE_CHECK.validate_python({"data": data, "shares": shares, **values})
    return PlayedFile(data=data, shares=shares, **values)


def encode_places(workspace: Workspace) -> str:
    """Encode the people, groups and channels."""
    channels = [
        {
            **{field.name: getattr(channel, field.name) for field in fields(PlayedChannel)},
            "members": sorted(channel.members),
        }
        for channel in workspace.channels.values()
    ]
    return json.dumps(
        {
            "people": workspace.people,
            "locales": workspace.locales,
            "groups": workspace.groups,
            "channels": channels,
        }
    )


def fill_places(body: str, workspace: Workspace) -> None:
    """Bring the people, groups and channels into the workspace, next to its own."""
    values = json.loads(body)
    for name in ("people", "locales", "groups"):
        getattr(workspace, name).update(_NAMES_CHECK.validate_python(values[name]))
    for channel in values["channels"]:
        members = set(channel.pop("members"))
        _CHANNEL_CHECK.validate_python({"members": members, **channel})
        workspace.channels[channel["id"]] = PlayedChannel(members=members, **channel)


def _describe_message(message: PlayedMessage) -> dict[str, Any]:
    values = {name: getattr(message, name) for name in _MESSAGE_FIELDS}
    shared = message.shared_message
    return values | {
        "files": [file.id for file in message.files],
        "shared_message": None if shared is None else _describe_message(shared),
    }


def _build_message(values: dict[str, Any], files: dict[str, PlayedFile]) -> PlayedMessage:
    shared = values.pop("shared_message")
    own_files = [files[file_id] for file_id in values.pop("files")]
    _MESSAGE_CHECK.validate_python({**values, "files": own_files, "shared_message": None})
    message = PlayedMessage(files=own_files, **values)
    message.shared_message = None if shared is None else _build_message(shared, files)
    return message
