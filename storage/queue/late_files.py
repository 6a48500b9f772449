"""Marks files that came after their question was taken up, until the model has been shown them.

A mark is an event of our own: it is kept for some days and holds no words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, select

from bot.domain.files import FileRef
from storage.engine.dialects import match_listed
from storage.rows import add_event
from storage.schema import events

# After this long people send a file again. Events are deleted by age.
_KEPT_SECONDS = 14 * 24 * 3600.0
# The marks of a thread on lines, for a statement that reads its row anyway; most have none.
LATE_MARKS = (
    select(func.aggregate_strings(events.c.event_id, "\n"))
    .where(
        and_(events.c.event_id > bindparam("marks_from"), events.c.event_id < bindparam("marks_to"))
    )
    .scalar_subquery()
)
_DELETE_MARKS = delete(events).where(match_listed(events.c.event_id, "marks"))


def mark_late_files(
    connection: Connection, thread: Mapping[str, Any], refs: Sequence[FileRef], *, now: float
) -> None:
    """Mark files of the thread that `thread` names, as `build_thread_key` does."""
    for ref in refs:
        add_event(connection, f"{_build_prefix(thread)}{ref.id}", now=now + _KEPT_SECONDS)


def build_mark_range(thread: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters of `LATE_MARKS`, for the thread that `thread` names."""
    prefix = _build_prefix(thread)
    # The character after the slash that ends the prefix.
    return {"marks_from": prefix, "marks_to": f"{prefix[:-1]}0"}


def read_late_files(marks: str | None) -> frozenset[str]:
    """Return the Slack ids of the marked files, of what `LATE_MARKS` has returned."""
    return frozenset(mark.rpartition("/")[2] for mark in (marks or "").split("\n") if mark)


def remove_late_marks(
    connection: Connection, thread: Mapping[str, Any], file_ids: Collection[str]
) -> None:
    """Remove the marks of files that were shown."""
    prefix = _build_prefix(thread)
    marks = [f"{prefix}{file_id}" for file_id in file_ids if file_id]
    if marks:
        connection.execute(_DELETE_MARKS, {"marks": marks})


def _build_prefix(thread: Mapping[str, Any]) -> str:
    return f"late:{thread['team']}/{thread['channel']}/{thread['root']}/"
