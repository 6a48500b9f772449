"""Declares the table of duties, and the index that only several processes need."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Table, text

from storage.engine.dialects import POSTGRESQL, TEXT
from storage.schema import metadata, questions

# What one process does for all, until `held_until`. Empty on SQLite.
duties = Table(
    "duties",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("holder", TEXT, nullable=False),
    Column("held_until", Float, nullable=False),
)

Index(
    "questions_of_person",
    questions.c.user,
    questions.c.ts,
    postgresql_where=text("NOT shown AND claimed_by = ''"),
).ddl_if(dialect=POSTGRESQL)
