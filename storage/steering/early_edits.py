"""Store an edit that Slack delivers before the post itself: what was edited away is never stored.

The post joins it when it comes: see `storage/queue/merge.py`.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, update

from bot.domain.answers.steering import MessageEdit
from bot.domain.conversation import Speaker, Thread, Turn
from storage.conversations import insert_turn
from storage.queue.relevance import is_joined
from storage.schema import turns

# Slack repeats an event for six minutes. An older post is known, or is none of Easel's.
_MAX_LATE_SECONDS = 600.0
_NOTE_EDIT = (
    update(turns).where(turns.c.id == bindparam("of_turn")).values(edited_ts=bindparam("new_ts"))
)


def store_early_edit(connection: Connection, edit: MessageEdit, *, now: float) -> bool:
    """Store the words of an edited message that is not stored; return False where its post would be
    none of Easel's, or is long past.

    The post and its deletion are locked and looked for by the caller.
    """
    thread = Thread(edit.team, edit.channel, edit.root)
    if float(edit.edited_ts) - float(edit.ts) > _MAX_LATE_SECONDS:
        return False
    is_easels = thread.is_direct or edit.is_mention or is_joined(connection, thread)
    if not is_easels:
        return False
    turn = Turn(Speaker.PERSON, edit.ts, edit.text, edit.author.id)
    turn_id = insert_turn(connection, thread, turn, now=now)
    if turn_id is not None:
        connection.execute(_NOTE_EDIT, {"of_turn": turn_id, "new_ts": edit.edited_ts})
    return turn_id is not None
