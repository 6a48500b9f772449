"""What is deleted in Slack is erased here, then acknowledged. Answers nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import structlog
from slack_bolt.async_app import AsyncApp

from handlers.parsing.deletions import parse_deletion

log = structlog.get_logger(__name__)

Stop = Callable[[str, str, str], None]


class Eraser(Protocol):
    """Each call has committed when it returns; where it raises, Slack tells again."""

    async def forget_file(self, file_id: str) -> None: ...

    async def forget_message(self, team: str, channel: str, ts: str) -> None: ...


def register(app: AsyncApp, eraser: Eraser, stop: Stop) -> None:
    """Listen to deleted files and messages. `stop` ends the answer to a message that is gone."""

    async def on_deletion(body: dict[str, Any]) -> None:
        gone = parse_deletion(body)
        for file_id in gone.files:
            await eraser.forget_file(file_id)
        if gone.ts:
            stop(gone.team, gone.channel, gone.ts)
            await eraser.forget_message(gone.team, gone.channel, gone.ts)

    # A file that is deleted becomes a stub in its message, which is a change of that.
    app.event({"type": "message", "subtype": ["message_deleted", "message_changed"]})(on_deletion)
    app.event("file_deleted")(on_deletion)
