"""Threads that Easel has left, and channels in which it answers mentions only."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_postgresql = op.get_context().dialect.name == "postgresql"
    text = sa.Text(collation="C") if is_postgresql else sa.Text()
    with op.batch_alter_table("threads") as threads:
        threads.add_column(sa.Column("left_ts", text, nullable=False, server_default=""))
        threads.add_column(sa.Column("back_ts", text, nullable=False, server_default=""))
    with op.batch_alter_table("channel_settings") as settings:
        settings.add_column(
            sa.Column("mentions_only", sa.Boolean(), nullable=False, server_default="0")
        )
