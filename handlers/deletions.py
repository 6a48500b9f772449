"""Deleted files and messages: erases them from Easel's store, then acknowledges the event.

See `parsing/deletions.py` for the events that report a deletion.
"""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from handlers.parsing.deletions import parse_deletion
from handlers.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Listen to deleted files and messages. The answer to a deleted message is stopped."""

    async def on_deletion(body: dict[str, Any]) -> None:
        deletion = parse_deletion(body)
        for file_id in deletion.files:
            await services.deletion.forget_file(file_id)
        if deletion.ts:
            services.queue.stop_question(deletion.team, deletion.channel, deletion.ts)
            await services.deletion.forget_message(deletion.team, deletion.channel, deletion.ts)

    # A deleted file becomes a stub in its message, which Slack reports as a changed message.
    app.event({"type": "message", "subtype": ["message_deleted", "message_changed"]})(on_deletion)
    app.event("file_deleted")(on_deletion)
