"""Storing a message: doubles fall, second views are merged, a question may be taken at once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, insert, not_, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from bot.domain.conversation import Incoming, Reach, Speaker, Turn
from bot.domain.questions import Put, Question
from storage.conversations import insert_turn
from storage.rows import add_files, deletion_mark, files_of, of_thread, thread_key
from storage.schema import events, questions, threads, turns

_JOINED = select(threads.c.joined).where(of_thread(threads))
_JOIN = (
    insert_or(threads)
    .values(joined=True, earlier_kept=bindparam("starts_thread"))
    .on_conflict_do_update(index_elements=["team", "channel", "root"], set_={"joined": True})
)
_DELETED = select(events.c.event_id).where(events.c.event_id == bindparam("mark"))
_KNOW = (
    insert_or(threads)
    .values(joined=False, earlier_kept=bindparam("starts_thread"))
    .on_conflict_do_nothing()
)
_SEE = insert_or(events).on_conflict_do_nothing()
_ADD = (
    insert(questions).values(outcome="", note="", due_at=0.0, shown=False).returning(questions.c.id)
)
_OPEN = select(questions.c.id).where(of_thread(questions), not_(questions.c.shown)).limit(1)
_KEPT = (
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


def put(
    connection: Connection, message: Incoming, owner: str, *, now: float, until: float | None
) -> Put | Question:
    """Store `message`; with `until` take it for `owner` if its thread is free."""
    key = thread_key(message.thread)
    follows = message.reach in (Reach.THREAD, Reach.OVERHEARD)
    if follows and not connection.scalar(_JOINED, key):
        return Put.NOTHING
    mark = deletion_mark(message.thread.team, message.thread.channel, message.about or message.ts)
    if connection.scalar(_DELETED, {"mark": mark}) is not None:
        return Put.NOTHING
    if message.event_id and not _is_new(connection, message.event_id, now):
        return Put.NOTHING
    said = Turn(Speaker.PERSON, message.ts, message.text, message.sender.id, message.files)
    turn_id = insert_turn(connection, message.thread, said, now=now, about=message.about)
    is_question = message.reach is not Reach.OVERHEARD
    if turn_id is None:
        found = connection.execute(_KEPT, {**key, "ts": message.ts}).first()
        if found is None or found.question_id is not None or not is_question:
            return Put.NOTHING if found is None else _merge(connection, message, found)
        # A later question of the thread came first, and read this one as what was said before.
        _merge(connection, message, found)
        turn_id = int(found.id)
    if not is_question:
        return Put.NOTHING
    return _add_question(connection, message, turn_id, owner, now=now, until=until)


def _add_question(
    connection: Connection,
    message: Incoming,
    turn_id: int,
    owner: str,
    *,
    now: float,
    until: float | None,
) -> Put | Question:
    key = thread_key(message.thread)
    # From a message's menu somebody asks about what others say: they go on among themselves.
    joins = _KNOW if message.reach is Reach.MENU else _JOIN
    connection.execute(joins, {**key, "starts_thread": message.ts == message.thread.root})
    taken = until is not None and connection.scalar(_OPEN, key) is None
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
        "claimed_until": until if taken else 0.0,
        "stored_at": now,
    }
    number: int = connection.execute(_ADD, {**key, **row}).scalar_one()
    return _taken(number, message, now) if taken else Put.NEW


def _is_new(connection: Connection, event_id: str, now: float) -> bool:
    seen = connection.execute(_SEE, {"event_id": event_id, "seen_at": now})
    return seen.rowcount == 1


def _taken(number: int, message: Incoming, now: float) -> Question:
    return Question(
        number,
        message.thread,
        message.ts,
        message.sender,
        message.text,
        message.files,
        stored_at=now,
    )


def _merge(connection: Connection, message: Incoming, found: Row[*tuple[Any, ...]]) -> Put:
    """Add what a second view of a kept post brings: a thread or files the first did not carry."""
    moved = _moved(connection, message, found.id, found.root, found.state)
    brought = bool(message.files) and not files_of(connection, [found.id])
    if brought:
        add_files(connection, found.id, message.files)
    still_open = found.state in ("stored", "claimed", "replying")
    return Put.CHANGED if (moved or brought) and still_open else Put.NOTHING


def _moved(
    connection: Connection, message: Incoming, turn_id: int, root: str, state: str | None
) -> bool:
    """Move a post that was taken for a new thread into the thread that it really belongs to."""
    wanted = message.thread.root
    knows_better = root == message.ts and wanted != root
    if not knows_better or state not in (None, "stored", "claimed"):
        return False
    connection.execute(_MOVE_TURN, {"of_turn": turn_id, "new_root": wanted})
    if state is not None:
        connection.execute(_MOVE_QUESTION, {"of_turn": turn_id, "new_root": wanted})
        connection.execute(_JOIN, {**thread_key(message.thread), "starts_thread": False})
    return True
