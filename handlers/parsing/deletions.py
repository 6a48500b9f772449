"""Parses the events that report deleted files and messages into a `Deletion`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.parsing.fields import read_mapping, read_mappings

_MAX_ID_CHARS = 100


@dataclass(frozen=True, slots=True)
class Deletion:
    """What was deleted: files by their ids, and a message by its place. Either may be empty."""

    files: tuple[str, ...] = ()
    team: str = ""
    channel: str = ""
    ts: str = ""


def parse_deletion(body: Mapping[str, Any]) -> Deletion:
    """Parse one Events API body. Never raises, whatever the body holds."""
    event = read_mapping(body, "event")
    if event.get("type") == "file_deleted":
        file_id = _read_id(event.get("file_id"))
        return Deletion(files=(file_id,) if file_id else ())
    team, channel = _read_id(body.get("team_id")), _read_id(event.get("channel"))
    if event.get("subtype") == "message_deleted":
        return Deletion((), team, channel, _read_id(event.get("deleted_ts")))
    if event.get("subtype") != "message_changed":
        return Deletion()
    message = read_mapping(event, "message")
    if message.get("subtype") == "tombstone":
        # The stub that replaces a deleted message which has replies.
        return Deletion((), team, channel, _read_id(message.get("ts")))
    return Deletion(files=_list_deleted_ids(message.get("files")))


def _list_deleted_ids(raw_files: object) -> tuple[str, ...]:
    """Return the ids of the files of which only a stub is left."""
    stubs = (raw for raw in read_mappings(raw_files) if raw.get("mode") == "tombstone")
    ids = (_read_id(stub.get("id")) for stub in stubs)
    return tuple(file_id for file_id in ids if file_id)


def _read_id(value: object) -> str:
    """Return `value` if it can be an id or a ts of Slack's, else ""."""
    # Stricter than `read_text`: an altered id could name, and so erase, something else.
    if not isinstance(value, str) or len(value) > _MAX_ID_CHARS or not value.isascii():
        return ""
    return value
