"""Declares the tables that replicas use to agree with each other. See the other modules."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, LargeBinary, Table

from storage.engine.dialects import INTEGER, TEXT
from storage.schema import metadata

# What one replica does for all, such as telling operators. `until` is a Unix time.
duties = Table(
    "duties",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("holder", TEXT, nullable=False),
    Column("until", Float, nullable=False),
)

# What a replica has heard of a question that another one is answering. `kind` is stop or restart;
# a restart is for the claim of that number alone. `file_ids` are those that came too late for it.
interruptions = Table(
    "interruptions",
    metadata,
    Column("question_id", INTEGER, ForeignKey("questions.id"), primary_key=True),
    Column("kind", TEXT, primary_key=True),
    Column("claims", INTEGER, nullable=False),
    Column("file_ids", TEXT, nullable=False),
    Column("made_at", Float, nullable=False),
    Index("interruptions_by_time", "made_at"),
)

# How many calls of each of Slack's methods a replica may make in a minute. `shares` and `used` are
# JSON, by method; `hungry` lists the methods of which it needs more.
call_shares = Table(
    "call_shares",
    metadata,
    Column("team", TEXT, primary_key=True),
    Column("replica", TEXT, primary_key=True),
    Column("shares", TEXT, nullable=False),
    Column("hungry", TEXT, nullable=False),
    Column("renewed_at", Float, nullable=False),
)

# Until when Slack takes no calls of a method, in one channel or, where it is "", anywhere.
call_blocks = Table(
    "call_blocks",
    metadata,
    Column("team", TEXT, primary_key=True),
    Column("method", TEXT, primary_key=True),
    Column("channel", TEXT, primary_key=True),
    Column("until", Float, nullable=False),
)

# What each replica finds wrong: the one that tells the operators knows of all of it.
alert_readings = Table(
    "alert_readings",
    metadata,
    Column("replica", TEXT, primary_key=True),
    Column("kind", TEXT, primary_key=True),
    Column("subject", TEXT, primary_key=True),
    Column("details", TEXT, nullable=False),
    Column("is_known", Boolean, nullable=False),
    Column("read_at", Float, nullable=False),
)

# Keys that replicas have in common, encrypted with EASEL_SECRET.
sealed_keys = Table(
    "sealed_keys",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
