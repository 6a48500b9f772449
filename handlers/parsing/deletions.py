"""Parses the events that report deleted files and messages into a `Deletion`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.parsing.fields import read_mapping, read_mappings

_MAX_ID_CHARS = 100


@dataclass(frozen=True, slots=True)
class Deletion:
    """What was deleted: files by their ids, and a message by its place. Either may be empty.

    `root` is that of a deleted message of Easel's, with the `shared` files in it; else "".
    """

    files: tuple[str, ...] = ()
    team: str = ""
    channel: str = ""
    ts: str = ""
    root: str = ""
    shared: tuple[str, ...] = ()


def parse_deletion(body: Mapping[str, Any], *, bot_user_id: str = "") -> Deletion:
    """Parse one Events API body. Never raises, whatever the body holds."""
    event = read_mapping(body, "event")
    if event.get("type") == "file_deleted":
        file_id = _read_id(event.get("file_id"))
        return Deletion(files=(file_id,) if file_id else ())
    team, channel = _read_id(body.get("team_id")), _read_id(event.get("channel"))
    if event.get("subtype") == "message_deleted":
        ts, deleted = _read_id(event.get("deleted_ts")), read_mapping(event, "previous_message")
        if not bot_user_id or deleted.get("user") != bot_user_id:
            return Deletion((), team, channel, ts)
        root = _read_id(deleted.get("thread_ts"))
        return Deletion((), team, channel, ts, root, _list_ids(deleted.get("files")))
    if event.get("subtype") != "message_changed":
        return Deletion()
    message = read_mapping(event, "message")
    if message.get("subtype") == "tombstone":
        # The stub that replaces a deleted message which has replies.
        return Deletion((), team, channel, _read_id(message.get("ts")))
    return Deletion(files=_list_deleted_ids(message.get("files")))


def _list_deleted_ids(raw_files: object) -> tuple[str, ...]:
    """Return the ids of the files of which only a stub is left."""
    return _list_ids([raw for raw in read_mappings(raw_files) if raw.get("mode") == "tombstone"])


def _list_ids(raw_files: object) -> tuple[str, ...]:
    ids = (_read_id(raw.get("id")) for raw in read_mappings(raw_files))
    return tuple(file_id for file_id in ids if file_id)


def _read_id(value: object) -> str:
    """Return `value` if it can be an id or a ts of Slack's, else ""."""
    # Stricter than `read_text`: an altered id could name, and so erase, something else.
    if not isinstance(value, str) or len(value) > _MAX_ID_CHARS or not value.isascii():
        return ""
    return value
