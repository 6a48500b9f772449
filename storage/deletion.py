"""Forgets what is deleted in Slack: files, and messages with all that hangs on them."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, and_, bindparam, delete, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.domain.conversation import Speaker
from storage.engine.sqlite import Database
from storage.rows import STILL_USED, build_deletion_key, match_thread
from storage.schema import events, files, questions, readings, sightings, summaries, turns

_DELETED_FILE_VALUES = {"mode": "tombstone", "copy_sha256": "", "sha256": "", "url": ""}

_OF_FILE = files.c.slack_id == bindparam("file_id")

_SELECT_FILE_COPIES = select(files.c.copy_sha256, files.c.sha256).where(_OF_FILE)

_SELECT_KNOWN = select(files.c.slack_id).where(_OF_FILE).limit(1)

_FORGET_FILE = update(files).where(_OF_FILE).values(_DELETED_FILE_VALUES)

_DELETE_FILE_VIEWS = delete(sightings).where(sightings.c.slack_id == bindparam("file_id"))

# The message, and what quotes it because it was asked about from its menu.
_OF_MESSAGE = and_(
    turns.c.team == bindparam("of_team"),
    turns.c.channel == bindparam("of_channel"),
    or_(turns.c.ts == bindparam("of_ts"), turns.c.about_ts == bindparam("of_ts")),
    turns.c.speaker == Speaker.PERSON.value,
)

_SELECT_MESSAGE = select(turns.c.id, turns.c.root, turns.c.place).where(_OF_MESSAGE)

_CLEAR_TEXT = update(turns).where(turns.c.id == bindparam("turn")).values(text="", tokens=0)

_OF_TURN = files.c.turn_id == bindparam("turn")

_SELECT_TURN_COPIES = select(files.c.copy_sha256).where(_OF_TURN)

# In this message only: the file itself may be shared elsewhere.
_FORGET_MESSAGE_FILES = (
    update(files).where(_OF_TURN).values({**_DELETED_FILE_VALUES, "mode": "forgotten"})
)

_DELETE_MESSAGE_VIEWS = delete(sightings).where(
    match_thread(sightings),
    sightings.c.slack_id.in_(select(files.c.slack_id).where(_OF_TURN)),
)

# A summary may hold what is to be forgotten: it is made again from what is left.
_DELETE_SUMMARY = delete(summaries).where(
    match_thread(summaries),
    or_(summaries.c.upto_place >= bindparam("at"), summaries.c.upto_id >= bindparam("turn")),
)

# Nobody has begun with it: there is nothing left to answer.
_CLOSE_QUESTION = (
    update(questions)
    .where(
        questions.c.turn_id == bindparam("turn"),
        questions.c.state == "stored",
        questions.c.claimed_by == "",
    )
    .values(state="settled", outcome="stopped", shown=True)
)

# What failed is not to be asked once more without its words.
_PREVENT_RETRY = (
    update(questions)
    .where(questions.c.turn_id == bindparam("turn"), questions.c.shown)
    .values(outcome="stopped")
)

_INSERT_DELETION = insert(events).on_conflict_do_nothing()

_DELETE_READINGS = delete(readings).where(
    readings.c.copy_sha256.in_(bindparam("copies", expanding=True))
)


class SqliteDeletionStore:
    """Implements `bot.domain.stores.Deletions`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def forget_file(self, file_id: str) -> list[str]:
        # Slack tells of every file that goes, ours and others' that were never here.
        known = {"file_id": file_id}
        if (
            not file_id
            or await self._database.read(lambda c: c.scalar(_SELECT_KNOWN, known)) is None
        ):
            return []
        return await self._database.write(
            lambda c: _delete_unused_readings(c, _forget_file(c, file_id))
        )

    async def forget_message(self, team: str, channel: str, ts: str) -> list[str]:
        wanted = {"of_team": team, "of_channel": channel, "of_ts": ts}

        def body(connection: Connection) -> list[str]:
            copies = set[str]()
            # Slack gives no order: the message may be told of after its end.
            mark = {"event_id": build_deletion_key(team, channel, ts), "seen_at": self._clock()}
            connection.execute(_INSERT_DELETION, mark)
            for row in connection.execute(_SELECT_MESSAGE, wanted).all():
                one = {"turn": row.id}
                copies |= set(connection.scalars(_SELECT_TURN_COPIES, one).all()) - {""}
                connection.execute(_FORGET_MESSAGE_FILES, one)
                connection.execute(_CLEAR_TEXT, one)
                connection.execute(_CLOSE_QUESTION, one)
                connection.execute(_PREVENT_RETRY, one)
                place = {"team": team, "channel": channel, "root": row.root, "at": row.place}
                connection.execute(_DELETE_MESSAGE_VIEWS, {**place, **one})
                connection.execute(_DELETE_SUMMARY, {**place, **one})
            return _delete_unused_readings(connection, copies)

        return await self._database.write(body)


def _forget_file(connection: Connection, file_id: str) -> set[str]:
    """Forget what is known of a file; return the working copies that it had."""
    wanted = {"file_id": file_id}
    known = {row.copy_sha256 for row in connection.execute(_SELECT_FILE_COPIES, wanted).all()}
    connection.execute(_FORGET_FILE, wanted)
    connection.execute(_DELETE_FILE_VIEWS, wanted)
    return known - {""}


def _delete_unused_readings(connection: Connection, copies: set[str]) -> list[str]:
    """Those of `copies` that no file has any more; that there were such is forgotten."""
    if not copies:
        return []
    used = set(connection.scalars(STILL_USED, {"copies": sorted(copies)}).all())
    free = sorted(copies - used)
    if free:
        connection.execute(_DELETE_READINGS, {"copies": free})
    return free
