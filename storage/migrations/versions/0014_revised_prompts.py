"""What a provider says that it drew, with each picture."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("files") as files:
        files.add_column(sa.Column("revised_prompt", sa.Text(), nullable=False, server_default=""))
