"""Declares the table of what goes wrong on the way of questions. See `queue/troubles.py`."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Table

from storage.engine.dialects import INTEGER, TEXT
from storage.schema import metadata

# What went wrong on the way of a question: ids, codes and numbers, no words. `kind` is one of
# `bot.domain.questions.TroubleKind`; `seconds` is how long the question then waited.
troubles = Table(
    "troubles",
    metadata,
    Column("id", INTEGER, primary_key=True),
    Column("question_id", INTEGER, ForeignKey("questions.id"), nullable=False),
    Column("at", Float, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("method", TEXT, nullable=False),
    Column("code", TEXT, nullable=False),
    Column("count", INTEGER, nullable=False),
    Column("seconds", Float, nullable=False),
    Index("troubles_of_question", "question_id", "id"),
)
