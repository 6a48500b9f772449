"""What files came to: which working copy belongs to which bytes, and what the model was shown.

And their end: what is forgotten when a file or a message is deleted in Slack. Holds no bytes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, and_, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.domain.conversation import Thread
from bot.domain.files import FileRef, Sighting
from bot.domain.questions import Question
from storage.engine.sqlite import Database
from storage.rows import STILL_USED, of_thread, thread_key
from storage.schema import files, readings, sightings, turns

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


class SqliteReadings:
    """Implements `bot.domain.stores.Readings`."""

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
            used = connection.scalars(STILL_USED, {"copies": [copy_sha256]}).first()
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
