"""Attempts with who, where and price; budgets; summaries; channel settings; tokens of messages."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("turns") as turns:
        turns.add_column(sa.Column("tokens", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("threads") as threads:
        threads.add_column(sa.Column("tokens_estimated", sa.Integer(), nullable=False, server_default="0"))
        threads.add_column(sa.Column("tokens_reported", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("questions") as questions:
        questions.add_column(sa.Column("go_on", sa.Boolean(), nullable=False, server_default="0"))
    _attempts()
    op.create_table(
        "reservations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("nano", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("reservations_of_question", "reservations", ["question_id"])
    op.create_table(
        "budget_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "summaries",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("upto_place", sa.Text(), nullable=False),
        sa.Column("upto_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("team", "channel", "root"),
    )
    op.create_table(
        "channel_settings",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("team", "channel"),
    )


def _attempts() -> None:
    """The ledger as a new table: a request may be made for no question, and tells more."""
    op.drop_index("attempt_once", table_name="attempts")
    op.drop_index("attempts_unpaid", table_name="attempts")
    op.rename_table("attempts", "old_attempts")
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), sa.ForeignKey("questions.id"), nullable=True),
        sa.Column("team", sa.Text(), nullable=False, server_default=""),
        sa.Column("channel", sa.Text(), nullable=False, server_default=""),
        sa.Column("user", sa.Text(), nullable=False, server_default=""),
        sa.Column("purpose", sa.Text(), nullable=False, server_default="answer"),
        sa.Column("provider", sa.Text(), nullable=False, server_default=""),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("generation_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False, server_default=""),
        sa.Column("asked_at", sa.Float(), nullable=False, server_default="0"),
        sa.Column("first_ms", sa.Integer(), nullable=True),
        sa.Column("took_ms", sa.Integer(), nullable=True),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("completion_tokens", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("cached_tokens", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("reasoning_tokens", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("image_tokens", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("cost_nano", sa.BigInteger(), nullable=True),
        sa.Column("estimated", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("worst_nano", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("price", sa.Text(), nullable=False, server_default=""),
        sa.Column("bill_tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("bill_due", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute(
        "INSERT INTO attempts (id, question_id, team, channel, user, provider, model, generation_id,"
        " outcome, asked_at, prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens,"
        " image_tokens, cost_nano, bill_tries, bill_due)"
        " SELECT a.id, a.question_id, q.team, q.channel, q.user, 'openrouter', a.model,"
        " a.generation_id, q.outcome, a.asked_at, a.prompt_tokens, a.completion_tokens,"
        " a.cached_tokens, a.reasoning_tokens, a.image_tokens, a.cost_nano, a.bill_tries, a.bill_due"
        " FROM old_attempts a JOIN questions q ON q.id = a.question_id"
    )
    op.drop_table("old_attempts")
    op.create_index("attempt_once", "attempts", ["question_id", "generation_id"], unique=True, sqlite_where=sa.text("generation_id != ''"))
    op.create_index("attempts_unpaid", "attempts", ["bill_due"], sqlite_where=sa.text("bill_due IS NOT NULL"))
    op.create_index("attempts_by_time", "attempts", ["asked_at"])
    op.create_index("attempts_by_user", "attempts", ["user", "asked_at"])
    op.create_index("attempts_by_channel", "attempts", ["channel", "asked_at"])
