"""The recipes that people saved for a channel or for themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_postgresql = op.get_context().dialect.name == "postgresql"
    text = sa.Text(collation="C") if is_postgresql else sa.Text()
    op.create_table(
        "saved_recipes",
        sa.Column("team", text, primary_key=True),
        sa.Column("holder", text, primary_key=True),
        sa.Column("key", text, primary_key=True),
        sa.Column("name", text, nullable=False),
        sa.Column("text", text, nullable=False),
        sa.Column("saved_by", text, nullable=False),
        sa.Column("saved_at", sa.Float(), nullable=False),
    )
