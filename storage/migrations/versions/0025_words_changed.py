"""Whether what a question would send was edited or deleted while it was being answered."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("questions") as questions:
        questions.add_column(
            sa.Column("words_changed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
