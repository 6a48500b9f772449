"""Declares the table of alerts. See `store.py`."""

from __future__ import annotations

from sqlalchemy import Column, Float, Table, Text

from storage.schema import metadata

# What is wrong, of what, since when, and which operators know: ids, names and numbers, no words of
# people. `kind` is one of `bot.domain.stores.alerts.AlertKind`; `details`, `told` and `told_end`
# are JSON.
alerts = Table(
    "alerts",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("since", Float, nullable=False),
    Column("details", Text, nullable=False),
    Column("ended_at", Float),
    Column("told_at", Float),
    Column("told", Text, nullable=False),
    Column("told_end", Text, nullable=False),
    sqlite_with_rowid=False,
)
