"""Store a message: drop duplicates, claim a question at once. See `merge.py` for second events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, not_, select, update

from bot.domain.conversation import IncomingMessage, Speaker, Trigger, Turn
from bot.domain.questions import EnqueueResult, Question
from storage.conversations import insert_turn
from storage.engine.dialects import insert as upsert
from storage.engine.dialects import is_postgresql
from storage.engine.named_locks import lock_in_turn
from storage.engine.prepared import PreparedStatement
from storage.jobs.dispatch import schedule_thread
from storage.queue.claims import Claim, has_room
from storage.queue.merge import fetch_stored, is_known, join_thread, merge_view, set_text
from storage.queue.next_of_thread import may_claim_at_once
from storage.queue.relevance import is_relevant
from storage.rows import (
    add_event,
    build_thread_key,
    match_thread,
    name_asker_lock,
    name_thread_lock,
)
from storage.schema import questions, threads, turns
from storage.steering.quiet import is_quiet

_INSERT_THREAD = PreparedStatement(
    upsert(threads)
    .values(joined=False, earlier_kept=bindparam("starts_thread"))
    .on_conflict_do_nothing(),
    columns=("team", "channel", "root"),
)
_INSERT_QUESTION = PreparedStatement(
    insert(questions)
    .values(outcome="", note="", due_at=0.0, shown=False)
    .returning(questions.c.id),
    columns=(
        "team", "channel", "root", "turn_id", "event_id", "ts", "user", "user_team", "state",
        "attempt", "claims", "claimed_by", "claimed_until", "begun_at", "stored_at",
    ),
)  # fmt: skip
_SET_PLACE = (
    update(turns).where(turns.c.id == bindparam("of_turn")).values(place=bindparam("new_place"))
)
_SELECT_OPEN = PreparedStatement(
    select(questions.c.id).where(match_thread(questions), not_(questions.c.shown)).limit(1)
)
# The most posts of programs that are answered in one thread, and of one program in one channel
# within an hour, where each post may begin a thread: no loop of two programs is longer.
MAX_APP_QUESTIONS, MAX_HOURLY_APP_QUESTIONS = 3, 10
_HOUR_SECONDS = 3600.0
# A program's question is known by its event id: see `_name_event`.
_APP_EVENT_PREFIX = "app:"
_COUNT_APP_QUESTIONS = (
    select(func.count())
    .select_from(turns.join(questions, questions.c.turn_id == turns.c.id))
    .where(match_thread(turns), questions.c.event_id.startswith(_APP_EVENT_PREFIX))
)
_COUNT_RECENT_APP_QUESTIONS = (
    select(func.count())
    .select_from(turns.join(questions, questions.c.turn_id == turns.c.id))
    .where(
        turns.c.team == bindparam("team"),
        turns.c.channel == bindparam("channel"),
        # The index holds the roots; in an older thread the other limit holds.
        turns.c.root > bindparam("since"),
        turns.c.user == bindparam("user"),
        questions.c.event_id.startswith(_APP_EVENT_PREFIX),
    )
)


def enqueue(
    connection: Connection,
    message: IncomingMessage,
    *,
    now: float,
    make_claim: Callable[[float], Claim] | None,
) -> EnqueueResult | Question:
    """Store `message`. With `make_claim`, claim a new question if its thread is free and it has
    room. It gets the time at which all is locked, by the clock that all replicas share."""
    message = _name_event(message)
    claims = make_claim is not None and message.trigger is not Trigger.OVERHEARD
    locked_at = _lock(connection, message, claims=claims)
    claim = make_claim(locked_at) if make_claim is not None and claims else None
    stored = fetch_stored(connection, message)
    if is_known(connection, message, stored):
        # Most often the second event of a post: there is nothing to write, not even the event.
        return EnqueueResult.DUPLICATE
    if is_quiet(connection, message):
        return _store(connection, message.build_overheard(), stored, now=now, claim=None)
    if _is_limited(connection, message, stored):
        _store(connection, message.build_overheard(), stored, now=now, claim=None)
        return EnqueueResult.LIMITED
    return _store(connection, message, stored, now=now, claim=claim)


def _lock(connection: Connection, message: IncomingMessage, *, claims: bool) -> float:
    """Let no other replica store an event of this post, or change its thread, meanwhile; with
    `claims`, nor claim a question of its author. Return the time after that.

    Only one of a post's two events may name its thread, so the post is locked as well.
    """
    thread = message.thread
    names = [f"post/{thread.team}/{thread.channel}/{message.ts}", name_thread_lock(thread)]
    if claims:
        names.append(name_asker_lock(thread, message.sender.id))
    return lock_in_turn(connection, *names)


def _store(
    connection: Connection,
    message: IncomingMessage,
    stored: Any,
    *,
    now: float,
    claim: Claim | None,
) -> EnqueueResult | Question:
    if not is_relevant(connection, message):
        return EnqueueResult.DUPLICATE
    is_question = message.trigger is not Trigger.OVERHEARD
    if stored is not None:
        result = merge_view(connection, message, stored, now=now)
        if message.is_edit and stored.question_id is None:
            set_text(connection, stored.id, message.text)
        if stored.question_id is not None or not is_question:
            return result
    if message.event_id and not add_event(connection, message.event_id, now=now):
        return EnqueueResult.DUPLICATE
    if stored is not None:
        # A later question of the thread came first, and stored this one as an earlier message; or
        # its edit did, and says what is asked.
        turn_id, message = int(stored.id), _read_as_edited(message, stored)
    else:
        turn = Turn(Speaker.PERSON, message.ts, message.text, message.sender.id, message.files)
        new_id = insert_turn(connection, message.thread, turn, now=now, quoted_ts=message.quoted_ts)
        if new_id is None or not is_question:
            return EnqueueResult.DUPLICATE
        turn_id = new_id
    return _add_question(connection, message, turn_id, now=now, claim=claim)


def _read_as_edited(message: IncomingMessage, stored: Any) -> IncomingMessage:
    """Return `message` with what it says since an edit that came before it."""
    is_older = stored.edited_ts and not message.is_edit
    return replace(message, text=stored.text) if is_older else message


def _name_event(message: IncomingMessage) -> IncomingMessage:
    """Return a program's message with an event id that says so."""
    if not message.is_from_app:
        return message
    place = message.event_id or f"{message.thread.channel}/{message.ts}"
    return replace(message, event_id=f"{_APP_EVENT_PREFIX}{place}")


