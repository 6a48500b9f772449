"""When a question was begun and shown, and what went wrong on its way."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("questions", sa.Column("begun_at", sa.Float()))
    op.add_column("questions", sa.Column("shown_at", sa.Float()))
    op.add_column("attempts", sa.Column("parameters", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "troubles",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("question_id", sa.Integer(), sa.ForeignKey("questions.id"), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
    )
    op.create_index("attempts_by_question", "attempts", ["question_id"])
    op.create_index("troubles_of_question", "troubles", ["question_id", "id"])
