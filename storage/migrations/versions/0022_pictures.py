"""What people press under pictures, and what their next question takes along."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_postgresql = op.get_context().dialect.name == "postgresql"
    text = sa.Text(collation="C") if is_postgresql else sa.Text()
    integer = sa.BigInteger() if is_postgresql else sa.Integer()
    op.create_table(
        "picture_presses",
        sa.Column("question_id", integer, sa.ForeignKey("questions.id"), primary_key=True),
        sa.Column("of_question", integer, sa.ForeignKey("questions.id"), nullable=False),
        sa.Column("version", integer, nullable=False),
        sa.Column("action", text, nullable=False),
        sa.Column("file_ids", text, nullable=False, server_default=""),
        sa.Column("key", text, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
    )
    op.create_index("presses_of_picture", "picture_presses", ["of_question", "version", "action"])
    op.create_index("presses_by_key", "picture_presses", ["key"], unique=True)
    op.create_table(
        "picture_references",
        sa.Column("team", text, primary_key=True),
        sa.Column("channel", text, primary_key=True),
        sa.Column("root", text, primary_key=True),
        sa.Column("user", text, primary_key=True),
        sa.Column("pressed_ts", text, primary_key=True),
        sa.Column("file_id", text, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("references_by_time", "picture_references", ["at"])
