"""Notes that words were edited or deleted which an answer in progress has sent, or may send.

A prompt is kept in memory for as long as its requests are repeated, perhaps by another replica,
which may not hear of the change. So it is noted here, and read with the record of each request; and
who hears of the change breaks off the answers that `list_changed` returns, to begin them again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, and_, bindparam, not_, select, true, update

from bot.domain.conversation import Thread
from bot.request.back_references import parse_back_reference
from storage.engine.prepared import PreparedStatement
from storage.queue.claims import IS_CLAIMED
from storage.rows import IS_PRESENT
from storage.schema import files, questions, turns
from storage.steering.own_messages import is_own_deletion

# People edit and delete several times in a row: the answer waits until they have been quiet for as
# long.
QUIET_SECONDS = 3.0
# So often a question is asked again in an hour for edits of its own message, and so often for
# changes of what else it reads: these use up none of its author's.
MAX_ANSWERS_TO_EDITS, _HOUR_SECONDS = 3, 3600.0

_IS_ANSWERED = and_(IS_CLAIMED, questions.c.state != "settled")
# Through the questions that somebody answers, of which there are few.
_SELECT_ANSWERED = (
    select(
        questions.c.id,
        questions.c.root,
        questions.c.ts,
        questions.c.edits,
        questions.c.reask_at,
        turns.c.place,
        turns.c.text,
    )
    .join(turns, turns.c.id == questions.c.turn_id)
    .where(
        _IS_ANSWERED,
        questions.c.team == bindparam("team"),
        questions.c.channel == bindparam("channel"),
        not_(questions.c.words_changed),
    )
    .order_by(questions.c.id)
)
_SELECT_PLACES = (
    select(turns.c.team, turns.c.channel, turns.c.root, turns.c.place)
    .join(files, files.c.turn_id == turns.c.id)
    .where(files.c.slack_id == bindparam("file_id"), IS_PRESENT)
    .distinct()
)
_IS_QUESTION = and_(questions.c.id == bindparam("of_question"), _IS_ANSWERED)
_MARK = update(questions).where(_IS_QUESTION).values(words_changed=True)
# One that a person has stopped only ends.
_BREAK_OFF = (
    update(questions)
    .where(_IS_QUESTION, not_(questions.c.stop_asked))
    .values(edits=bindparam("new_edits"), reask_at=bindparam("new_due"))
)
_SELECT_CHANGED = PreparedStatement(
    select(true()).where(questions.c.id == bindparam("of_question"), questions.c.words_changed)
)
_LIST_CHANGED = select(questions.c.team, questions.c.channel, questions.c.ts).where(
    _IS_ANSWERED,
    questions.c.words_changed,
    questions.c.reask_at.is_not(None),
    not_(questions.c.stop_asked),
)


def note_changed_words(
    connection: Connection, thread: Thread, place: str, *, now: float, edited: int | None = None
) -> None:
    """Note that what is at `place` of `thread`, which is locked, was edited or deleted. `edited` is
    the question, if any, whose author did so to its own message."""

    def is_sent_with(row: Any) -> bool:
        if row.root == thread.root:
            return bool(row.place >= place)
        return thread.is_direct and _can_take_along(row) and place < row.ts

    _note(connection, _name_channel(thread.team, thread.channel), is_sent_with, now, edited)


def note_changed_link(
    connection: Connection, team: str, channel: str, ts: str, *, now: float
) -> None:
    """Note that the message at `ts` was edited or deleted, which other messages may link to."""
    # As permalinks name it, and the addresses of the browser's client.
    names = f"/p{ts.replace('.', '')}", f"/thread/{channel}-{ts}"
    key = _name_channel(team, channel)
    _note(connection, key, lambda row: any(name in row.text for name in names), now)


def note_gone_file(connection: Connection, file_id: str, *, now: float) -> None:
    """Note that a file was deleted, unless that is known, or Easel itself has done it. Call it
    while the rows of the file are still its own."""
    if is_own_deletion(connection, file_id):
        return
    for row in connection.execute(_SELECT_PLACES, {"file_id": file_id}).all():
        note_changed_words(connection, Thread(row.team, row.channel, row.root), row.place, now=now)


def has_changed_words(connection: Connection, question_id: int | None) -> bool:
    """Whether a question must be prepared again before anything more of it is sent."""
    if question_id is None:
        return False
    return _SELECT_CHANGED.fetch_value(connection, {"of_question": question_id}) is not None


def list_changed(connection: Connection) -> list[tuple[str, str, str]]:
    """Return the questions, by team, channel and ts, whose answers are to begin again."""
    return [(row.team, row.channel, row.ts) for row in connection.execute(_LIST_CHANGED)]


def list_answer_times(edits: str, *, is_own: bool, now: float) -> list[float]:
    """Return when a question was asked again in the last hour: for edits of its own message, or for
    changes of what else it reads. `edits` is that of its row."""
    sign = 1 if is_own else -1
    times = (sign * float(time) for time in edits.split())
    return [time for time in times if abs(now - time) < _HOUR_SECONDS]


def add_answer_time(edits: str, *, is_own: bool, now: float) -> str:
    """Return `edits` of a row with `now`, and without what is longer ago than an hour."""
    kept = [time for time in edits.split() if abs(now - abs(float(time))) < _HOUR_SECONDS]
    return " ".join([*kept, f"{now if is_own else -now:.3f}"])


def _name_channel(team: str, channel: str) -> dict[str, str]:
    return {"team": team, "channel": channel}


def _can_take_along(row: Any) -> bool:
    """Whether the first message of a direct conversation may mean an earlier one."""
    return row.root == row.ts and parse_back_reference(row.text) is not None


def _note(
    connection: Connection,
    channel: dict[str, str],
    is_sent_with: Callable[[Any], bool],
    now: float,
    edited: int | None = None,
) -> None:
    for row in connection.execute(_SELECT_ANSWERED, channel).all():
        if is_sent_with(row):
            connection.execute(_MARK, {"of_question": row.id})
            _ask_again(connection, row, is_own=row.id == edited, now=now)


def _ask_again(connection: Connection, row: Any, *, is_own: bool, now: float) -> None:
    """Let a question be asked again, unless that was done often enough: each time costs."""
    times = list_answer_times(row.edits, is_own=is_own, now=now)
    if row.reask_at is None and len(times) < MAX_ANSWERS_TO_EDITS:
        edits = add_answer_time(row.edits, is_own=is_own, now=now)
        changes = {"new_edits": edits, "new_due": now + QUIET_SECONDS}
        connection.execute(_BREAK_OFF, {"of_question": row.id, **changes})
