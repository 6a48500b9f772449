"""Forget what is deleted in Slack: files, and messages with everything that depends on them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from bot.domain.conversation import Speaker, Thread
from storage.engine.announcements import announce
from storage.engine.database import Database
from storage.engine.dialects import match_listed
from storage.engine.named_locks import lock
from storage.replicas.clock import estimate_now
from storage.rows import (
    IS_PRESENT,
    SELECT_USED_COPIES,
    add_event,
    build_deletion_key,
    build_thread_key,
    match_thread,
)
from storage.schema import files, questions, readings, sightings, summaries, turns
from storage.steering.answers import (
    DELETE_TURN_VIEWS,
    FORGET_TURN_FILES,
    FORGOTTEN_VALUES,
    SELECT_TURN_COPIES,
    SELECT_TURN_FILES,
    forget_files,
    forget_words,
    rename_pictures,
)
from storage.steering.carried import FORGET_CARRIED, IS_CARRIED, forget_carried
from storage.steering.chains import lock_quoting
from storage.steering.changed_words import note_changed_link, note_changed_words, note_gone_file
from storage.steering.gone_questions import end_question, lock_questions
from storage.steering.own_messages import find_own, is_own_deletion
from storage.steering.titles import mark_stale

_IS_FILE = files.c.slack_id == bindparam("file_id")
_SELECT_FILE = select(files.c.slack_id).where(_IS_FILE).limit(1)
_SELECT_FILE_COPIES = select(files.c.copy_sha256).where(_IS_FILE)
_FORGET_FILE = update(files).where(_IS_FILE).values(mode="tombstone", **FORGOTTEN_VALUES)
_DELETE_FILE_VIEWS = delete(sightings).where(sightings.c.slack_id == bindparam("file_id"))

_SELECT_MESSAGE = select(turns.c.id, turns.c.ts, turns.c.root, turns.c.place).where(
    *(turns.c[name] == bindparam(name) for name in ("team", "channel", "ts")),
    turns.c.speaker == Speaker.PERSON.value,
)
# Announced with the working copies that no file has any more: each replica has some of its own.
COPIES_TOPIC = "copies"
_MAX_ANNOUNCED = 100
_HAS_FILE = select(files.c.position).where(files.c.turn_id == turns.c.id, IS_PRESENT).exists()
_SELECT_READ = select(turns.c.id).where(
    turns.c.id == bindparam("of_turn"), or_(turns.c.text != "", _HAS_FILE)
)
_CLEAR_TEXT = update(turns).where(turns.c.id == bindparam("of_turn")).values(text="", tokens=0)
# The note of an answer that took something along may quote the message. Once it is shown, it is not
# read again.
_CLEAR_CARRIED_NOTES = (
    update(questions)
    .where(
        questions.c.team == bindparam("of_team"),
        questions.c.channel == bindparam("of_channel"),
        questions.c.shown,
        IS_CARRIED,
        questions.c.note != "",
    )
    .values(note="")
)
# A summary may contain the deleted text; a new one is made from the messages that remain.
DELETE_SUMMARY = delete(summaries).where(
    match_thread(summaries),
    or_(summaries.c.upto_place >= bindparam("place"), summaries.c.upto_id >= bindparam("of_turn")),
)
_DELETE_READINGS = delete(readings).where(match_listed(readings.c.copy_sha256, "copies"))


class SqlDeletionStore:
    """Implements `bot.domain.stores.conversations.DeletionStore`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def forget_file(self, file_id: str) -> list[str]:
        # Slack reports every deleted file, also those that were never seen here.
        key = {"file_id": file_id}
        if not file_id or await self._database.read(lambda c: c.scalar(_SELECT_FILE, key)) is None:
            return []

        def forget(connection: Connection) -> list[str]:
            note_gone_file(connection, file_id, now=estimate_now(connection, self._clock))
            return _delete_unused_readings(connection, _forget_file(connection, file_id))

        return await self._database.write(forget)

    async def forget_message(self, team: str, channel: str, ts: str) -> list[str]:
        key = {"team": team, "channel": channel}

        def forget(connection: Connection) -> list[str]:
            lock(connection, "post", team, channel, ts)  # it may be stored at this moment
            # Slack guarantees no order: the message itself may still arrive after its deletion.
            now = estimate_now(connection, self._clock)
            is_news = _note_deletion(connection, key, ts, now)
            own = connection.execute(_SELECT_MESSAGE, {**key, "ts": ts}).all()
            roots = [row.root for row in own]
            rows = [*own, *lock_quoting(connection, team, channel, ts, roots=roots)]
            if is_news:
                note_changed_link(connection, team, channel, ts, now=now)
            if not rows:
                return []
            of_channel = {"of_team": team, "of_channel": channel}
            connection.execute(_CLEAR_CARRIED_NOTES, of_channel)
            copies = _forget_rows(connection, key, rows, now)
            return _delete_unused_readings(connection, copies)

        return await self._database.write(forget)

    async def _forget_asked(self, thread: Thread, ts: str) -> list[str]:
        key = {"team": thread.team, "channel": thread.channel, "ts": ts}
        if await self._database.read(lambda c: c.execute(_SELECT_MESSAGE, key).first()) is None:
            return []
        return await self.forget_message(thread.team, thread.channel, ts)

    async def forget_answer(self, thread: Thread, ts: str, file_ids: Sequence[str]) -> list[str]:
        # Slack reports what Easel has deleted itself as well; of that no row is left.
        key = {**build_thread_key(thread), "ts": ts, "files": list(file_ids)}
        if not await self._database.read(lambda c: find_own(c, key)):
            # A question that was asked by a form begins with a message of Easel's.
            return await self._forget_asked(thread, ts)

        def forget(c: Connection) -> list[str]:
            # What was asked from the menu of the message goes with it.
            of_channel = {"team": thread.team, "channel": thread.channel}
            rows = lock_quoting(c, thread.team, thread.channel, ts, roots=[thread.root])
            now = estimate_now(c, self._clock)
            copies = _forget_rows(c, of_channel, rows, now)
            return _delete_unused_readings(c, copies | _forget_own(c, thread, key, now))

        return await self._database.write(forget)


