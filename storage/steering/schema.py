"""Declare the table of what channels have set."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Table

from storage.engine.dialects import TEXT
from storage.schema import metadata

# Request options of a channel, as flags, and whether mentions alone are answered in its threads.
channel_settings = Table(
    "channel_settings",
    metadata,
    Column("team", TEXT, primary_key=True),
    Column("channel", TEXT, primary_key=True),
    Column("flags", TEXT, nullable=False),
    Column("set_by", TEXT, nullable=False),
    Column("set_at", Float, nullable=False),
    Column("mentions_only", Boolean, nullable=False, server_default="0"),
)
