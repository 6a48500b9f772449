"""Forgets what is deleted in Slack: files, and messages with all that hangs on them."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, and_, bindparam, delete, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.domain.conversation import Speaker
from storage.engine.sqlite import Database
from storage.rows import STILL_USED, deletion_mark, of_thread
from storage.schema import events, files, questions, readings, sightings, summaries, turns

_FORGOTTEN = {"mode": "tombstone", "copy_sha256": "", "sha256": "", "url": ""}

_OF_FILE = files.c.slack_id == bindparam("file_id")

_COPIES_OF_FILE = select(files.c.copy_sha256, files.c.sha256).where(_OF_FILE)

_KNOWN = select(files.c.slack_id).where(_OF_FILE).limit(1)

_FORGET_FILE = update(files).where(_OF_FILE).values(_FORGOTTEN)

_FORGET_SEEN = delete(sightings).where(sightings.c.slack_id == bindparam("file_id"))

# The message, and what quotes it because it was asked about from its menu.
_OF_MESSAGE = and_(
    turns.c.team == bindparam("of_team"),
    turns.c.channel == bindparam("of_channel"),
    or_(turns.c.ts == bindparam("of_ts"), turns.c.about_ts == bindparam("of_ts")),
    turns.c.speaker == Speaker.PERSON.value,
)

_MESSAGE = select(turns.c.id, turns.c.root, turns.c.place).where(_OF_MESSAGE)

_FORGET_WORDS = update(turns).where(turns.c.id == bindparam("turn")).values(text="", tokens=0)

_OF_TURN = files.c.turn_id == bindparam("turn")

_COPIES_OF_TURN = select(files.c.copy_sha256).where(_OF_TURN)

# In this message only: the file itself may be shared elsewhere.
_FORGET_FILES = update(files).where(_OF_TURN).values({**_FORGOTTEN, "mode": "forgotten"})

_FORGET_SEEN_HERE = delete(sightings).where(
    of_thread(sightings),
    sightings.c.slack_id.in_(select(files.c.slack_id).where(_OF_TURN)),
)

# A summary may hold what is to be forgotten: it is made again from what is left.
_FORGET_SUMMARY = delete(summaries).where(
    of_thread(summaries),
    or_(summaries.c.upto_place >= bindparam("at"), summaries.c.upto_id >= bindparam("turn")),
)

# Nobody has begun with it: there is nothing left to answer.
_CLOSE = (
    update(questions)
    .where(
        questions.c.turn_id == bindparam("turn"),
        questions.c.state == "stored",
        questions.c.claimed_by == "",
    )
    .values(state="settled", outcome="stopped", shown=True)
)

# What failed is not to be asked once more without its words.
_NEVER_AGAIN = (
    update(questions)
    .where(questions.c.turn_id == bindparam("turn"), questions.c.shown)
    .values(outcome="stopped")
)

_MARK_DELETED = insert(events).on_conflict_do_nothing()

_FORGET_READINGS = delete(readings).where(
    readings.c.copy_sha256.in_(bindparam("copies", expanding=True))
)


class SqliteDeletions:
    """Implements `bot.domain.stores.Deletions`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def forget_file(self, file_id: str) -> list[str]:
        # Slack tells of every file that goes, ours and others' that were never here.
        known = {"file_id": file_id}
        if not file_id or await self._database.read(lambda c: c.scalar(_KNOWN, known)) is None:
            return []
        return await self._database.write(lambda c: _unused(c, _forget_file(c, file_id)))

    async def forget_message(self, team: str, channel: str, ts: str) -> list[str]:
        wanted = {"of_team": team, "of_channel": channel, "of_ts": ts}

        def body(connection: Connection) -> list[str]:
            copies = set[str]()
            # Slack gives no order: the message may be told of after its end.
            mark = {"event_id": deletion_mark(team, channel, ts), "seen_at": self._clock()}
            connection.execute(_MARK_DELETED, mark)
            for row in connection.execute(_MESSAGE, wanted).all():
                one = {"turn": row.id}
                copies |= set(connection.scalars(_COPIES_OF_TURN, one).all()) - {""}
                connection.execute(_FORGET_FILES, one)
                connection.execute(_FORGET_WORDS, one)
                connection.execute(_CLOSE, one)
                connection.execute(_NEVER_AGAIN, one)
                place = {"team": team, "channel": channel, "root": row.root, "at": row.place}
                connection.execute(_FORGET_SEEN_HERE, {**place, **one})
                connection.execute(_FORGET_SUMMARY, {**place, **one})
            return _unused(connection, copies)

        return await self._database.write(body)


def _forget_file(connection: Connection, file_id: str) -> set[str]:
    """Forget what is known of a file; return the working copies that it had."""
    wanted = {"file_id": file_id}
    known = {row.copy_sha256 for row in connection.execute(_COPIES_OF_FILE, wanted).all()}
    connection.execute(_FORGET_FILE, wanted)
    connection.execute(_FORGET_SEEN, wanted)
    return known - {""}


def _unused(connection: Connection, copies: set[str]) -> list[str]:
    """Those of `copies` that no file has any more; that there were such is forgotten."""
    if not copies:
        return []
    used = set(connection.scalars(STILL_USED, {"copies": sorted(copies)}).all())
    free = sorted(copies - used)
    if free:
        connection.execute(_FORGET_READINGS, {"copies": free})
    return free
