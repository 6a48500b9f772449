"""What was said in a thread, by whom, with which files. Questions' states are the inbox's."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.types import Speaker, Thread, Turn
from storage.database import Database
from storage.rows import add_files, files_of, of_thread, thread_key
from storage.schema import files, threads, turns

_ADD_TURN = insert(turns).on_conflict_do_nothing().returning(turns.c.id)
_NEWEST = (
    select(turns.c.id, turns.c.speaker, turns.c.ts, turns.c.text, turns.c.user)
    .where(of_thread(turns), turns.c.place < bindparam("before"))
    .order_by(turns.c.place.desc(), turns.c.id.desc())
    .limit(bindparam("most"))
)
_EARLIER_KEPT = select(threads.c.earlier_kept).where(of_thread(threads))
_KEEP_EARLIER = (
    insert(threads)
    .values(joined=False, earlier_kept=True)
    .on_conflict_do_update(index_elements=["team", "channel", "root"], set_={"earlier_kept": True})
)
_NOTE_COPY = (
    update(files)
    .where(
        files.c.slack_id == bindparam("file_id"),
        files.c.turn_id.in_(select(turns.c.id).where(of_thread(turns))),
    )
    .values(copy_sha256=bindparam("copy"))
)


class ThreadHistory:
    """Implements `bot.ports.History`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def turns(self, thread: Thread, *, before: str, limit: int) -> list[Turn]:
        wanted = {**thread_key(thread), "before": before, "most": limit}

        def body(connection: Connection) -> list[Turn]:
            rows = connection.execute(_NEWEST, wanted).all()[::-1]
            refs = files_of(connection, [row.id for row in rows])
            return [
                Turn(Speaker(row.speaker), row.ts, row.text, row.user, refs.get(row.id, ()))
                for row in rows
            ]

        return await self._database.read(body)

    async def knows(self, thread: Thread) -> bool:
        key = thread_key(thread)
        return await self._database.read(lambda c: bool(c.scalar(_EARLIER_KEPT, key)))

    async def remember_earlier(self, thread: Thread, earlier: Sequence[Turn]) -> None:
        def body(connection: Connection) -> None:
            connection.execute(_KEEP_EARLIER, thread_key(thread))
            for turn in earlier:
                insert_turn(connection, thread, turn, now=self._clock())

        await self._database.write(body)

    async def note_copy(self, thread: Thread, file_id: str, copy_sha256: str) -> None:
        values = {**thread_key(thread), "file_id": file_id, "copy": copy_sha256}
        await self._database.write(lambda c: c.execute(_NOTE_COPY, values).close())


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
    turn_id: int | None = connection.scalar(_ADD_TURN, row)
    if turn_id is not None:
        add_files(connection, turn_id, turn.files)
    return turn_id
