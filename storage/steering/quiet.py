"""Decides where Easel answers only those who mention it: a thread that it left, a quiet channel.

Talk there is remembered as what people say to each other.
"""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from bot.domain.conversation import IncomingMessage, Thread, Trigger
from storage.engine.prepared import PreparedStatement
from storage.rows import build_thread_key, lock_thread, match_thread
from storage.schema import threads
from storage.steering.schema import channel_settings

_SELECT_TIMES = PreparedStatement(
    select(threads.c.left_ts, threads.c.back_ts).where(match_thread(threads))
)
_SELECT_MENTIONS_ONLY = PreparedStatement(
    select(channel_settings.c.mentions_only).where(
        channel_settings.c.team == bindparam("team"),
        channel_settings.c.channel == bindparam("channel"),
    )
)
_LEAVE = update(threads).where(
    and_(
        threads.c.team == bindparam("of_team"),
        threads.c.channel == bindparam("of_channel"),
        threads.c.root == bindparam("of_root"),
        threads.c.left_ts < bindparam("new_ts"),
        # Who says so in a thread that was left already speaks to others.
        or_(threads.c.left_ts == "", threads.c.left_ts < threads.c.back_ts),
    )
)
_LEAVE = _LEAVE.values(left_ts=bindparam("new_ts"))


def is_quiet(connection: Connection, message: IncomingMessage) -> bool:
    """Whether `message` needs to mention Easel to be answered, and does not.

    Events overtake each other, so it counts what was said before `message` was posted.
    """
    if message.trigger not in (Trigger.THREAD, Trigger.WATCHED):
        return False
    thread = message.thread
    key = {"team": thread.team, "channel": thread.channel}
    if _SELECT_MENTIONS_ONLY.fetch_value(connection, key):
        return True
    times = _SELECT_TIMES.fetch_row(connection, build_thread_key(thread))
    if times is None or not times.left_ts or message.ts <= times.left_ts:
        return False
    return not times.left_ts < times.back_ts <= message.ts


def leave_thread(connection: Connection, thread: Thread, ts: str) -> None:
    """Note that the message at `ts` asked Easel to leave `thread`; changes nothing in a
    thread that was left already, and the second time."""
    lock_thread(connection, thread)
    key = {"of_team": thread.team, "of_channel": thread.channel, "of_root": thread.root}
    connection.execute(_LEAVE, {**key, "new_ts": ts})
