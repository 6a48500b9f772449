"""Take the edit of a stored message: what was edited away is never read again.

The last question of a thread is asked again, after a moment without edits.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlalchemy import Connection, and_, bindparam, not_, or_, select, update

from bot.domain.answers.steering import EditReport, EditResult, MessageEdit
from bot.domain.conversation import Speaker, Thread
from storage.deletion import DELETE_SUMMARY
from storage.engine.named_locks import lock
from storage.engine.prepared import PreparedStatement
from storage.jobs.dispatch import schedule_thread
from storage.presses.rights import Rights
from storage.queue.merge import set_text
from storage.queue.relevance import is_deleted
from storage.rows import add_event, build_thread_key, lock_thread, match_thread
from storage.schema import questions, turns
from storage.steering.answers import rename_pictures
from storage.steering.changed_words import (
    MAX_ANSWERS_TO_EDITS,
    QUIET_SECONDS,
    add_answer_time,
    list_answer_times,
    note_changed_link,
    note_changed_words,
)
from storage.steering.early_edits import take_early_edit
from storage.steering.quotes import renew_quotes
from storage.steering.replacing import ask_again
from storage.steering.stops import stop_by_edit
from storage.steering.titles import mark_stale

_SELECT_EDITED = PreparedStatement(
    select(
        turns.c.id,
        turns.c.root,
        turns.c.place,
        turns.c.user,
        turns.c.text,
        turns.c.edited_ts,
        questions.c.id.label("question_id"),
        questions.c.state,
        questions.c.shown,
        questions.c.claimed_by,
        questions.c.stop_asked,
        questions.c.reask_at,
        questions.c.edits,
        questions.c.ts,
    )
    .select_from(turns.outerjoin(questions, questions.c.turn_id == turns.c.id))
    .where(
        turns.c.team == bindparam("team"),
        turns.c.channel == bindparam("channel"),
        turns.c.ts == bindparam("ts"),
        turns.c.speaker == Speaker.PERSON.value,
    )
)
_NOTE_EDIT = (
    update(turns).where(turns.c.id == bindparam("of_turn")).values(edited_ts=bindparam("new_ts"))
)
_SELECT_LATER = PreparedStatement(
    select(questions.c.id)
    .where(
        match_thread(questions),
        questions.c.ts > bindparam("ts"),
        or_(questions.c.shown, questions.c.begun_at.is_not(None)),
    )
    .limit(1)
)
_IS_EDITED = questions.c.id == bindparam("of_question")
_NOTE_TIMES = update(questions).where(_IS_EDITED).values(edits=bindparam("new_edits"))
# Somebody else may have pressed for an answer, which was theirs to pay. That of an edit is not.
_CHARGE_AUTHOR = (
    update(questions)
    .where(_IS_EDITED, questions.c.user != bindparam("new_user"))
    .values(user=bindparam("new_user"), user_team=bindparam("new_team"))
)
_WAIT_LONGER = (
    update(questions)
    .where(_IS_EDITED, questions.c.claimed_by == "", not_(questions.c.shown))
    .values(due_at=bindparam("new_due"))
)
_ASK_WHEN_ENDED = (
    update(questions)
    .where(and_(_IS_EDITED, not_(questions.c.shown)))
    .values(reask_at=bindparam("new_due"))
)


def take_edit(connection: Connection, edit: MessageEdit, rights: Rights) -> EditReport:
    """Take an edit: as `SteeringStore.take_edit`."""
    lock(connection, "post", edit.team, edit.channel, edit.ts)
    key = {"team": edit.team, "channel": edit.channel, "ts": edit.ts}
    if is_deleted(connection, **key):
        return EditReport(EditResult.IGNORED)
    row = _SELECT_EDITED.fetch_row(connection, key)
    if row is None:
        # It may be quoted where it is not stored: Easel need not read the thread of a recipe.
        if not is_same(edit.text, edit.previous_text):
            renew_quotes(connection, edit, now=rights.now)
            note_changed_link(connection, *key.values(), now=rights.now)
        return take_early_edit(connection, edit, rights)
    if row.user != edit.author.id or edit.edited_ts <= row.edited_ts:
        return EditReport(EditResult.IGNORED)
    thread = Thread(edit.team, edit.channel, row.root)
    lock_thread(connection, thread)
    connection.execute(_NOTE_EDIT, {"of_turn": row.id, "new_ts": edit.edited_ts})
    if is_same(edit.text, edit.previous_text) or is_same(edit.text, row.text):
        return EditReport(EditResult.IGNORED, thread)
    _set_words(connection, edit, row, thread, now=rights.now)
    if edit.is_stop:
        messages = stop_by_edit(connection, thread, edit.author.id, edit.ts, rights)
        result = EditResult.STOPPED if messages else EditResult.CORRECTED
        return EditReport(result, thread, messages)
    # The thread may have been locked by who has just claimed or shown the question.
    row = _SELECT_EDITED.fetch_row(connection, key)
    result = _ask_edited(connection, row, thread, now=rights.now)
    if result is EditResult.ASKED:
        author = {"new_user": edit.author.id, "new_team": edit.author.team or edit.team}
        connection.execute(_CHARGE_AUTHOR, {"of_question": row.question_id, **author})
    return EditReport(result, thread)


def is_same(text: str, other: str) -> bool:
    """Whether two texts differ in nothing that people see, but white space and case."""
    return _list_words(text) == _list_words(other)


def _list_words(text: str) -> list[str]:
    composed = unicodedata.normalize("NFC", text.casefold())
    return "".join(c for c in composed if unicodedata.category(c) != "Cf").split()


def _set_words(
    connection: Connection, edit: MessageEdit, row: Any, thread: Thread, *, now: float
) -> None:
    """Let the model read the new text alone, in the history and in summaries."""
    set_text(connection, row.id, edit.text)
    renew_quotes(connection, edit, now=now)
    note_changed_words(connection, thread, row.place, now=now, edited=row.question_id)
    note_changed_link(connection, edit.team, edit.channel, edit.ts, now=now)
    place = {**build_thread_key(thread), "place": row.place}
    connection.execute(DELETE_SUMMARY, {**place, "of_turn": row.id})
    rename_pictures(connection, place, row.id)
    mark_stale(connection, thread, row.id)


def _ask_edited(connection: Connection, row: Any, thread: Thread, *, now: float) -> EditResult:
    """Ask the question of an edited message again, if it is the last that was begun."""
    key = {"team": thread.team, "channel": thread.channel, "root": thread.root, "ts": row.ts}
    if row.question_id is None or _SELECT_LATER.fetch_value(connection, key) is not None:
        return EditResult.CORRECTED
    due_at = now + QUIET_SECONDS
    values = {"of_question": row.question_id, "new_due": due_at}
    # One that was stopped before only ends when its turn comes.
    is_waiting = row.state == "stored" and not (row.shown or row.stop_asked or row.claimed_by)
    if is_waiting and not row.edits:
        return EditResult.CORRECTED  # it is asked as edited when its turn comes
    if is_waiting:
        connection.execute(_WAIT_LONGER, values)
        schedule_thread(connection, thread, due_at)
        return EditResult.ASKED
    times = list_answer_times(row.edits, is_own=True, now=now)
    is_counted = row.reask_at is not None
    if not is_counted and len(times) >= MAX_ANSWERS_TO_EDITS:
        is_first = add_event(connection, f"edits:{row.question_id}/{times[-1]}", now=now)
        return EditResult.LIMITED if is_first else EditResult.LIMITED_AGAIN
    if not is_counted:
        edits = add_answer_time(row.edits, is_own=True, now=now)
        connection.execute(_NOTE_TIMES, {"of_question": row.question_id, "new_edits": edits})
    # The end of an answer locks no thread: it may have been committed after this had looked.
    if row.shown or not connection.execute(_ASK_WHEN_ENDED, values).rowcount:
        ask_again(connection, row.question_id, due_at=due_at)
    return EditResult.ASKED
