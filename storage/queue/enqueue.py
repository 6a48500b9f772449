"""Store a message: drop duplicates, merge second events of a post, claim a question at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, not_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.domain.conversation import IncomingMessage, Speaker, Trigger, Turn
from bot.domain.files import FileRef
from bot.domain.questions import EnqueueResult, Question
from bot.domain.tokens import estimate_tokens
from storage.conversations import insert_turn
from storage.late_files import mark_late_files
from storage.queue.claims import Claim, has_room
from storage.rows import (
    add_event,
    add_files,
    build_deletion_key,
    build_thread_key,
    match_thread,
    read_files,
)
from storage.schema import events, questions, threads, turns

_SELECT_JOINED = select(threads.c.joined).where(match_thread(threads))
_JOIN_THREAD = (
    upsert(threads)
    .values(joined=True, earlier_kept=bindparam("starts_thread"))
    .on_conflict_do_update(index_elements=["team", "channel", "root"], set_={"joined": True})
)
_SELECT_DELETION = select(events.c.event_id).where(events.c.event_id == bindparam("deletion"))
_INSERT_THREAD = (
    upsert(threads)
    .values(joined=False, earlier_kept=bindparam("starts_thread"))
    .on_conflict_do_nothing()
)
_INSERT_QUESTION = (
    insert(questions).values(outcome="", note="", due_at=0.0, shown=False).returning(questions.c.id)
)
_SELECT_OPEN = (
    select(questions.c.id).where(match_thread(questions), not_(questions.c.shown)).limit(1)
)
# The most posts of programs that are answered in one thread: no loop of two programs is longer.
MAX_APP_QUESTIONS = 3
# A program's question is known by its event id: see `_name_event`.
_APP_EVENT_PREFIX = "app:"
_COUNT_APP_QUESTIONS = (
    select(func.count())
    .select_from(turns.join(questions, questions.c.turn_id == turns.c.id))
    .where(match_thread(turns), questions.c.event_id.startswith(_APP_EVENT_PREFIX))
)
_SELECT_STORED = (
    select(
        turns.c.id,
        turns.c.root,
        turns.c.text,
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


def enqueue(
    connection: Connection,
    message: IncomingMessage,
    *,
    now: float,
    claim: Claim | None,
) -> EnqueueResult | Question:
    """Store `message`. With `claim`, claim a new question if its thread is free and it has room."""
    message = _limit_apps(connection, _name_event(message))
    if not _is_relevant(connection, message):
        return EnqueueResult.DUPLICATE
    is_question = message.trigger is not Trigger.OVERHEARD
    key = {**build_thread_key(message.thread), "ts": message.ts}
    stored = connection.execute(_SELECT_STORED, key).first()
    if stored is not None:
        # Most often the second event of a post: there is nothing to write, not even the event.
        result = _merge(connection, message, stored, now=now)
        if message.is_edit and stored.question_id is None:
            _set_text(connection, stored.id, message.text)
        if stored.question_id is not None or not is_question:
            return result
    if message.event_id and not add_event(connection, message.event_id, now=now):
        return EnqueueResult.DUPLICATE
    if stored is not None:
        # A later question of the thread came first, and stored this one as an earlier message.
        turn_id = int(stored.id)
    else:
        turn = Turn(Speaker.PERSON, message.ts, message.text, message.sender.id, message.files)
        new_id = insert_turn(connection, message.thread, turn, now=now, quoted_ts=message.quoted_ts)
        if new_id is None or not is_question:
            return EnqueueResult.DUPLICATE
        turn_id = new_id
    return _add_question(connection, message, turn_id, now=now, claim=claim)


def _name_event(message: IncomingMessage) -> IncomingMessage:
    """Return a program's message with an event id that says so."""
    if not message.is_from_app:
        return message
    place = message.event_id or f"{message.thread.channel}/{message.ts}"
    return replace(message, event_id=f"{_APP_EVENT_PREFIX}{place}")


