"""Declares the table of feedback. See `store.py`."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Table

from storage.engine.dialects import INTEGER, TEXT
from storage.schema import metadata

# What a person thinks of one answer to a question, `version` counts the answers: one row each, the
# last press counts. `verdict` is good or bad; `reasons` are codes with commas between them, `words`
# a line of that person's own.
feedback = Table(
    "feedback",
    metadata,
    Column("question_id", INTEGER, ForeignKey("questions.id"), primary_key=True),
    Column("version", INTEGER, primary_key=True),
    Column("user", TEXT, primary_key=True),
    Column("verdict", TEXT, nullable=False),
    Column("reasons", TEXT, nullable=False, server_default=""),
    Column("words", TEXT, nullable=False, server_default=""),
    Column("pressed_at", TEXT, nullable=False),
    Column("at", Float, nullable=False),
    Index("feedback_by_time", "at"),
    sqlite_with_rowid=False,
)
