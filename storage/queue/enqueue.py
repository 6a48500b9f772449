"""Storing a message: doubles fall, second views are merged, a question may be taken at once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, insert, not_, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from bot.domain.conversation import IncomingMessage, Speaker, Trigger, Turn
from bot.domain.questions import EnqueueResult, Question
from storage.conversations import insert_turn
from storage.rows import add_files, build_deletion_key, build_thread_key, match_thread, read_files
from storage.schema import events, questions, threads, turns

_SELECT_JOINED = select(threads.c.joined).where(match_thread(threads))
_JOIN_THREAD = (
    insert_or(threads)
    .values(joined=True, earlier_kept=bindparam("starts_thread"))
    .on_conflict_do_update(index_elements=["team", "channel", "root"], set_={"joined": True})
)
_SELECT_DELETION = select(events.c.event_id).where(events.c.event_id == bindparam("mark"))
_INSERT_THREAD = (
    insert_or(threads)
    .values(joined=False, earlier_kept=bindparam("starts_thread"))
    .on_conflict_do_nothing()
)
_INSERT_EVENT = insert_or(events).on_conflict_do_nothing()
_INSERT_QUESTION = (
    insert(questions).values(outcome="", note="", due_at=0.0, shown=False).returning(questions.c.id)
)
_SELECT_OPEN = (
    select(questions.c.id).where(match_thread(questions), not_(questions.c.shown)).limit(1)
)
_SELECT_STORED = (
    select(turns.c.id, turns.c.root, questions.c.id.label("question_id"), questions.c.state)
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
    owner: str,
    *,
    now: float,
    claimed_until: float | None,
) -> EnqueueResult | Question:
    """Store `message`; with `until` take it for `owner` if its thread is free."""
    key = build_thread_key(message.thread)
    follows = message.trigger in (Trigger.THREAD, Trigger.OVERHEARD)
    if follows and not connection.scalar(_SELECT_JOINED, key):
        return EnqueueResult.DUPLICATE
    mark = build_deletion_key(
        message.thread.team, message.thread.channel, message.quoted_ts or message.ts
    )
    if connection.scalar(_SELECT_DELETION, {"mark": mark}) is not None:
        return EnqueueResult.DUPLICATE
    if message.event_id and not _record_event(connection, message.event_id, now):
        return EnqueueResult.DUPLICATE
    said = Turn(Speaker.PERSON, message.ts, message.text, message.sender.id, message.files)
    turn_id = insert_turn(connection, message.thread, said, now=now, quoted_ts=message.quoted_ts)
    is_question = message.trigger is not Trigger.OVERHEARD
    if turn_id is None:
        found = connection.execute(_SELECT_STORED, {**key, "ts": message.ts}).first()
        if found is None or found.question_id is not None or not is_question:
            return EnqueueResult.DUPLICATE if found is None else _merge(connection, message, found)
        # A later question of the thread came first, and read this one as what was said before.
        _merge(connection, message, found)
        turn_id = int(found.id)
    if not is_question:
        return EnqueueResult.DUPLICATE
    return _add_question(connection, message, turn_id, owner, now=now, claimed_until=claimed_until)


def _add_question(
    connection: Connection,
    message: IncomingMessage,
    turn_id: int,
    owner: str,
    *,
    now: float,
    claimed_until: float | None,
) -> EnqueueResult | Question:
    key = build_thread_key(message.thread)
    # From a message's menu somebody asks about what others say: they go on among themselves.
    joins = _INSERT_THREAD if message.trigger is Trigger.MENU else _JOIN_THREAD
    connection.execute(joins, {**key, "starts_thread": message.ts == message.thread.root})
    taken = claimed_until is not None and connection.scalar(_SELECT_OPEN, key) is None
    row = {
        "turn_id": turn_id,
        "event_id": message.event_id,
        "ts": message.ts,
        "user": message.sender.id,
        "user_team": message.sender.team,
        "state": "claimed" if taken else "stored",
        "attempt": int(taken),
        "claims": int(taken),
        "claimed_by": owner if taken else "",
        "claimed_until": claimed_until if taken else 0.0,
        "stored_at": now,
    }
    number: int = connection.execute(_INSERT_QUESTION, {**key, **row}).scalar_one()
    return _build_claimed_question(number, message, now) if taken else EnqueueResult.NEW


def _record_event(connection: Connection, event_id: str, now: float) -> bool:
    seen = connection.execute(_INSERT_EVENT, {"event_id": event_id, "seen_at": now})
    return seen.rowcount == 1


def _build_claimed_question(question_id: int, message: IncomingMessage, now: float) -> Question:
    return Question(
        question_id,
        message.thread,
        message.ts,
        message.sender,
        message.text,
        message.files,
        stored_at=now,
    )


def _merge(
    connection: Connection, message: IncomingMessage, found: Row[*tuple[Any, ...]]
) -> EnqueueResult:
    """Add what a second view of a kept post brings: a thread or files the first did not carry."""
    moved = _move_to_thread(connection, message, found.id, found.root, found.state)
    brought = bool(message.files) and not read_files(connection, [found.id])
    if brought:
        add_files(connection, found.id, message.files)
    still_open = found.state in ("stored", "claimed", "replying")
    return EnqueueResult.UPDATED if (moved or brought) and still_open else EnqueueResult.DUPLICATE


def _move_to_thread(
    connection: Connection, message: IncomingMessage, turn_id: int, root: str, state: str | None
) -> bool:
    """Move a post that was taken for a new thread into the thread that it really belongs to."""
    wanted = message.thread.root
    knows_better = root == message.ts and wanted != root
    if not knows_better or state not in (None, "stored", "claimed"):
        return False
    connection.execute(_MOVE_TURN, {"of_turn": turn_id, "new_root": wanted})
    if state is not None:
        connection.execute(_MOVE_QUESTION, {"of_turn": turn_id, "new_root": wanted})
        connection.execute(
            _JOIN_THREAD, {**build_thread_key(message.thread), "starts_thread": False}
        )
    return True
