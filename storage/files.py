"""Record which working copy belongs to which bytes, and what the model was shown of files.

Holds no bytes: see `blobs.py`. See `deletion.py` for files that are deleted in Slack.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, and_, bindparam, delete, func, select, update

from bot.domain.conversation import Thread
from bot.domain.files import FileRef, FileView
from bot.domain.questions import Question
from bot.domain.stored_messages import deserialize_message, serialize_message
from storage.engine.database import Database
from storage.engine.dialects import insert
from storage.replicas.clock import estimate_now
from storage.rows import IS_PRESENT, SELECT_USED_COPIES, build_thread_key, match_thread
from storage.schema import files, readings, sightings, turns

_MAX_VIEWS = 40

_SELECT_COPY = select(readings.c.copy_sha256).where(readings.c.sha256 == bindparam("original"))
_UPSERT_READING = insert(readings)
_UPSERT_READING = _UPSERT_READING.on_conflict_do_update(
    index_elements=["sha256"],
    set_={name: _UPSERT_READING.excluded[name] for name in ("copy_sha256", "made_at")},
)
_UPDATE_FILE = (
    update(files)
    .where(
        files.c.slack_id == bindparam("file_id"),
        IS_PRESENT,
        files.c.turn_id.in_(select(turns.c.id).where(match_thread(turns))),
    )
    .values(
        copy_sha256=bindparam("new_copy"),
        sha256=bindparam("new_original"),
        name=bindparam("new_name"),
        mimetype=bindparam("new_mimetype"),
        size=bindparam("new_size"),
        url=bindparam("new_url"),
    )
)
_INSERT_VIEWS = insert(sightings).on_conflict_do_nothing()
_DELETE_VIEWS = delete(sightings).where(
    and_(*(sightings.c[name] == bindparam(name) for name in ("team", "channel", "ts")))
)
# The newest view of each file of a thread, in the order of the first views.
_NEWEST_VIEWS = (
    select(func.max(sightings.c.id).label("newest"), func.min(sightings.c.id).label("first"))
    .where(match_thread(sightings))
    .group_by(sightings.c.slack_id)
    .subquery()
)
_SELECT_VIEWS = (
    select(sightings)
    .join(_NEWEST_VIEWS, _NEWEST_VIEWS.c.newest == sightings.c.id)
    .order_by(_NEWEST_VIEWS.c.first)
    .limit(_MAX_VIEWS)
)
_SELECT_ALL_COPIES = select(files.c.copy_sha256).where(files.c.copy_sha256 != "").distinct()
_DELETE_OLD_READINGS = delete(readings).where(readings.c.made_at < bindparam("before"))


class SqlFileStore:
    """Implements `bot.domain.stores.files.FileStore`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def find_copy(self, sha256: str) -> str:
        key = {"original": sha256}
        return await self._database.read(lambda c: c.scalar(_SELECT_COPY, key)) or ""

    async def record_file(
        self, thread: Thread, file: FileRef, sha256: str, copy_sha256: str
    ) -> bool:
        changes = {
            **build_thread_key(thread),
            "file_id": file.id,
            "new_original": sha256,
            "new_copy": copy_sha256,
            "new_name": file.name,
            "new_mimetype": file.mimetype,
            "new_size": file.size,
            "new_url": file.url,
        }
        reading = {"sha256": sha256, "copy_sha256": copy_sha256}

        def update_file(connection: Connection) -> bool:
            if connection.execute(_UPDATE_FILE, changes).rowcount:
                now = estimate_now(connection, self._clock)
                connection.execute(_UPSERT_READING, reading | {"made_at": now})
                return True
            used = connection.scalars(SELECT_USED_COPIES, {"copies": [copy_sha256]}).first()
            return used is not None

        return await self._database.write(update_file)

    async def record_views(self, question: Question, views: Sequence[FileView]) -> None:
        key = {**build_thread_key(question.thread), "ts": question.ts}
        rows = [
            {
                **key,
                "position": position,
                "slack_id": view.file_id,
                "name": view.name,
                "kind": view.kind,
                "pages": serialize_message(view.pages),
                "pixels": serialize_message(view.pixels),
                "tokens": view.tokens,
                "left_out": serialize_message(view.left_out),
            }
            for position, view in enumerate(views)
        ]

        def replace_views(connection: Connection) -> None:
            # When the question is asked again, the model may be shown something else.
            connection.execute(_DELETE_VIEWS, key)
            if rows:
                connection.execute(_INSERT_VIEWS, rows)

        await self._database.write(replace_views)

    async def list_views(self, thread: Thread) -> list[FileView]:
        key = build_thread_key(thread)
        rows = await self._database.read(lambda c: c.execute(_SELECT_VIEWS, key).all())
        return [
            FileView(
                row.slack_id,
                row.name,
                row.kind,
                deserialize_message(row.pages),
                deserialize_message(row.pixels),
                row.tokens,
                deserialize_message(row.left_out),
            )
            for row in rows
        ]

    async def delete_old_readings(self, *, days: float) -> set[str]:
        """Forget the working copies of bytes that were read more than `days` days ago.

        Return the sha256 of the working copies that files still have.
        """

        def delete_old(connection: Connection) -> set[str]:
            before = estimate_now(connection, self._clock) - days * 86_400
            connection.execute(_DELETE_OLD_READINGS, {"before": before})
            return set(connection.scalars(_SELECT_ALL_COPIES).all())

        return await self._database.write(delete_old)
