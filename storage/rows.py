"""Turning values into rows and back, shared by the inbox and the history. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_or

from bot.types import FileRef, Thread
from storage.schema import files, threads

_FILE_FIELDS = ("name", "mimetype", "size", "url", "mode", "access", "sha256", "copy_sha256")


def thread_key(thread: Thread) -> dict[str, str]:
    """The columns that name a thread, in every table that has them."""
    return {"team": thread.team, "channel": thread.channel, "root": thread.root}


def of_thread(table: Table, thread: Thread) -> ColumnElement[bool]:
    """The rows of `table` that belong to `thread`."""
    return and_(*(table.c[name] == value for name, value in thread_key(thread).items()))


def add_files(connection: Connection, turn_id: int, refs: Sequence[FileRef]) -> None:
    if not refs:
        return
    rows = [
        {"turn_id": turn_id, "position": position, "slack_id": ref.id}
        | {name: getattr(ref, name) for name in _FILE_FIELDS}
        for position, ref in enumerate(refs)
    ]
    connection.execute(insert(files), rows)


def files_of(connection: Connection, turn_ids: Iterable[int]) -> dict[int, tuple[FileRef, ...]]:
    """The files of each turn, in order; turns without files are absent."""
    found: dict[int, list[FileRef]] = {}
    wanted = list(turn_ids)
    if not wanted:
        return {}
    query = (
        select(files).where(files.c.turn_id.in_(wanted)).order_by(files.c.turn_id, files.c.position)
    )
    for row in connection.execute(query).mappings():
        values: dict[str, Any] = {name: row[name] for name in _FILE_FIELDS}
        found.setdefault(row["turn_id"], []).append(FileRef(id=row["slack_id"], **values))
    return {turn_id: tuple(refs) for turn_id, refs in found.items()}


def ensure_thread(connection: Connection, thread: Thread, *, earlier_kept: bool) -> None:
    """Know `thread` from now on. One that is known stays as it is."""
    row = thread_key(thread) | {"joined": False, "earlier_kept": earlier_kept}
    connection.execute(insert_or(threads).values(row).on_conflict_do_nothing())
