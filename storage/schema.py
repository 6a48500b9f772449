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
# `earlier_kept`: what was said before Easel came is in `turns` (or there was nothing). The tokens
# are those of requests in it, as they were guessed and as the provider counted them.
threads = Table(
    "threads",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("root", Text, primary_key=True),
    Column("joined", Boolean, nullable=False),
    Column("earlier_kept", Boolean, nullable=False),
    Column("tokens_estimated", Integer, nullable=False, server_default="0"),
    Column("tokens_reported", Integer, nullable=False, server_default="0"),
)

# What was said. `place` orders a thread: a person's message stands at its own ts, an answer at
# the ts of its question, so that it follows it whatever was posted meanwhile. `about_ts` is the
# message that it quotes.
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
    Column("tokens", Integer, nullable=False, server_default="0"),
    Column("about_ts", Text, nullable=False, server_default=""),
    UniqueConstraint("team", "channel", "ts", "speaker", name="turn_once"),
    Index("turns_about", "channel", "about_ts", sqlite_where=text("about_ts != ''")),
    Index("turns_of_thread", "team", "channel", "root", "place", "id"),
)

# Files of a turn: uploads as Slack described them, or what Easel made. Never bytes. Pictures made
# in a thread are numbered by `version` from 1; `made_from` names what they were made of.
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
    Column("version", Integer, nullable=False, server_default="0"),
    Column("made_from", Text, nullable=False, server_default=""),
    Index("files_by_slack_id", "slack_id"),
    Index("files_by_copy", "copy_sha256"),
)

# Which working copy bytes came to that were read once, by their sha256.
readings = Table(
    "readings",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("copy_sha256", Text, nullable=False),
    Column("made_at", Float, nullable=False),
)

# What the model was shown of a thread's files with the question at `ts`, in words and tokens.
sightings = Table(
    "sightings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("team", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("root", Text, nullable=False),
    Column("ts", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("slack_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("pages", Text, nullable=False),
    Column("pixels", Text, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("left_out", Text, nullable=False),
    UniqueConstraint("team", "channel", "ts", "position", name="sighting_once"),
    Index("sightings_of_thread", "team", "channel", "root", "ts"),
)

# A message Easel has to answer: state is stored, claimed, replying or settled. A question is open
# until it is `shown`; `claimed_by` is empty where nobody works on it, whatever the state.
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
    Column("user", Text, nullable=False, server_default=""),
    Column("user_team", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("claims", Integer, nullable=False, server_default="0"),
    Column("claimed_by", Text, nullable=False, server_default=""),
    Column("claimed_until", Float, nullable=False, server_default="0"),
    Column("due_at", Float, nullable=False, server_default="0"),
    Column("outcome", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("answer_turn_id", Integer, ForeignKey("turns.id")),
    Column("shown", Boolean, nullable=False, server_default="0"),
    Column("stored_at", Float, nullable=False),
    Column("settled_at", Float),
    Column("go_on", Boolean, nullable=False, server_default="0"),
    Index("questions_due", "ts", "id", sqlite_where=text("shown = 0 AND claimed_by = ''")),
    Index("questions_open", "team", "channel", "root", "ts", sqlite_where=text("shown = 0")),
    Index("questions_claimed", "claimed_until", sqlite_where=text("claimed_by != ''")),
)

# The messages of a question's reply, as soon as Slack has given their ts.
reply_messages = Table(
    "reply_messages",
    metadata,
    Column("question_id", Integer, ForeignKey("questions.id"), primary_key=True),
    Column("ts", Text, primary_key=True),
    Column("team", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("root", Text, nullable=False),
    Index("messages_of_thread", "team", "channel", "root"),
)

# Events that were taken, by the id that Slack gives each; kept for as long as it may redeliver.
events = Table(
    "events",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("seen_at", Float, nullable=False),
    Index("events_seen", "seen_at"),
    sqlite_with_rowid=False,
)

# What one request to a model took, successful or not. `cost_nano` is 1e-9 US dollars; null: not
# known (yet), and then `worst_nano` is the most it can be. `estimated`: computed by us, with
# `price`. `bill_due` is when to ask for it, null: never again.
attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question_id", Integer, ForeignKey("questions.id")),
    Column("team", Text, nullable=False, server_default=""),
    Column("channel", Text, nullable=False, server_default=""),
    Column("user", Text, nullable=False, server_default=""),
    Column("purpose", Text, nullable=False, server_default="answer"),
    Column("provider", Text, nullable=False, server_default=""),
    Column("model", Text, nullable=False),
    Column("generation_id", Text, nullable=False),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("asked_at", Float, nullable=False, server_default="0"),
    Column("first_ms", Integer),
    Column("took_ms", Integer),
    Column("prompt_tokens", Integer, nullable=False, server_default="0"),
    Column("completion_tokens", Integer, nullable=False, server_default="0"),
    Column("cached_tokens", Integer, nullable=False, server_default="0"),
    Column("reasoning_tokens", Integer, nullable=False, server_default="0"),
    Column("image_tokens", Integer, nullable=False, server_default="0"),
    Column("cost_nano", BigInteger),
    Column("estimated", Boolean, nullable=False, server_default="0"),
    Column("worst_nano", BigInteger, nullable=False, server_default="0"),
    Column("price", Text, nullable=False, server_default=""),
    Column("bill_tries", Integer, nullable=False, server_default="0"),
    Column("bill_due", Float),
    Index(
        "attempt_once",
        "question_id",
        "generation_id",
        unique=True,
        sqlite_where=text("generation_id != ''"),
    ),
    Index("attempts_unpaid", "bill_due", sqlite_where=text("bill_due IS NOT NULL")),
    Index("attempts_by_time", "asked_at"),
    Index("attempts_by_user", "user", "asked_at"),
    Index("attempts_by_channel", "channel", "asked_at"),
)

# Money that requests may still cost which have not been noted as taken.
reservations = Table(
    "reservations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("team", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("question_id", Integer),
    Column("nano", BigInteger, nullable=False),
    Column("made_at", Float, nullable=False),
    Index("reservations_of_question", "question_id"),
)

# Budgets that were changed, used up, or nearly: kind is changed, refused or warned.
budget_events = Table(
    "budget_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("kind", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("told", Text, nullable=False),
)

# What the older messages of a thread came to, up to and including one.
summaries = Table(
    "summaries",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("root", Text, primary_key=True),
    Column("upto_place", Text, nullable=False),
    Column("upto_id", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("made_at", Float, nullable=False),
)

# Parameters that people of a channel have set for it, as flags.
channel_settings = Table(
    "channel_settings",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("flags", Text, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", Float, nullable=False),
)
