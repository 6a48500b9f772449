"""What an answer took along of an earlier conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("questions") as questions:
        questions.add_column(
            sa.Column("back_reference", sa.Text(), nullable=False, server_default="")
        )
