"""Which answer to a question is shown, how it ended, and what people think of it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_postgresql = op.get_context().dialect.name == "postgresql"
    text = sa.Text(collation="C") if is_postgresql else sa.Text()
    op.add_column(
        "turns", sa.Column("is_replaced", sa.Boolean(), nullable=False, server_default="0")
    )
    op.add_column(
        "questions", sa.Column("version", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column("questions", sa.Column("ending", text, nullable=False, server_default=""))
    op.create_table(
        "feedback",
        sa.Column("question_id", sa.Integer(), sa.ForeignKey("questions.id"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("user", text, primary_key=True),
        sa.Column("verdict", text, nullable=False),
        sa.Column("reasons", text, nullable=False, server_default=""),
        sa.Column("words", text, nullable=False, server_default=""),
        sa.Column("pressed_at", text, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("feedback_by_time", "feedback", ["at"])
