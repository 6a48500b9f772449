"""Turning values into rows and back, shared by the inbox and the history. Decides nothing.

Statements here and beside are built once, with parameters to fill in: building one costs several
times what running it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from bot.domain.conversation import Thread
from bot.domain.files import FileRef
from storage.schema import files

_FILE_FIELDS = (
    "name",
    "mimetype",
    "size",
    "url",
    "mode",
    "access",
    "sha256",
    "copy_sha256",
    "version",
    "made_from",
)
_ADD_FILES = insert(files)
_SELECT_FILES = (
    select(files)
    .where(files.c.turn_id.in_(bindparam("turn_ids", expanding=True)))
    .order_by(files.c.turn_id, files.c.position)
)

STILL_USED = select(files.c.copy_sha256).where(
    files.c.copy_sha256.in_(bindparam("copies", expanding=True))
)

_IS_AT_POSITION = and_(files.c.turn_id == bindparam("of_turn"), files.c.position == bindparam("at"))
# One that was deleted before it was wholly shown stays deleted.
_IS_AT_POSITION_AND_PRESENT = and_(_IS_AT_POSITION, files.c.mode.not_in(["tombstone", "forgotten"]))
_SET_SLACK_ID = update(files).where(_IS_AT_POSITION).values(slack_id=bindparam("given_id"))
_COMPLETE_FILE = (
    update(files)
    .where(_IS_AT_POSITION_AND_PRESENT)
    .values(slack_id=bindparam("given_id"), copy_sha256=bindparam("copy"), url=bindparam("at_url"))
)
_DELETE_WITHOUT_ID = delete(files).where(
    files.c.turn_id == bindparam("of_turn"), files.c.slack_id == ""
)


def build_thread_key(thread: Thread) -> dict[str, str]:
    """The columns that name a thread, in every table that has them, and their parameters."""
    return {"team": thread.team, "channel": thread.channel, "root": thread.root}


def build_deletion_key(team: str, channel: str, ts: str) -> str:
    """Under which a deleted message is kept among the events, for as long as those are."""
    return f"deleted:{team}/{channel}/{ts}"


def match_thread(table: Table) -> ColumnElement[bool]:
    """The rows of `table` that belong to the thread in the parameters."""
    return and_(*(table.c[name] == bindparam(name) for name in ("team", "channel", "root")))


def add_files(connection: Connection, turn_id: int, refs: Sequence[FileRef]) -> None:
    if not refs:
        return
    rows = [
        {"turn_id": turn_id, "position": position, "slack_id": ref.id}
        | {name: getattr(ref, name) for name in _FILE_FIELDS}
        for position, ref in enumerate(refs)
    ]
    connection.execute(_ADD_FILES, rows)


def read_files(connection: Connection, turn_ids: Iterable[int]) -> dict[int, tuple[FileRef, ...]]:
    """The files of each turn, in order; turns without files are absent."""
    found: dict[int, list[FileRef]] = {}
    wanted = list(turn_ids)
    if not wanted:
        return {}
    for row in connection.execute(_SELECT_FILES, {"turn_ids": wanted}).mappings():
        found.setdefault(row["turn_id"], []).append(read_file(row))
    return {turn_id: tuple(refs) for turn_id, refs in found.items()}


def read_file(row: RowMapping, *, request_text: str = "") -> FileRef:
    """The file of a row with all columns of `files`; `asked` are words of its question."""
    values: dict[str, Any] = {name: row[name] for name in _FILE_FIELDS}
    return FileRef(
        id=row["slack_id"], request_text=request_text if row["version"] else "", **values
    )


def assign_file_ids(connection: Connection, turn_id: int, file_ids: Sequence[str]) -> None:
    """Give the turn's files the ids that Slack gave them, in order."""
    for position, file_id in enumerate(file_ids):
        connection.execute(_SET_SLACK_ID, {"of_turn": turn_id, "at": position, "given_id": file_id})


def complete_files(connection: Connection, turn_id: int, refs: Sequence[FileRef]) -> None:
    """Complete the turn's files as they stand in Slack; those without an id never got there."""
    for position, ref in enumerate(refs):
        values = {"given_id": ref.id, "copy": ref.copy_sha256, "at_url": ref.url}
        connection.execute(_COMPLETE_FILE, {"of_turn": turn_id, "at": position, **values})
    connection.execute(_DELETE_WITHOUT_ID, {"of_turn": turn_id})
