"""Decides whether a message is of any interest: talk that is none of Easel's is not stored."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.domain.conversation import IncomingMessage, Thread, Trigger
from storage.engine.prepared import PreparedStatement
from storage.rows import build_deletion_key, build_thread_key, has_event, match_thread
from storage.schema import questions, threads, turns

_SELECT_JOINED = PreparedStatement(select(threads.c.joined).where(match_thread(threads)))
_SELECT_FIRST_PLACE = PreparedStatement(
    select(turns.c.place)
    .select_from(turns.join(questions, questions.c.turn_id == turns.c.id))
    .where(match_thread(turns))
    .order_by(turns.c.place)
    .limit(1)
)


def is_relevant(connection: Connection, message: IncomingMessage) -> bool:
    """Return False for talk in a thread that Easel has not joined, and for a deleted message."""
    thread = message.thread
    needs_joined = message.trigger in (Trigger.THREAD, Trigger.OVERHEARD)
    if needs_joined and not _is_joined_before(connection, message):
        return False
    return not is_deleted(connection, thread.team, thread.channel, message.quoted_ts or message.ts)


def is_deleted(connection: Connection, team: str, channel: str, ts: str) -> bool:
    """Whether the message at `ts`, or the one that it quotes, is known to be deleted."""
    return has_event(connection, build_deletion_key(team, channel, ts))


def is_joined(connection: Connection, thread: Thread) -> bool:
    """Whether Easel takes part in `thread`."""
    return bool(_SELECT_JOINED.fetch_value(connection, build_thread_key(thread)))


def _is_joined_before(connection: Connection, message: IncomingMessage) -> bool:
    """Whether Easel was in the thread when `message` was posted.

    Events overtake each other: talk may be stored after the mention that followed it. It is read
    from Slack then, as all that was posted before a thread's first question.
    """
    key = build_thread_key(message.thread)
    if not _SELECT_JOINED.fetch_value(connection, key):
        return False
    first_place = _SELECT_FIRST_PLACE.fetch_value(connection, key)
    return first_place is None or first_place <= message.ts
