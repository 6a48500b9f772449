"""What files came to: which working copy belongs to which bytes, and what the model was shown.

And their end: what is forgotten when a file or a message is deleted in Slack. Holds no bytes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.records import Sighting
from bot.types import FileRef, Question, Speaker, Thread
from storage.database import Database
from storage.rows import deletion_mark, of_thread, thread_key
from storage.schema import events, files, questions, readings, sightings, summaries, turns

_MOST_TOLD = 40

_COPY_OF = select(readings.c.copy_sha256).where(readings.c.sha256 == bindparam("original"))
_KEEP = insert(readings)
_KEEP = _KEEP.on_conflict_do_update(
    index_elements=["sha256"],
    set_={name: _KEEP.excluded[name] for name in ("copy_sha256", "made_at")},
)
_NOTE = (
    update(files)
    .where(
        files.c.slack_id == bindparam("file_id"),
        files.c.mode.not_in(["tombstone", "forgotten"]),
        files.c.turn_id.in_(select(turns.c.id).where(of_thread(turns))),
    )
    .values(
        copy_sha256=bindparam("copy"),
        sha256=bindparam("original"),
        name=bindparam("called"),
        mimetype=bindparam("kind"),
        size=bindparam("bytes"),
        url=bindparam("address"),
    )
)
_SEE = insert(sightings).on_conflict_do_nothing()
_UNSEE = delete(sightings).where(
    and_(*(sightings.c[name] == bindparam(name) for name in ("team", "channel", "ts")))
)
# The newest sighting of each file of a thread, in the order of the files' first appearance.
_NEWEST = (
    select(func.max(sightings.c.id).label("newest"), func.min(sightings.c.id).label("first"))
    .where(of_thread(sightings))
    .group_by(sightings.c.slack_id)
    .subquery()
)
_SEEN = (
    select(sightings)
    .join(_NEWEST, _NEWEST.c.newest == sightings.c.id)
    .order_by(_NEWEST.c.first)
    .limit(_MOST_TOLD)
)
_COPIES = select(files.c.copy_sha256).where(files.c.copy_sha256 != "").distinct()
_FORGET_OLD = delete(readings).where(readings.c.made_at < bindparam("before"))
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
_STILL_USED = select(files.c.copy_sha256).where(
    files.c.copy_sha256.in_(bindparam("copies", expanding=True))
)
_FORGET_READINGS = delete(readings).where(
    readings.c.copy_sha256.in_(bindparam("copies", expanding=True))
)


class SqliteReadings:
    """Implements `bot.stores.Readings`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def copy_of(self, sha256: str) -> str:
        found = await self._database.read(lambda c: c.scalar(_COPY_OF, {"original": sha256}))
        return found or ""

    async def note(self, thread: Thread, file: FileRef, sha256: str, copy_sha256: str) -> bool:
        known = {
            **thread_key(thread),
            "file_id": file.id,
            "original": sha256,
            "copy": copy_sha256,
            "called": file.name,
            "kind": file.mimetype,
            "bytes": file.size,
            "address": file.url,
        }
        row = {"sha256": sha256, "copy_sha256": copy_sha256, "made_at": self._clock()}

        def body(connection: Connection) -> bool:
            if connection.execute(_NOTE, known).rowcount:
                connection.execute(_KEEP, row)
                return True
            used = connection.scalars(_STILL_USED, {"copies": [copy_sha256]}).first()
            return used is not None

        return await self._database.write(body)

    async def saw(self, question: Question, seen: Sequence[Sighting]) -> None:
        key = {**thread_key(question.thread), "ts": question.ts}
        rows = [
            {
                **key,
                "position": position,
                "slack_id": item.file,
                "name": item.name,
                "kind": item.kind,
                "pages": item.pages,
                "pixels": item.pixels,
                "tokens": item.tokens,
                "left_out": item.left_out,
            }
            for position, item in enumerate(seen)
        ]

        def body(connection: Connection) -> None:
            # Asked once more, it may be shown something else.
            connection.execute(_UNSEE, key)
            if rows:
                connection.execute(_SEE, rows)

        await self._database.write(body)

    async def seen(self, thread: Thread) -> list[Sighting]:
        key = thread_key(thread)
        rows = await self._database.read(lambda c: c.execute(_SEEN, key).all())
        return [
            Sighting(
                row.slack_id, row.name, row.kind, row.pages, row.pixels, row.tokens, row.left_out
            )
            for row in rows
        ]

    async def tidy(self, *, days: float) -> set[str]:
        before = {"before": self._clock() - days * 86_400}

        def body(connection: Connection) -> set[str]:
            connection.execute(_FORGET_OLD, before)
            return set(connection.scalars(_COPIES).all())

        return await self._database.write(body)

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
    used = set(connection.scalars(_STILL_USED, {"copies": sorted(copies)}).all())
    free = sorted(copies - used)
    if free:
        connection.execute(_FORGET_READINGS, {"copies": free})
    return free
