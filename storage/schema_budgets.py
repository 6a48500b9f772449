"""Declare the tables of the budgets. See `schema.py` for all other tables."""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Column, Float, Index, Table, event

from storage.engine.dialects import INTEGER, TEXT
from storage.schema import metadata
from storage.spending_triggers import POSTGRES_TRIGGERS, TRIGGERS

# Money reserved for requests that are not yet recorded as taken.
reservations = Table(
    "reservations",
    metadata,
    Column("id", INTEGER, primary_key=True),
    Column("team", TEXT, nullable=False),
    Column("channel", TEXT, nullable=False),
    Column("user", TEXT, nullable=False),
    Column("question_id", INTEGER),
    Column("nano", BigInteger, nullable=False),
    Column("made_at", Float, nullable=False),
    Index("reservations_of_question", "question_id"),
)

# Changes of the budgets, and limits reached or nearly so: `kind` is changed, refused or warned.
# A refused question would have cost from `least_nano` to `most_nano`; null in older rows.
budget_events = Table(
    "budget_events",
    metadata,
    Column("id", INTEGER, primary_key=True),
    Column("at", Float, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("user", TEXT, nullable=False),
    Column("channel", TEXT, nullable=False),
    Column("told", TEXT, nullable=False),
    Column("question_id", INTEGER),
    Column("least_nano", BigInteger),
    Column("most_nano", BigInteger),
    Index("budget_events_by_time", "at"),
)

# What each person, channel and workspace has spent on a day: the sums of the rows of `attempts`
# that were asked on it. Triggers of `attempts` keep them (`spending_triggers.py`), so no statement
# that books or changes a cost can forget them. `day` counts the days since 1970-01-01, in UTC;
# `subject` is the id that `scope` names. `pending_nano` is the most that requests without a cost
# may cost.
spending = Table(
    "spending",
    metadata,
    Column("team", TEXT, primary_key=True),
    Column("scope", TEXT, primary_key=True),
    Column("subject", TEXT, primary_key=True),
    Column("day", INTEGER, primary_key=True, autoincrement=False),
    Column("settled_nano", BigInteger, nullable=False),
    Column("pending_nano", BigInteger, nullable=False),
    Index("spending_by_day", "scope", "day"),
    sqlite_with_rowid=False,
)

# Who has been warned of which limit, once in each of its periods, which began on `since_day`.
budget_warnings = Table(
    "budget_warnings",
    metadata,
    Column("team", TEXT, primary_key=True),
    Column("scope", TEXT, primary_key=True),
    Column("subject", TEXT, primary_key=True),
    Column("period", TEXT, primary_key=True),
    Column("since_day", INTEGER, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

for _dialect, _statements in (("sqlite", TRIGGERS), ("postgresql", POSTGRES_TRIGGERS)):
    for _statement in _statements:
        _ddl = DDL(_statement).execute_if(dialect=_dialect)
        event.listen(metadata, "after_create", _ddl)
