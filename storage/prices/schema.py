"""Declare the table of the price history. See `store.py` for its queries."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Table

from storage.engine.dialects import INTEGER, TEXT
from storage.schema import metadata

# What a model costs from the time `at` on: one row for each change. `price` is JSON as in the
# ledger, in US dollars per million tokens; "" where the catalogue has no price of it any more.
prices = Table(
    "prices",
    metadata,
    Column("id", INTEGER, primary_key=True),
    Column("provider", TEXT, nullable=False),
    Column("model", TEXT, nullable=False),
    Column("at", Float, nullable=False),
    Column("price", TEXT, nullable=False),
    Index("prices_of_model", "provider", "model", "id"),
)