def _limit_apps(connection: Connection, message: IncomingMessage) -> IncomingMessage:
    """Return a program's question as overheard once enough of them are answered in its thread."""
    if not message.is_from_app or message.trigger is Trigger.OVERHEARD:
        return message
    count = connection.scalar(_COUNT_APP_QUESTIONS, build_thread_key(message.thread)) or 0
    return replace(message, trigger=Trigger.OVERHEARD) if count >= MAX_APP_QUESTIONS else message


def _is_relevant(connection: Connection, message: IncomingMessage) -> bool:
    """Return False for talk in a thread that Easel has not joined, and for a deleted message."""
    thread = message.thread
    needs_joined = message.trigger in (Trigger.THREAD, Trigger.OVERHEARD)
    if needs_joined and not connection.scalar(_SELECT_JOINED, build_thread_key(thread)):
        return False
    deletion = build_deletion_key(thread.team, thread.channel, message.quoted_ts or message.ts)
    return connection.scalar(_SELECT_DELETION, {"deletion": deletion}) is None


def _add_question(
    connection: Connection,
    message: IncomingMessage,
    turn_id: int,
    *,
    now: float,
    claim: Claim | None,
) -> EnqueueResult | Question:
    key = build_thread_key(message.thread)
    # A question from a message's menu is about a conversation of others: Easel does not join it.
    statement = _INSERT_THREAD if message.trigger is Trigger.MENU else _JOIN_THREAD
    connection.execute(statement, {**key, "starts_thread": message.ts == message.thread.root})
    is_claimed = (
        claim is not None
        and connection.scalar(_SELECT_OPEN, key) is None
        and has_room(connection, claim, message.sender.id)
    )
    row = {
        "turn_id": turn_id,
        "event_id": message.event_id,
        "ts": message.ts,
        "user": message.sender.id,
        "user_team": message.sender.team,
        "state": "claimed" if is_claimed else "stored",
        "attempt": int(is_claimed),
        "claims": int(is_claimed),
        "claimed_by": claim.owner if claim and is_claimed else "",
        "claimed_until": claim.until if claim and is_claimed else 0.0,
        "stored_at": now,
    }
    question_id: int = connection.execute(_INSERT_QUESTION, {**key, **row}).scalar_one()
    if not is_claimed:
        return EnqueueResult.NEW
    return Question(
        question_id,
        message.thread,
        message.ts,
        message.sender,
        message.text,
        message.files,
        stored_at=now,
        is_from_menu=message.trigger is Trigger.MENU,
    )


def _merge(
    connection: Connection, message: IncomingMessage, stored: Row[*tuple[Any, ...]], *, now: float
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
    adds_text = is_unanswered and _has_more_words(message.text, stored.text)
    if adds_text:
        _set_text(connection, stored.id, message.text)
    is_open = stored.state in ("stored", "claimed", "replying")
    if is_open and (was_moved or added or adds_text):
        return EnqueueResult.UPDATED
    is_late = bool(added) and stored.question_id is not None
    return EnqueueResult.LATE if is_late else EnqueueResult.DUPLICATE


def _add_missing_files(
    connection: Connection, message: IncomingMessage, turn_id: int
) -> tuple[FileRef, ...]:
    """Add the files of `message` that its turn does not have; return them."""
    if not message.files:
        return ()
    known = read_files(connection, [turn_id]).get(turn_id, ())
    known_ids = {ref.id for ref in known}
    missing = tuple(ref for ref in message.files if ref.id not in known_ids)
    add_files(connection, turn_id, missing, first_position=len(known))
    return missing


def _has_more_words(text: str, other: str) -> bool:
    """Whether `text` says more than `other`, not only the same in another form."""
    if len(text) <= len(other):
        return False
    return sum(map(str.isalnum, text)) > sum(map(str.isalnum, other))


def _set_text(connection: Connection, turn_id: int, text: str) -> None:
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
        connection.execute(
            _JOIN_THREAD, {**build_thread_key(message.thread), "starts_thread": False}
        )
    return True
