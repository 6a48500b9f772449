"""Crashes that are charged to questions."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("questions") as questions:
        questions.add_column(sa.Column("crashes", sa.Integer(), nullable=False, server_default="0"))
        questions.add_column(
            sa.Column("is_isolated", sa.Boolean(), nullable=False, server_default="0")
        )
    op.drop_index("questions_claimed", table_name="questions")
    op.create_index(
        "questions_claimed",
        "questions",
        ["claimed_by", "user"],
        sqlite_where=sa.text("claimed_by != ''"),
    )
    op.create_index("questions_by_answer", "questions", ["answer_turn_id"])
    op.create_index(
        "questions_suspected",
        "questions",
        ["crashes", "ts", "id"],
        sqlite_where=sa.text("shown = 0 AND claimed_by = '' AND crashes >= 2"),
    )
