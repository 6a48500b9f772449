"""Which answer to a question is shown."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "turns", sa.Column("is_replaced", sa.Boolean(), nullable=False, server_default="0")
    )
    op.add_column(
        "questions", sa.Column("version", sa.Integer(), nullable=False, server_default="1")
    )
