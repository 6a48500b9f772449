"""Events that tell of deleted files and messages, as a `Deletion`. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Deletion:
    """What an event says is gone: files by their ids, and a message, or none."""

    files: tuple[str, ...] = ()
    team: str = ""
    channel: str = ""
    ts: str = ""


def parse_deletion(body: Mapping[str, Any]) -> Deletion:
    """Translate one Events API body. Never raises, whatever the body holds."""
    event = body.get("event")
    if not isinstance(event, Mapping):
        return Deletion()
    if event.get("type") == "file_deleted":
        return Deletion(
            files=_list_deleted_ids([{"id": event.get("file_id"), "mode": "tombstone"}])
        )
    team, channel = _read_id(body.get("team_id")), _read_id(event.get("channel"))
    if event.get("subtype") == "message_deleted":
        return Deletion((), team, channel, _read_id(event.get("deleted_ts")))
    message = event.get("message")
    if event.get("subtype") != "message_changed" or not isinstance(message, Mapping):
        return Deletion()
    if message.get("subtype") == "tombstone":
        # What is left of a deleted message that has replies.
        return Deletion((), team, channel, _read_id(message.get("ts")))
    return Deletion(files=_list_deleted_ids(message.get("files")))


def _list_deleted_ids(files: object) -> tuple[str, ...]:
    """The ids of those of a message's files that are stubs of deleted ones."""
    if not isinstance(files, Sequence) or isinstance(files, str | bytes):
        return ()
    found = (_read_id(item.get("id")) for item in files if _is_stub(item))
    return tuple(file_id for file_id in found if file_id)


def _is_stub(item: object) -> bool:
    return isinstance(item, Mapping) and item.get("mode") == "tombstone"


def _read_id(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= 100 and value.isascii() else ""
