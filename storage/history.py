"""What was said in a thread, by whom, with which files. Questions' states are the inbox's."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from bot.types import Speaker, Thread, Turn
from storage.database import Database
from storage.rows import add_files, ensure_thread, files_of, of_thread, thread_key
from storage.schema import files, threads, turns


class ThreadHistory:
    """Implements `bot.ports.History`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def turns(self, thread: Thread, *, before: str, limit: int) -> list[Turn]:
        def body(connection: Connection) -> list[Turn]:
            return newest_turns(connection, thread, before=before, limit=limit)

        return await self._database.read(body)

    async def knows(self, thread: Thread) -> bool:
        query = select(threads.c.earlier_kept).where(of_thread(threads, thread))

        def body(connection: Connection) -> bool:
            return bool(connection.scalar(query))

        return await self._database.read(body)

    async def remember_earlier(self, thread: Thread, earlier: Sequence[Turn]) -> None:
        def body(connection: Connection) -> None:
            ensure_thread(connection, thread, earlier_kept=True)
            connection.execute(
                update(threads).where(of_thread(threads, thread)).values(earlier_kept=True)
            )
            for turn in earlier:
                insert_turn(connection, thread, turn, now=self._clock())

        await self._database.write(body)

    async def note_copy(self, thread: Thread, file_id: str, copy_sha256: str) -> None:
        in_thread = select(turns.c.id).where(of_thread(turns, thread))

        def body(connection: Connection) -> None:
            connection.execute(
                update(files)
                .where(files.c.slack_id == file_id, files.c.turn_id.in_(in_thread))
                .values(copy_sha256=copy_sha256)
            )

        await self._database.write(body)


def insert_turn(
    connection: Connection, thread: Thread, turn: Turn, *, now: float, place: str = ""
) -> int | None:
    """Add `turn` with its files; return its id, or None where it is already kept."""
    row = thread_key(thread) | {
        "ts": turn.ts,
        "place": place or turn.ts,
        "speaker": turn.speaker.value,
        "user": turn.user,
        "text": turn.text,
        "stored_at": now,
    }
    statement = insert_or(turns).values(row).on_conflict_do_nothing().returning(turns.c.id)
    turn_id: int | None = connection.scalar(statement)
    if turn_id is not None:
        add_files(connection, turn_id, turn.files)
    return turn_id


def newest_turns(connection: Connection, thread: Thread, *, before: str, limit: int) -> list[Turn]:
    """The newest `limit` turns that stand before ts `before`, oldest first."""
    query = (
        select(turns.c.id, turns.c.speaker, turns.c.ts, turns.c.text, turns.c.user)
        .where(of_thread(turns, thread), turns.c.place < before)
        .order_by(turns.c.place.desc(), turns.c.id.desc())
        .limit(limit)
    )
    rows = connection.execute(query).all()[::-1]
    refs = files_of(connection, [row.id for row in rows])
    return [
        Turn(Speaker(row.speaker), row.ts, row.text, row.user, refs.get(row.id, ())) for row in rows
    ]
