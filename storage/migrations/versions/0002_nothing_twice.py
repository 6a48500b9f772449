"""Claims as leases, the reply's messages, taken events, and costs by attempt."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEW_COLUMNS: tuple[sa.Column[Any], ...] = (
    sa.Column("user", sa.Text(), nullable=False, server_default=""),
    sa.Column("claims", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("claimed_by", sa.Text(), nullable=False, server_default=""),
    sa.Column("claimed_until", sa.Float(), nullable=False, server_default="0"),
    sa.Column("due_at", sa.Float(), nullable=False, server_default="0"),
    sa.Column("note", sa.Text(), nullable=False, server_default=""),
    sa.Column("answer_turn_id", sa.Integer(), sa.ForeignKey("turns.id", name="answer"), nullable=True),
    sa.Column("shown", sa.Boolean(), nullable=False, server_default="0"),
)


def upgrade() -> None:
    op.drop_index("questions_open", table_name="questions")
    op.drop_index("questions_stored", table_name="questions")
    with op.batch_alter_table("questions") as questions:
        for column in NEW_COLUMNS:
            questions.add_column(column)
    op.execute("UPDATE questions SET shown = 1 WHERE state = 'settled'")
    op.execute("UPDATE questions SET state = 'stored' WHERE state = 'claimed'")
    op.execute("UPDATE questions SET user = (SELECT t.user FROM turns t WHERE t.id = questions.turn_id)")
    op.create_index("questions_due", "questions", ["ts", "id"], sqlite_where=sa.text("shown = 0 AND claimed_by = ''"))
    op.create_index("questions_open", "questions", ["team", "channel", "root", "ts"], sqlite_where=sa.text("shown = 0"))
    op.create_index("questions_claimed", "questions", ["claimed_until"], sqlite_where=sa.text("claimed_by != ''"))
    op.create_table(
        "reply_messages",
        sa.Column("question_id", sa.Integer(), sa.ForeignKey("questions.id"), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("question_id", "ts"),
    )
    op.create_index("messages_of_thread", "reply_messages", ["team", "channel", "root"])
    op.create_table(
        "events",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("events_seen", "events", ["seen_at"])
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), sa.ForeignKey("questions.id"), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("generation_id", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Float(), nullable=False, server_default="0"),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("completion_tokens", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("cached_tokens", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("reasoning_tokens", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("image_tokens", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("cost_nano", sa.BigInteger(), nullable=True),
        sa.Column("bill_tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("bill_due", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("attempt_once", "attempts", ["question_id", "generation_id"], unique=True, sqlite_where=sa.text("generation_id != ''"))
    op.create_index("attempts_unpaid", "attempts", ["bill_due"], sqlite_where=sa.text("bill_due IS NOT NULL"))
    op.execute(
        "INSERT INTO attempts (question_id, model, generation_id, prompt_tokens, completion_tokens,"
        " cached_tokens, reasoning_tokens, image_tokens, cost_nano, bill_due)"
        " SELECT question_id, model, generation_id, prompt_tokens, completion_tokens, cached_tokens,"
        " reasoning_tokens, image_tokens, cost_nano,"
        " CASE WHEN cost_nano IS NULL AND generation_id != '' THEN 0 END"
        " FROM answers WHERE generation_id != '' OR cost_nano IS NOT NULL"
    )
    op.execute(
        "UPDATE questions SET answer_turn_id ="
        " (SELECT a.turn_id FROM answers a WHERE a.question_id = questions.id)"
    )
    op.drop_table("answers")
