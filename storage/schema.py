"""Declare the tables, but for those of the budgets. See the other modules for their queries."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
)

from bot.domain.questions import SUSPECT_CRASHES
from storage.engine.dialects import INTEGER, TEXT, build_partial_index

metadata = MetaData()


def _build_thread_columns(*, primary_key: bool = False) -> list[Column[str]]:
    """Return the columns that name a thread."""
    names = ("team", "channel", "root")
    return [Column(name, TEXT, primary_key=primary_key, nullable=False) for name in names]


# `joined`: Easel takes part, so a follow-up needs no mention. `earlier_kept`: what was said before
# is in `turns`. `left_ts`: of a message that asked Easel to leave; `back_ts`: of the last mention.
# `tokens_…`: of all requests, as estimated and reported. `titled_by`: a `TitleAuthor`, or "".
threads = Table(
    "threads",
    metadata,
    *_build_thread_columns(primary_key=True),
    Column("joined", Boolean, nullable=False),
    Column("earlier_kept", Boolean, nullable=False),
    Column("tokens_estimated", INTEGER, nullable=False, server_default="0"),
    Column("tokens_reported", INTEGER, nullable=False, server_default="0"),
    Column("left_ts", TEXT, nullable=False, server_default=""),
    Column("back_ts", TEXT, nullable=False, server_default=""),
    Column("titled_by", TEXT, nullable=False, server_default=""),
)

# Messages of persons and answers of Easel. `place` orders a thread: a person's message has its own
# ts, an answer the ts of its question, so that it follows it whatever was posted in the meantime.
# `about_ts` is the ts of a quoted message. `is_replaced`: an answer that another one has replaced,
# under a ts of its own, or whose question is deleted: its words are not read any more. `edited_ts`
# is the ts of the last edit that was taken, of the message or of the one that it quotes.
turns = Table(
    "turns",
    metadata,
    Column("id", INTEGER, primary_key=True),
    *_build_thread_columns(),
    Column("ts", TEXT, nullable=False),
    Column("place", TEXT, nullable=False),
    Column("speaker", TEXT, nullable=False),
    Column("user", TEXT, nullable=False),
    Column("text", TEXT, nullable=False),
    Column("stored_at", Float, nullable=False),
    Column("tokens", INTEGER, nullable=False, server_default="0"),
    Column("about_ts", TEXT, nullable=False, server_default=""),
    Column("is_replaced", Boolean, nullable=False, server_default="0"),
    Column("edited_ts", TEXT, nullable=False, server_default=""),
    UniqueConstraint("team", "channel", "ts", "speaker", name="turn_once"),
    build_partial_index("turns_about", "channel", "about_ts", where="about_ts != ''"),
    Index("turns_of_thread", "team", "channel", "root", "place", "id"),
)

# Files of a turn: uploads as Slack described them, or what Easel made. Never bytes. Pictures made
# in a thread are numbered by `version` from 1; `made_from` names the pictures they are based on,
# `revised_prompt` what the provider says was drawn.
files = Table(
    "files",
    metadata,
    Column("turn_id", INTEGER, ForeignKey("turns.id"), primary_key=True),
    Column("position", INTEGER, primary_key=True),
    Column("slack_id", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("mimetype", TEXT, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("url", TEXT, nullable=False),
    Column("mode", TEXT, nullable=False),
    Column("access", TEXT, nullable=False),
    Column("sha256", TEXT, nullable=False),
    Column("copy_sha256", TEXT, nullable=False),
    Column("version", INTEGER, nullable=False, server_default="0"),
    Column("made_from", TEXT, nullable=False, server_default=""),
    Column("revised_prompt", TEXT, nullable=False, server_default=""),
    Index("files_by_slack_id", "slack_id"),
    Index("files_by_copy", "copy_sha256"),
)

# The working copy of bytes that were read once, by the sha256 of the bytes.
readings = Table(
    "readings",
    metadata,
    Column("sha256", TEXT, primary_key=True),
    Column("copy_sha256", TEXT, nullable=False),
    Column("made_at", Float, nullable=False),
)

# What the model was shown of a thread's files with the question at `ts`, in words and tokens.
sightings = Table(
    "sightings",
    metadata,
    Column("id", INTEGER, primary_key=True),
    *_build_thread_columns(),
    Column("ts", TEXT, nullable=False),
    Column("position", INTEGER, nullable=False),
    Column("slack_id", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("pages", TEXT, nullable=False),
    Column("pixels", TEXT, nullable=False),
    Column("tokens", INTEGER, nullable=False),
    Column("left_out", TEXT, nullable=False),
    UniqueConstraint("team", "channel", "ts", "position", name="sighting_once"),
    Index("sightings_of_thread", "team", "channel", "root", "ts"),
)

_IS_UNCLAIMED_SUSPECT = f"claimed_by = '' AND crashes >= {SUSPECT_CRASHES}"

# Messages that Easel has to answer. `state` is stored, claimed, replying or settled. A question is
# open until it is `shown`; `claimed_by` is empty while no process works on it, in any state.
# `begun_at` is its first claim, `shown_at` when all of its answer was there; null before that.
# `crashes` are the ends of a process that are charged to it. `back_reference` is taken if the
# answer took something of an earlier conversation along, declined once the person has asked without
# it, apart for the question that asks so, else empty. `version` counts its answers; `ending` is how
# the model's ended, empty where no model was asked. `stop_asked`: a person wants it to stop.
# `reask_at`: when it is to be asked again, because its message was edited while it was being
# answered, else null; `edits` are the times at which edits led to a new answer, as Unix seconds,
# and, as negative ones, those at which changes of what it reads did.
# `kept` says how the answer ended that stands until a new one is whole, which a person pressed for,
# else empty. `words_changed`: something of its prompt was edited or deleted since it was
# claimed. `offer_due`: when to offer to delete its answer, because it was deleted, else null.
# `presses` are those that asked something about an answer: name, version and ts.
questions = Table(
    "questions",
    metadata,
    Column("id", INTEGER, primary_key=True),
    Column("turn_id", INTEGER, ForeignKey("turns.id"), nullable=False, unique=True),
    Column("event_id", TEXT, nullable=False),
    *_build_thread_columns(),
    Column("ts", TEXT, nullable=False),
    Column("user", TEXT, nullable=False, server_default=""),
    Column("user_team", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("attempt", INTEGER, nullable=False),
    Column("claims", INTEGER, nullable=False, server_default="0"),
    Column("claimed_by", TEXT, nullable=False, server_default=""),
    Column("claimed_until", Float, nullable=False, server_default="0"),
    Column("due_at", Float, nullable=False, server_default="0"),
    Column("outcome", TEXT, nullable=False),
    Column("note", TEXT, nullable=False, server_default=""),
    Column("answer_turn_id", INTEGER, ForeignKey("turns.id")),
    Column("shown", Boolean, nullable=False, server_default="0"),
    Column("stored_at", Float, nullable=False),
    Column("settled_at", Float),
    Column("begun_at", Float),
    Column("shown_at", Float),
    Column("go_on", Boolean, nullable=False, server_default="0"),
    Column("crashes", INTEGER, nullable=False, server_default="0"),
    Column("is_isolated", Boolean, nullable=False, server_default="0"),
    Column("back_reference", TEXT, nullable=False, server_default=""),
    Column("version", INTEGER, nullable=False, server_default="1"),
    Column("stop_asked", Boolean, nullable=False, server_default="0"),
    Column("reask_at", Float),
    Column("edits", TEXT, nullable=False, server_default=""),
    Column("ending", TEXT, nullable=False, server_default=""),
    Column("kept", TEXT, nullable=False, server_default=""),
    Column("presses", TEXT, nullable=False, server_default=""),
    Column("words_changed", Boolean, nullable=False, server_default="0"),
    Column("offer_due", Float),
    build_partial_index("questions_due", "ts", "id", flags="NOT shown", where="claimed_by = ''"),
    build_partial_index(
        "questions_open", "team", "channel", "root", "ts", flags="NOT shown", where=""
    ),
    build_partial_index("questions_claimed", "claimed_by", "user", where="claimed_by != ''"),
    Index("questions_by_answer", "answer_turn_id"),
    build_partial_index("questions_offered", "offer_due", where="offer_due IS NOT NULL"),
    build_partial_index(
        "questions_suspected", "crashes", "ts", "id", flags="NOT shown", where=_IS_UNCLAIMED_SUSPECT
    ),
)

# The messages of a question's reply, recorded as soon as Slack has returned their ts.
reply_messages = Table(
    "reply_messages",
    metadata,
    Column("question_id", INTEGER, ForeignKey("questions.id"), primary_key=True),
    Column("ts", TEXT, primary_key=True),
    *_build_thread_columns(),
    Index("messages_of_thread", "team", "channel", "root"),
)

# Received events and deletions of messages. Kept for as long as Slack may redeliver an event.
events = Table(
    "events",
    metadata,
    Column("event_id", TEXT, primary_key=True),
    Column("seen_at", Float, nullable=False),
    Index("events_seen", "seen_at"),
    sqlite_with_rowid=False,
)

# One request to a model, successful or not. `cost_nano` is in 1e-9 US dollars; while it is null the
# cost is unknown and at most `worst_nano`. `basis` says where the cost is from; `estimated`: it is
# not the provider's own word. `odd_claim` is a reported cost that is not believed. `request_key`
# names a row that was recorded before its request was sent. `parameters` are flags, without
# people's words. `bill_due` is when to look up the bill;
# null: never (again). If no bill comes, the cost is `assumed_nano`. `bill` is running while the
# request may still report its cost, open while a bill is awaited, given_up where none will come.
attempts = Table(
    "attempts",
    metadata,
    Column("id", INTEGER, primary_key=True),
    Column("question_id", INTEGER, ForeignKey("questions.id")),
    Column("team", TEXT, nullable=False, server_default=""),
    Column("channel", TEXT, nullable=False, server_default=""),
    Column("user", TEXT, nullable=False, server_default=""),
    Column("purpose", TEXT, nullable=False, server_default="answer"),
    Column("provider", TEXT, nullable=False, server_default=""),
    Column("model", TEXT, nullable=False),
    Column("generation_id", TEXT, nullable=False),
    Column("outcome", TEXT, nullable=False, server_default=""),
    Column("reason", TEXT, nullable=False, server_default=""),
    Column("parameters", TEXT, nullable=False, server_default=""),
    Column("asked_at", Float, nullable=False, server_default="0"),
    Column("first_ms", INTEGER),
    Column("took_ms", INTEGER),
    Column("prompt_tokens", INTEGER, nullable=False, server_default="0"),
    Column("completion_tokens", INTEGER, nullable=False, server_default="0"),
    Column("cached_tokens", INTEGER, nullable=False, server_default="0"),
    Column("reasoning_tokens", INTEGER, nullable=False, server_default="0"),
    Column("image_tokens", INTEGER, nullable=False, server_default="0"),
    Column("cost_nano", BigInteger),
    Column("estimated", Boolean, nullable=False, server_default="0"),
    Column("worst_nano", BigInteger, nullable=False, server_default="0"),
    Column("price", TEXT, nullable=False, server_default=""),
    Column("bill_tries", INTEGER, nullable=False, server_default="0"),
    Column("bill_due", Float),
    Column("request_key", TEXT, nullable=False, server_default=""),
    Column("basis", TEXT, nullable=False, server_default=""),
    Column("odd_claim", TEXT, nullable=False, server_default=""),
    Column("assumed_nano", BigInteger),
    Column("bill", TEXT, nullable=False, server_default=""),
    build_partial_index(
        "attempts_by_key", "request_key", where="request_key != ''", is_unique=True
    ),
    build_partial_index("attempts_by_bill", "bill", where="bill != ''"),
    build_partial_index("attempts_unpaid", "bill_due", where="bill_due IS NOT NULL"),
    Index("attempts_by_time", "asked_at"),
    Index("attempts_by_question", "question_id"),
    Index("attempts_by_generation", "generation_id"),
)

# The summary of a thread's older messages, up to and including one of them.
summaries = Table(
    "summaries",
    metadata,
    *_build_thread_columns(primary_key=True),
    Column("upto_place", TEXT, nullable=False),
    Column("upto_id", INTEGER, nullable=False),
    Column("text", TEXT, nullable=False),
    Column("tokens", INTEGER, nullable=False),
    Column("made_at", Float, nullable=False),
)
