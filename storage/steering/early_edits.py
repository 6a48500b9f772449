"""Store an edit that Slack delivers before the post itself: what was edited away is never stored.

The post joins it when it comes: see `storage/queue/merge.py`.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, update

from bot.domain.answers.steering import EditReport, EditResult, MessageEdit
from bot.domain.conversation import Speaker, Thread, Turn
from storage.conversations import insert_turn
from storage.presses.rights import Rights
from storage.queue.relevance import is_joined
from storage.rows import add_event, build_deletion_key, lock_thread
from storage.schema import turns
from storage.steering.stops import stop_by_edit

# Slack repeats an event for six minutes. An older post is known, or is none of Easel's.
_MAX_LATE_SECONDS = 600.0
_NOTE_EDIT = (
    update(turns).where(turns.c.id == bindparam("of_turn")).values(edited_ts=bindparam("new_ts"))
)


def take_early_edit(connection: Connection, edit: MessageEdit, rights: Rights) -> EditReport:
    """Store the words of an edited message that is not stored, unless its post would be none of
    Easel's, or is long past. One that asks to stop is done, and no question when it comes.

    The post is locked, and its deletion was looked for, by the caller.
    """
    thread = Thread(edit.team, edit.channel, edit.root)
    if not _is_awaited(connection, edit, thread):
        return EditReport(EditResult.IGNORED)
    lock_thread(connection, thread)
    if edit.is_stop:
        add_event(connection, build_deletion_key(edit.team, edit.channel, edit.ts), now=rights.now)
        messages = stop_by_edit(connection, thread, edit.author.id, edit.ts, rights)
        return EditReport(EditResult.STOPPED if messages else EditResult.EARLY, thread, messages)
    turn = Turn(Speaker.PERSON, edit.ts, edit.text, edit.author.id)
    turn_id = insert_turn(connection, thread, turn, now=rights.now)
    if turn_id is not None:
        connection.execute(_NOTE_EDIT, {"of_turn": turn_id, "new_ts": edit.edited_ts})
    return EditReport(EditResult.EARLY, thread)


def _is_awaited(connection: Connection, edit: MessageEdit, thread: Thread) -> bool:
    """Whether the post of `edit` may still come, and be of interest to Easel."""
    if float(edit.edited_ts) - float(edit.ts) > _MAX_LATE_SECONDS:
        return False
    return thread.is_direct or edit.is_mention or is_joined(connection, thread)
