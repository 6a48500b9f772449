"""What is deleted in Slack is erased here, then acknowledged. Answers nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from slack_bolt.async_app import AsyncApp

log = structlog.get_logger(__name__)

Stop = Callable[[str, str, str], None]


class Erase(Protocol):
    """Each call has committed when it returns; where it raises, Slack tells again."""

    async def forget_file(self, file_id: str) -> None: ...

    async def forget_message(self, team: str, channel: str, ts: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Deletion:
    """What an event says is gone: files by their ids, and a message, or none."""

    files: tuple[str, ...] = ()
    team: str = ""
    channel: str = ""
    ts: str = ""


def register(app: AsyncApp, erase: Erase, stop: Stop) -> None:
    """Listen to deleted files and messages. `stop` ends the answer to a message that is gone."""

    async def on_deletion(body: dict[str, Any]) -> None:
        gone = parse_deletion(body)
        for file_id in gone.files:
            await erase.forget_file(file_id)
        if gone.ts:
            stop(gone.team, gone.channel, gone.ts)
            await erase.forget_message(gone.team, gone.channel, gone.ts)

    # A file that is deleted becomes a stub in its message, which is a change of that.
    app.event({"type": "message", "subtype": ["message_deleted", "message_changed"]})(on_deletion)
    app.event("file_deleted")(on_deletion)


def parse_deletion(body: Mapping[str, Any]) -> Deletion:
    """Translate one Events API body. Never raises, whatever the body holds."""
    event = body.get("event")
    if not isinstance(event, Mapping):
        return Deletion()
    if event.get("type") == "file_deleted":
        return Deletion(files=_ids([{"id": event.get("file_id"), "mode": "tombstone"}]))
    team, channel = _text(body.get("team_id")), _text(event.get("channel"))
    if event.get("subtype") == "message_deleted":
        return Deletion((), team, channel, _text(event.get("deleted_ts")))
    message = event.get("message")
    if event.get("subtype") != "message_changed" or not isinstance(message, Mapping):
        return Deletion()
    if message.get("subtype") == "tombstone":
        # What is left of a deleted message that has replies.
        return Deletion((), team, channel, _text(message.get("ts")))
    return Deletion(files=_ids(message.get("files")))


def _ids(files: object) -> tuple[str, ...]:
    """The ids of those of a message's files that are stubs of deleted ones."""
    if not isinstance(files, Sequence) or isinstance(files, str | bytes):
        return ()
    found = (_text(item.get("id")) for item in files if _is_stub(item))
    return tuple(file_id for file_id in found if file_id)


def _is_stub(item: object) -> bool:
    return isinstance(item, Mapping) and item.get("mode") == "tombstone"


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= 100 and value.isascii() else ""
