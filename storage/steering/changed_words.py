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
from storage.schema import files, questions, turns

# People edit and delete several times in a row: the answer waits until they have been quiet for as
# long.
QUIET_SECONDS = 3.0
# So often a question is asked again for edits and deletions, in an hour.
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
    .where(files.c.slack_id == bindparam("file_id"))
    .distinct()
)
_IS_QUESTION = and_(questions.c.id == bindparam("of_question"), _IS_ANSWERED)
_MARK = update(questions).where(_IS_QUESTION).values(words_changed=True)
_BREAK_OFF = (
    update(questions)
    .where(_IS_QUESTION)
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


def note_changed_words(connection: Connection, thread: Thread, place: str, *, now: float) -> None:
    """Note that what is at `place` of `thread`, which is locked, was edited or deleted."""

    def is_sent_with(row: Any) -> bool:
        if row.root == thread.root:
            return bool(row.place >= place)
        return thread.is_direct and _can_take_along(row) and place < row.ts

    _note(connection, thread.team, thread.channel, is_sent_with, now)


def note_changed_link(
    connection: Connection, team: str, channel: str, ts: str, *, now: float
) -> None:
    """Note that the message at `ts` was edited or deleted, which other messages may link to."""
    # As permalinks name it, and the addresses of the browser's client.
    names = f"/p{ts.replace('.', '')}", f"/thread/{channel}-{ts}"
    _note(connection, team, channel, lambda row: any(name in row.text for name in names), now)


def note_gone_file(connection: Connection, file_id: str, *, now: float) -> None:
    """Note that a file was deleted. Call it while the rows of the file are still its own."""
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


def list_answer_times(edits: str, *, now: float) -> list[float]:
    """Return when a question was asked again in the last hour, for what was edited or deleted."""
    return [time for time in map(float, edits.split()) if abs(now - time) < _HOUR_SECONDS]


def add_answer_time(times: list[float], *, now: float) -> str:
    """Return `times` and `now` as a question's row keeps them."""
    return " ".join(f"{time:.3f}" for time in [*times, now])


def _can_take_along(row: Any) -> bool:
    """Whether the first message of a direct conversation may mean an earlier one."""
    return row.root == row.ts and parse_back_reference(row.text) is not None


def _note(
    connection: Connection,
    team: str,
    channel: str,
    is_sent_with: Callable[[Any], bool],
    now: float,
) -> None:
    key = {"team": team, "channel": channel}
    for row in connection.execute(_SELECT_ANSWERED, key).all():
        if is_sent_with(row):
            connection.execute(_MARK, {"of_question": row.id})
            _ask_again(connection, row, now)


def _ask_again(connection: Connection, row: Any, now: float) -> None:
    """Let a question be asked again, unless that was done often enough: each time costs."""
    times = list_answer_times(row.edits, now=now)
    if row.reask_at is None and len(times) < MAX_ANSWERS_TO_EDITS:
        edits = add_answer_time(times, now=now)
        changes = {"new_edits": edits, "new_due": now + QUIET_SECONDS}
        connection.execute(_BREAK_OFF, {"of_question": row.id, **changes})
