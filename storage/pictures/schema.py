"""Declares the tables of the menu under pictures. See `presses.py` and `references.py`."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Table

from storage.engine.dialects import INTEGER, TEXT
from storage.schema import metadata

# Questions that were pressed under version `version` of a thread's pictures, which `of_question`
# asked for. `file_ids` are Slack ids with spaces between them; `key` names the press.
picture_presses = Table(
    "picture_presses",
    metadata,
    Column("question_id", INTEGER, ForeignKey("questions.id"), primary_key=True),
    Column("of_question", INTEGER, ForeignKey("questions.id"), nullable=False),
    Column("version", INTEGER, nullable=False),
    Column("action", TEXT, nullable=False),
    Column("file_ids", TEXT, nullable=False, server_default=""),
    Column("key", TEXT, nullable=False),
    Column("at", Float, nullable=False),
    Index("presses_of_picture", "of_question", "version", "action"),
    Index("presses_by_key", "key", unique=True),
)

# What the next question of a person in a thread takes along: a picture by its Slack id. Who pressed
# at `pressed_ts` means the first question after that.
picture_references = Table(
    "picture_references",
    metadata,
    Column("team", TEXT, primary_key=True),
    Column("channel", TEXT, primary_key=True),
    Column("root", TEXT, primary_key=True),
    Column("user", TEXT, primary_key=True),
    Column("pressed_ts", TEXT, primary_key=True),
    Column("file_id", TEXT, nullable=False),
    Column("at", Float, nullable=False),
    Index("references_by_time", "at"),
    sqlite_with_rowid=False,
)
