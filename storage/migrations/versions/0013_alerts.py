"""What the person who runs Easel has to hear of."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Float()),
        sa.Column("told_at", sa.Float()),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("told_end", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )
