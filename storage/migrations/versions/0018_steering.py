"""What people want of answers that are there: that they stop, that an edited message counts."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("turns") as turns:
        turns.add_column(sa.Column("edited_ts", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("questions") as questions:
        questions.add_column(
            sa.Column("stop_asked", sa.Boolean(), nullable=False, server_default="0")
        )
        questions.add_column(sa.Column("reask_at", sa.Float()))
        questions.add_column(sa.Column("edits", sa.Text(), nullable=False, server_default=""))
