"""Merge the second event of a post into what the first one stored. See `enqueue.py`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, select, update

from bot.domain.conversation import IncomingMessage, Speaker, Trigger
from bot.domain.files import FileRef
from bot.domain.questions import EnqueueResult
from bot.domain.tokens import estimate_tokens
from storage.engine.dialects import insert as upsert
from storage.engine.prepared import PreparedStatement
from storage.jobs.dispatch import schedule_thread
from storage.queue.late_files import mark_late_files
from storage.rows import add_files, build_thread_key, read_files
from storage.schema import questions, threads, turns

_JOIN = upsert(threads).values(
    joined=True, earlier_kept=bindparam("starts_thread"), back_ts=bindparam("mention_ts")
)
_NEWER_MENTION = case(
    (_JOIN.excluded.back_ts > threads.c.back_ts, _JOIN.excluded.back_ts), else_=threads.c.back_ts
)
_JOIN_THREAD = PreparedStatement(
    _JOIN.on_conflict_do_update(
        index_elements=["team", "channel", "root"],
        set_={"joined": True, "back_ts": _NEWER_MENTION},
    ),
    columns=("team", "channel", "root"),
)
_SET_TEXT = (
    update(turns)
    .where(turns.c.id == bindparam("of_turn"))
    .values(text=bindparam("new_text"), tokens=bindparam("new_tokens"))
)
_MOVE_TURN = (
    update(turns).where(turns.c.id == bindparam("of_turn")).values(root=bindparam("new_root"))
)
_MOVE_QUESTION = (
    update(questions)
    .where(questions.c.turn_id == bindparam("of_turn"))
    .values(root=bindparam("new_root"))
)
_SELECT_STORED = PreparedStatement(
    select(
        turns.c.id,
        turns.c.root,
        turns.c.text,
        turns.c.edited_ts,
        questions.c.id.label("question_id"),
        questions.c.state,
    )
    .select_from(turns.outerjoin(questions, questions.c.turn_id == turns.c.id))
    .where(
        and_(
            turns.c.team == bindparam("team"),
            turns.c.channel == bindparam("channel"),
            turns.c.ts == bindparam("ts"),
            turns.c.speaker == Speaker.PERSON.value,
        )
    )
)


def is_stored(connection: Connection, message: IncomingMessage) -> bool:
    """Whether another event of the post has brought all that `message` brings. Only reads."""
    return is_known(connection, message, fetch_stored(connection, message))


def fetch_stored(connection: Connection, message: IncomingMessage) -> Any:
    """Return the row of what another event of the post has stored, None where there was none."""
    key = {**build_thread_key(message.thread), "ts": message.ts}
    return _SELECT_STORED.fetch_row(connection, key)


def is_known(connection: Connection, message: IncomingMessage, stored: Any) -> bool:
    """Whether what is `stored` of the post holds all that `message` brings."""
    if stored is None or message.is_from_app:
        return False
    is_complete = stored.question_id is not None or message.trigger is Trigger.OVERHEARD
    return is_complete and has_nothing_new(connection, message, stored)


def merge_view(
    connection: Connection, message: IncomingMessage, stored: Any, *, now: float
) -> EnqueueResult:
    """Add what the first event of the post did not have: its thread, its files, more of its text.

    A question that was asked is not changed by an edit. Files of a question that was taken up
    already are marked as late: unless its answer starts again with them, they go with the next
    question.
    """
    if message.is_edit:
        return EnqueueResult.DUPLICATE
    was_moved = _move_to_thread(connection, message, stored.id, stored.root, stored.state)
    added = _add_missing_files(connection, message, stored.id)
    if added and stored.state not in (None, "stored"):
        mark_late_files(connection, build_thread_key(message.thread), added, now=now)
    # Only one of the two events may carry what is not in the text: blocks, a forwarded message. A
    # deleted message does not come this far.
    is_unanswered = stored.state in (None, "stored", "claimed")
    is_newest = not stored.edited_ts  # else this is what was edited away
    adds_text = is_unanswered and is_newest and _has_more_words(message.text, stored.text)
    if adds_text:
        set_text(connection, stored.id, message.text)
    is_open = stored.state in ("stored", "claimed", "replying")
    if is_open and (was_moved or added or adds_text):
        return EnqueueResult.UPDATED
    is_late = bool(added) and stored.question_id is not None
    return EnqueueResult.LATE if is_late else EnqueueResult.DUPLICATE


def has_nothing_new(connection: Connection, message: IncomingMessage, stored: Any) -> bool:
    """Whether `merge_view` certainly has nothing to change. Only reads."""
    was_own_thread = stored.root == message.ts and message.thread.root != stored.root
    if message.is_edit or was_own_thread or _has_more_words(message.text, stored.text):
        return False
    return not _list_missing_files(connection, message, stored.id)[1]


def _list_missing_files(
    connection: Connection, message: IncomingMessage, turn_id: int
) -> tuple[int, tuple[FileRef, ...]]:
    """Return how many files the turn has, and those of `message` that are not among them."""
    if not message.files:
        return 0, ()
    known = read_files(connection, [turn_id]).get(turn_id, ())
    known_ids = {ref.id for ref in known}
    return len(known), tuple(ref for ref in message.files if ref.id not in known_ids)


def _add_missing_files(
    connection: Connection, message: IncomingMessage, turn_id: int
) -> tuple[FileRef, ...]:
    """Add the files of `message` that its turn does not have; return them."""
    count, missing = _list_missing_files(connection, message, turn_id)
    add_files(connection, turn_id, missing, first_position=count)
    return missing


def _has_more_words(text: str, other: str) -> bool:
    """Whether `text` says more than `other`, not only the same in another form."""
    if len(text) <= len(other):
        return False
    return sum(map(str.isalnum, text)) > sum(map(str.isalnum, other))


def set_text(connection: Connection, turn_id: int, text: str) -> None:
    tokens = estimate_tokens(text)
    connection.execute(_SET_TEXT, {"of_turn": turn_id, "new_text": text, "new_tokens": tokens})


def _move_to_thread(
    connection: Connection, message: IncomingMessage, turn_id: int, root: str, state: str | None
) -> bool:
    """Move a post that was stored as a new thread into the thread that it belongs to.

    Return False if there is nothing to move, or the question is too far along.
    """
    new_root = message.thread.root
    was_own_thread = root == message.ts and new_root != root
    if not was_own_thread or state not in (None, "stored", "claimed"):
        return False
    connection.execute(_MOVE_TURN, {"of_turn": turn_id, "new_root": new_root})
    if state is not None:
        connection.execute(_MOVE_QUESTION, {"of_turn": turn_id, "new_root": new_root})
        join_thread(connection, message, starts_thread=False)
        schedule_thread(connection, message.thread)
    return True


def join_thread(connection: Connection, message: IncomingMessage, *, starts_thread: bool) -> None:
    """Take part in the thread of `message`; also in one that was left, if it mentions Easel."""
    mention_ts = message.ts if message.trigger is Trigger.MENTION else ""
    row = {"starts_thread": starts_thread, "mention_ts": mention_ts}
    _JOIN_THREAD.count_changed(connection, {**build_thread_key(message.thread), **row})
