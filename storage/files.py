"""Record which working copy belongs to which bytes, and what the model was shown of files.

Holds no bytes: see `blobs.py`. See `deletion.py` for files that are deleted in Slack.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, select, update

from bot.domain.conversation import Speaker, Thread
from bot.domain.files import FileRef, FileView
from bot.domain.questions import Question
from bot.domain.stored_messages import deserialize_message, serialize_message
from storage.engine.database import Database
from storage.engine.dialects import insert
from storage.replicas.clock import estimate_now
from storage.rows import (
    IS_PRESENT,
    SELECT_USED_COPIES,
    build_thread_key,
    match_thread,
    read_file,
)
from storage.schema import files, readings, sightings, turns

_MAX_VIEWS, _MAX_FILES = 40, 100

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
_SELECT_ALL_COPIES = (
    select(files.c.copy_sha256).where(files.c.copy_sha256 != "", IS_PRESENT).distinct()
)
_DELETE_OLD_READINGS = delete(readings).where(readings.c.made_at < bindparam("before"))

# Where a message is in its thread: an answer, replaced or not, is where its question is.
_ORDER = ("team", "channel", "root", "place")
# Pictures of an answer that was replaced can still be meant; its words are not read.
_question_turns = turns.alias("question_turns")
_SELECT_OF_THREAD = (
    # With each file its speaker and, for a generated one, the text of the question it answers.
    select(files, turns.c.speaker, func.coalesce(_question_turns.c.text, "").label("request_text"))
    .join(turns, turns.c.id == files.c.turn_id)
    .outerjoin(
        _question_turns,
        and_(
            turns.c.speaker == Speaker.EASEL.value,
            _question_turns.c.speaker == Speaker.PERSON.value,
            *(_question_turns.c[name] == turns.c[name] for name in _ORDER),
        ),
    )
    .where(match_thread(turns), turns.c.place < bindparam("before"))
    .order_by(turns.c.place.desc(), turns.c.id.desc(), files.c.position.desc())
    .limit(_MAX_FILES)
)


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


@dataclass(frozen=True, slots=True)
class ThreadFiles:
    """The files of a thread, oldest first. `latest` are those that questions are about, each once;
    `made` are those that Easel made and that are no version of a picture."""

    by_turn: dict[int, list[FileRef]]
    latest: tuple[FileRef, ...]
    made: tuple[FileRef, ...]


def read_thread_files(connection: Connection, parameters: Mapping[str, Any]) -> ThreadFiles:
    """Return the files of a thread before the ts `before`; `parameters` name both."""
    rows = connection.execute(_SELECT_OF_THREAD, parameters).mappings().all()[::-1]
    refs, latest, made = dict[int, list[FileRef]](), dict[str, FileRef](), list[FileRef]()
    for row in rows:
        ref = read_file(row, request_text=row["request_text"])
        refs.setdefault(row["turn_id"], []).append(ref)
        # Sheets, conversions and tables that Easel has made are no subject of later questions.
        if row["speaker"] == Speaker.PERSON.value or ref.version:
            # A file that is shared again, or chosen from a menu, counts once: as it is now.
            latest.pop(ref.id, None)
            latest[ref.id or f"{row['turn_id']}/{row['position']}"] = ref
        elif ref.id:
            made.append(ref)
    return ThreadFiles(refs, tuple(latest.values()), tuple(made))
