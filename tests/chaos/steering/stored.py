"""Reads what the service has stored about questions that people steer."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.chaos.stored import select_rows


class _Row(NamedTuple):
    id: int
    ts: str
    root: str
    event_id: str
    state: str
    outcome: str
    shown: object  # a number in SQLite
    version: int
    stop_asked: object
    settled_at: float | None
    begun_at: float | None


_SELECT = f"SELECT {', '.join(_Row._fields)} FROM questions"


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """One row of the queue. Times are Unix times; `begun_at` None: nobody works on it yet."""

    id: int
    ts: str
    root: str
    event_id: str
    state: str
    outcome: str
    is_shown: bool
    version: int
    is_stop_asked: bool
    settled_at: float | None
    begun_at: float | None


def load_questions(folder: Path) -> list[StoredQuestion]:
    """Load all questions, also those that a press has asked."""
    return [
        StoredQuestion(
            row.id,
            row.ts,
            row.root,
            row.event_id,
            row.state,
            row.outcome,
            bool(row.shown),
            row.version,
            bool(row.stop_asked),
            row.settled_at,
            row.begun_at,
        )
        for row in map(_Row._make, select_rows(folder, _SELECT))
    ]


def try_to_load(folder: Path) -> dict[str, StoredQuestion]:
    """Load the questions by their ts; none where the database is just away."""
    errors: tuple[type[Exception], ...] = (sqlite3.Error,)
    try:
        from psycopg import Error
    except ImportError:  # the driver is an extra
        pass
    else:
        errors = (sqlite3.Error, Error)
    try:
        return {question.ts: question for question in load_questions(folder)}
    except errors:
        return {}
