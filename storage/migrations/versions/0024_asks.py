"""What is about to be posted for people who ask by a form, so that it is answered after a crash."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_postgresql = op.get_context().dialect.name == "postgresql"
    text = sa.Text(collation="C") if is_postgresql else sa.Text()
    op.create_table(
        "asks",
        sa.Column("id", text, primary_key=True),
        sa.Column("team", text, nullable=False),
        sa.Column("channel", text, nullable=False),
        sa.Column("user", text, nullable=False),
        sa.Column("words", text, nullable=False),
        sa.Column("since", text, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
    )
