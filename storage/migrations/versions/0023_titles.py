"""Who gave a thread its title, so that Easel gives it once and never over a person's."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_postgresql = op.get_context().dialect.name == "postgresql"
    text = sa.Text(collation="C") if is_postgresql else sa.Text()
    with op.batch_alter_table("threads") as threads:
        threads.add_column(sa.Column("titled_by", text, nullable=False, server_default=""))
