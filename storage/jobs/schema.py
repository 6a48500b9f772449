"""Declares the table of what one process does for all. See `duties.py`."""

from __future__ import annotations

from sqlalchemy import Column, Float, Table

from storage.engine.dialects import TEXT
from storage.schema import metadata

# What one process does for all, until `held_until`. Empty on SQLite.
duties = Table(
    "duties",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("holder", TEXT, nullable=False),
    Column("held_until", Float, nullable=False),
)