def _is_limited(connection: Connection, message: IncomingMessage, stored: Any) -> bool:
    """Whether a program's question is not answered: enough of them are, in its thread or hour."""
    if not message.is_from_app or message.trigger is Trigger.OVERHEARD:
        return False
    key = build_thread_key(message.thread)
    recent = {
        "team": message.thread.team,
        "channel": message.thread.channel,
        "user": message.sender.id,
        "since": f"{float(message.ts) - _HOUR_SECONDS:.6f}",
    }
    is_enough = (connection.scalar(_COUNT_APP_QUESTIONS, key) or 0) >= MAX_APP_QUESTIONS or (
        connection.scalar(_COUNT_RECENT_APP_QUESTIONS, recent) or 0
    ) >= MAX_HOURLY_APP_QUESTIONS
    # The second event of a post that is answered belongs to it.
    return is_enough and (stored is None or stored.question_id is None)


def _open_thread(connection: Connection, message: IncomingMessage, turn_id: int) -> None:
    key = build_thread_key(message.thread)
    # A question from a message's menu is about a conversation of others: Easel does not join it.
    # Before an edit that asks, replies may have been posted that are not known here.
    starts_thread = message.ts == message.thread.root and not message.place
    if message.trigger is Trigger.MENU:
        _INSERT_THREAD.count_changed(connection, {**key, "starts_thread": starts_thread})
    else:
        join_thread(connection, message, starts_thread=starts_thread)
    if message.place:
        connection.execute(_SET_PLACE, {"of_turn": turn_id, "new_place": message.place})


def _may_claim(connection: Connection, message: IncomingMessage, claim: Claim) -> bool:
    if is_postgresql(connection):
        return may_claim_at_once(connection, message.thread, message.sender.id, claim)
    key = build_thread_key(message.thread)
    return _SELECT_OPEN.fetch_value(connection, key) is None and has_room(
        connection, claim, message.sender.id
    )


def _add_question(
    connection: Connection,
    message: IncomingMessage,
    turn_id: int,
    *,
    now: float,
    claim: Claim | None,
) -> EnqueueResult | Question:
    key = build_thread_key(message.thread)
    _open_thread(connection, message, turn_id)
    is_claimed = claim is not None and _may_claim(connection, message, claim)
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
        "begun_at": claim.now if claim and is_claimed else None,
        "stored_at": now,
    }
    question_id: int = _INSERT_QUESTION.fetch_value(connection, {**key, **row})
    if not is_claimed:
        schedule_thread(connection, message.thread)
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
        asked_at=message.place,
        about_ts=message.quoted_ts,
    )
