"""Store what is pressed under a picture as a question of the person who pressed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, not_, or_, select

from bot.domain.conversation import IncomingMessage, Speaker, Thread, Trigger
from bot.domain.pictures.presses import PictureName, PressedPicture
from bot.domain.questions import EnqueueResult, Presser, PressResult
from bot.domain.stores.pictures import PictureOrigin, PressedQuestion
from storage.pictures.rows import PRESS_PREFIX
from storage.pictures.schema import picture_presses as presses
from storage.presses.rights import Rights
from storage.queue.enqueue import enqueue
from storage.rows import (
    IS_PRESENT,
    build_thread_key,
    lock_thread,
    match_thread,
    read_file,
    read_files,
)
from storage.schema import files, questions, turns

# A second press within this time is a double click, even if the answer to the first is there. By
# the times of the presses: Slack may deliver the second much later.
DOUBLE_CLICK_SECONDS = 3
_SELECT_QUESTION = (
    select(
        questions.c.team,
        questions.c.channel,
        questions.c.root,
        questions.c.ts,
        questions.c.user,
        questions.c.event_id,
        questions.c.settled_at,
        questions.c.turn_id,
        turns.c.user.label("author"),
        turns.c.text,
    )
    .join(turns, turns.c.id == questions.c.turn_id)
    .where(questions.c.id == bindparam("question_id"), questions.c.channel == bindparam("in"))
)
_SELECT_PICTURE = (
    select(files)
    .join(turns, turns.c.id == files.c.turn_id)
    .where(
        match_thread(turns),
        turns.c.speaker == Speaker.EASEL.value,
        # An answer that was replaced is under a ts of its own.
        or_(turns.c.ts == bindparam("of_ts"), turns.c.ts.startswith(bindparam("replaced_ts"))),
        files.c.version == bindparam("of_version"),
        files.c.slack_id != "",
        IS_PRESENT,
    )
    .limit(1)
)
_SELECT_KEY = select(presses.c.question_id).where(presses.c.key == bindparam("of_key"))
_SELECT_SAME = (
    select(questions.c.user)
    .join(presses, presses.c.question_id == questions.c.id)
    .where(
        presses.c.of_question == bindparam("question_id"),
        presses.c.version == bindparam("of_version"),
        presses.c.action == bindparam("of_action"),
        or_(
            not_(questions.c.shown),
            and_(questions.c.ts > bindparam("after_ts"), questions.c.ts < bindparam("before_ts")),
        ),
    )
    .limit(1)
)
_SELECT_TURN = select(turns.c.id).where(
    turns.c.team == bindparam("team"),
    turns.c.channel == bindparam("channel"),
    turns.c.ts == bindparam("ts"),
    turns.c.speaker == Speaker.PERSON.value,
)
_SELECT_NEW = select(questions.c.id).where(
    and_(match_thread(questions), questions.c.event_id == bindparam("event_id")),
    not_(questions.c.shown),
)
_INSERT = insert(presses)
_MICROSECOND = Decimal("0.000001")


def find_picture(
    connection: Connection, name: PictureName, presser: Presser, rights: Rights
) -> PictureOrigin | PressResult:
    """As `PicturePresses.find`."""
    row = connection.execute(
        _SELECT_QUESTION, {"question_id": name.question_id, "in": name.channel}
    ).first()
    if row is None:
        return PressResult.GONE
    own = tuple(ref for ref in _read_own_files(connection, row.turn_id) if not ref.is_gone)
    is_pressed = row.event_id.startswith(PRESS_PREFIX)
    if not (row.text or own or is_pressed):
        return PressResult.GONE
    key = {"team": row.team, "channel": row.channel, "root": row.root}
    values = {"of_ts": row.ts, "replaced_ts": f"{row.ts}/", "of_version": name.version}
    picture = connection.execute(_SELECT_PICTURE, key | values).mappings().first()
    if picture is None or name.version < 1:
        return PressResult.GONE
    if not rights.can_press(row, presser.person.id):
        return PressResult.NOT_THEIRS
    thread = Thread(row.team, row.channel, row.root)
    return PictureOrigin(thread, read_file(picture), row.text, row.ts, own)


def ask_pressed(
    connection: Connection,
    name: PictureName,
    presser: Presser,
    question: PressedQuestion,
    rights: Rights,
) -> PressResult:
    """As `PicturePresses.ask`."""
    now = rights.now
    found = find_picture(connection, name, presser, rights)
    if isinstance(found, PressResult):
        return found
    lock_thread(connection, found.thread)
    if connection.scalar(_SELECT_KEY, {"of_key": question.key}) is not None:
        return PressResult.NOTHING_TO_ASK
    asked_by = _find_same(connection, name, question, pressed_at=Decimal(presser.ts))
    if asked_by is not None:
        is_own = asked_by == presser.person.id
        return PressResult.NOTHING_TO_ASK if is_own else PressResult.UNDERWAY
    message = IncomingMessage(
        f"{PRESS_PREFIX}{question.key}",
        found.thread,
        _find_free_ts(connection, found.thread, presser.ts),
        presser.person,
        question.text,
        Trigger.DIRECT,
        quoted_ts=found.question_ts if question.repeats_words else "",
    )
    if enqueue(connection, message, now=now, make_claim=None) is not EnqueueResult.NEW:
        return PressResult.NOTHING_TO_ASK
    _insert_press(connection, name, question, message, now=now)
    return PressResult.ASKED


def _read_own_files(connection: Connection, turn_id: int) -> Any:
    return read_files(connection, [turn_id]).get(turn_id, ())


def _find_same(
    connection: Connection, name: PictureName, question: PressedQuestion, *, pressed_at: Decimal
) -> str | None:
    """Return who has asked the same and waits for it, or has just asked it; None for no one."""
    if not question.is_single:
        return None
    values = {
        "question_id": name.question_id,
        "of_version": name.version,
        "of_action": question.pressed.action.value,
        "after_ts": f"{pressed_at - DOUBLE_CLICK_SECONDS:.6f}",
        "before_ts": f"{pressed_at + DOUBLE_CLICK_SECONDS:.6f}",
    }
    user: str | None = connection.scalar(_SELECT_SAME, values)
    return user


def _find_free_ts(connection: Connection, thread: Thread, ts: str) -> str:
    """Return `ts`, or the next one that no message of the channel has."""
    place = {"team": thread.team, "channel": thread.channel}
    while connection.scalar(_SELECT_TURN, place | {"ts": ts}) is not None:
        ts = f"{Decimal(ts) + _MICROSECOND:.6f}"
    return ts


def _insert_press(
    connection: Connection,
    name: PictureName,
    question: PressedQuestion,
    message: IncomingMessage,
    *,
    now: float,
) -> None:
    key = build_thread_key(message.thread) | {"event_id": message.event_id}
    pressed: PressedPicture = question.pressed
    row = {
        "question_id": connection.scalars(_SELECT_NEW, key).one(),
        "of_question": name.question_id,
        "version": name.version,
        "action": pressed.action.value,
        "file_ids": " ".join(pressed.file_ids),
        "key": question.key,
        "at": now,
    }
    connection.execute(_INSERT, row)
