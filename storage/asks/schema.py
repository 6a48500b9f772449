"""Declares the table of questions that are about to be posted. See `store.py` for its queries."""

from __future__ import annotations

from sqlalchemy import Column, Float, Table

from storage.engine.dialects import TEXT
from storage.schema import metadata

# A row is there from before a question is posted in the person's name until it is stored. `since`
# is the ts before which it was not posted.
asks = Table(
    "asks",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("team", TEXT, nullable=False),
    Column("channel", TEXT, nullable=False),
    Column("user", TEXT, nullable=False),
    Column("words", TEXT, nullable=False),
    Column("since", TEXT, nullable=False),
    Column("at", Float, nullable=False),
)
