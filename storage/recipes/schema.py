"""Declares the table of saved recipes. See `store.py` for its queries."""

from __future__ import annotations

from sqlalchemy import Column, Float, Table

from storage.engine.dialects import TEXT
from storage.schema import metadata

# `holder` is a channel or a person; `key` is the name as it is compared.
saved_recipes = Table(
    "saved_recipes",
    metadata,
    Column("team", TEXT, primary_key=True),
    Column("holder", TEXT, primary_key=True),
    Column("key", TEXT, primary_key=True),
    Column("name", TEXT, nullable=False),
    Column("text", TEXT, nullable=False),
    Column("saved_by", TEXT, nullable=False),
    Column("saved_at", Float, nullable=False),
)
