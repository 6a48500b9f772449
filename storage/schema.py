"""The tables. Declares only; queries stand in the module of each table family."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

# A thread Easel has to do with. `joined`: it takes part, so a follow-up needs no mention.
# `earlier_kept`: what was said before Easel came is in `turns` (or there was nothing).
threads = Table(
    "threads",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("root", Text, primary_key=True),
    Column("joined", Boolean, nullable=False),
    Column("earlier_kept", Boolean, nullable=False),
)

# What was said. `place` orders a thread: a person's message stands at its own ts, an answer at
# the ts of its question, so that it follows it whatever was posted meanwhile.
turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("team", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("root", Text, nullable=False),
    Column("ts", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("speaker", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("stored_at", Float, nullable=False),
    UniqueConstraint("team", "channel", "ts", "speaker", name="turn_once"),
    Index("turns_of_thread", "team", "channel", "root", "place", "id"),
)

# Files of a turn: uploads as Slack described them, or pictures Easel made. Never bytes.
files = Table(
    "files",
    metadata,
    Column("turn_id", Integer, ForeignKey("turns.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("slack_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("mimetype", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("url", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("access", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("copy_sha256", Text, nullable=False),
)

# A message Easel has to answer: state is stored, claimed or settled.
questions = Table(
    "questions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("turn_id", Integer, ForeignKey("turns.id"), nullable=False, unique=True),
    Column("event_id", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("root", Text, nullable=False),
    Column("ts", Text, nullable=False),
    Column("user_team", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("stored_at", Float, nullable=False),
    Column("settled_at", Float),
    Index("questions_stored", "ts", "id", sqlite_where=text("state = 'stored'")),
    Index("questions_open", "team", "channel", "root", sqlite_where=text("state != 'settled'")),
)

# What an answer took, as the provider reported it. `cost_nano` is 1e-9 US dollars; null: unknown.
answers = Table(
    "answers",
    metadata,
    Column("question_id", Integer, ForeignKey("questions.id"), primary_key=True),
    Column("turn_id", Integer, ForeignKey("turns.id")),
    Column("model", Text, nullable=False),
    Column("generation_id", Text, nullable=False),
    Column("prompt_tokens", Integer, nullable=False),
    Column("completion_tokens", Integer, nullable=False),
    Column("cached_tokens", Integer, nullable=False),
    Column("reasoning_tokens", Integer, nullable=False),
    Column("image_tokens", Integer, nullable=False),
    Column("cost_nano", BigInteger),
)
