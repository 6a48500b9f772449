"""Answers that a person wants again, and what was pressed under an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_postgresql = op.get_context().dialect.name == "postgresql"
    text = sa.Text(collation="C") if is_postgresql else sa.Text()
    with op.batch_alter_table("questions") as questions:
        questions.add_column(sa.Column("kept", text, nullable=False, server_default=""))
        questions.add_column(sa.Column("presses", text, nullable=False, server_default=""))
