"""Declares the table of alerts. See `store.py`."""

from __future__ import annotations

from sqlalchemy import Column, Float, Table

from storage.engine.dialects import TEXT
from storage.schema import metadata

# What is wrong, of what, since when, and which operators know: ids, names and numbers, no words of
# people. `kind` is one of `bot.domain.stores.alerts.AlertKind`; `details`, `told` and `told_end`
# are JSON.
alerts = Table(
    "alerts",
    metadata,
    Column("kind", TEXT, primary_key=True),
    Column("subject", TEXT, primary_key=True),
    Column("since", Float, nullable=False),
    Column("details", TEXT, nullable=False),
    Column("ended_at", Float),
    Column("told_at", Float),
    Column("told", TEXT, nullable=False),
    Column("told_end", TEXT, nullable=False),
    sqlite_with_rowid=False,
)
