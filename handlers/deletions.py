"""Deleted files and messages, and edited ones: changes what is stored, then acknowledges the event.

See `parsing/deletions.py` and `parsing/edits.py` for the events that report them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot.domain.conversation import Thread
from handlers.identifiers import DONE_KEY
from handlers.messages import store_question
from handlers.parsing.deletions import Deletion, parse_deletion
from handlers.parsing.edits import parse_edit
from handlers.parsing.fields import read_mapping
from handlers.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Listen to deleted files and messages. The answer to a deleted message is stopped."""

    async def on_deletion(body: dict[str, Any], context: AsyncBoltContext) -> None:
        await erase_deleted(body, services, bot_user_id=context.bot_user_id or "")
        await take_edit(body, services, bot_user_id=context.bot_user_id or "")
        # An edit may also have added Easel's name.
        await store_question(body, services, bot_user_id=context.bot_user_id or "")
        context[DONE_KEY] = True

    # A deleted file becomes a stub in its message, which Slack reports as a changed message.
    app.event({"type": "message", "subtype": ["message_deleted", "message_changed"]})(on_deletion)
    app.event("file_deleted")(on_deletion)


async def erase_deleted(body: Mapping[str, Any], services: Services, *, bot_user_id: str) -> bool:
    """Erase what `body` reports as deleted; committed when this returns. Return False if `body`
    reports nothing. Raises `TransientError` if it was not erased."""
    if read_mapping(body, "event").get("type") not in ("message", "file_deleted"):
        return False
    deletion = parse_deletion(body, bot_user_id=bot_user_id)
    for file_id in deletion.files:
        await services.deletion.forget_file(file_id)
    if deletion.ts:
        await _erase_message(deletion, services)
    elif deletion.files:
        await services.steering.restart_changed()
    return bool(deletion.files or deletion.ts)


async def _erase_message(deletion: Deletion, services: Services) -> None:
    place = deletion.team, deletion.channel, deletion.ts
    if deletion.root:
        # One of Easel's. It may begin a question that was asked by a form.
        thread = Thread(deletion.team, deletion.channel, deletion.root)
        await services.deletion.forget_answer(thread, deletion.ts, deletion.shared)
    else:
        await services.deletion.forget_message(*place)
    # Only now: who takes a question up from here on finds it deleted.
    await services.steering.stop_deleted(*place)
    services.steering.note_deletion(*place)
    services.removals.offer_soon(*place)


async def take_edit(body: Mapping[str, Any], services: Services, *, bot_user_id: str) -> bool:
    """Read a message as it was edited; committed when this returns. Return False if `body` is no
    edit. Raises `TransientError` if it was not stored."""
    edit = parse_edit(body, bot_user_id=bot_user_id)
    return edit is not None and await services.steering.take_edit(edit)