def _forget_rows(
    connection: Connection, key: dict[str, str], rows: list[Any], now: float
) -> set[str]:
    """Forget messages, whose threads are locked; return the sha256 of working copies."""
    # The end of an answer locks no thread. Who comes second sees what the other has done.
    lock_questions(connection, [row.id for row in rows])
    copies = set[str]()
    for row in rows:
        # What quotes the message is gone with it, also for what quotes that later; and whoever
        # still answers it looks for its own ts.
        _note_deletion(connection, key, row.ts, now)
        copies |= _forget_row(connection, key, row, now)
    return copies


def _note_deletion(connection: Connection, key: dict[str, str], ts: str, now: float) -> bool:
    """Return whether that was not known."""
    return add_event(connection, build_deletion_key(key["team"], key["channel"], ts), now=now)


def _forget_row(connection: Connection, key: dict[str, str], row: Any, now: float) -> set[str]:
    """Forget the message of a row and the answers to it; return the sha256 of working copies."""
    turn, thread = {"of_turn": row.id}, {**key, "root": row.root}
    copies = set(connection.scalars(SELECT_TURN_COPIES, turn).all()) - {""}
    file_ids = list(connection.scalars(SELECT_TURN_FILES, turn).all())
    was_read = connection.scalar(_SELECT_READ, turn) is not None
    for statement in (FORGET_TURN_FILES, _CLEAR_TEXT):
        connection.execute(statement, turn)
    asked = Thread(key["team"], key["channel"], row.root)
    place = {**thread, "place": row.place}
    # What was forgotten before is in no prompt: deletions are told twice, and looked for again.
    if forget_words(connection, place, row.id) or was_read:
        note_changed_words(connection, asked, row.place, now=now)
    end_question(connection, asked, row.id, now=now)
    connection.execute(DELETE_TURN_VIEWS, {**thread, **turn})
    connection.execute(DELETE_SUMMARY, {**place, **turn})
    rename_pictures(connection, place, row.id, with_files=True)
    made_copies, made_ids = forget_files(connection, place, row.id)
    mark_stale(connection, asked, row.id)
    return copies | made_copies | forget_carried(connection, key, [*file_ids, *made_ids])


def _forget_own(
    connection: Connection, thread: Thread, key: dict[str, Any], now: float
) -> set[str]:
    """Forget the answers and files that `find_own` finds, of a thread that is locked; return the
    sha256 of working copies."""
    copies = set[str]()
    for row in find_own(connection, key):
        place = {**build_thread_key(thread), "place": row.place}
        turn = {"of_turn": row.turn_id}
        connection.execute(DELETE_SUMMARY, {**place, **turn})
        if row.file_id is None:
            was_read = forget_words(connection, place, row.turn_id)
        else:
            was_read = not is_own_deletion(connection, row.file_id)
            copies |= set(connection.scalars(SELECT_TURN_COPIES, turn).all()) - {""}
            connection.execute(FORGET_CARRIED, {**turn, "file_id": row.file_id})
        if was_read:
            note_changed_words(connection, thread, row.place, now=now)
    return copies


def _forget_file(connection: Connection, file_id: str) -> set[str]:
    """Forget a file; return the sha256 of its working copies."""
    key = {"file_id": file_id}
    copies = set(connection.scalars(_SELECT_FILE_COPIES, key).all())
    connection.execute(_FORGET_FILE, key)
    connection.execute(_DELETE_FILE_VIEWS, key)
    return copies - {""}


def _delete_unused_readings(connection: Connection, copies: set[str]) -> list[str]:
    """Return those of `copies` that no file has any more, and delete their rows."""
    if not copies:
        return []
    used = set(connection.scalars(SELECT_USED_COPIES, {"copies": sorted(copies)}).all())
    unused = sorted(copies - used)
    if unused:
        connection.execute(_DELETE_READINGS, {"copies": unused})
        for start in range(0, len(unused), _MAX_ANNOUNCED):
            announce(connection, COPIES_TOPIC, copies=unused[start : start + _MAX_ANNOUNCED])
    return unused
