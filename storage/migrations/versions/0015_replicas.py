"""Several processes on one database: Procrastinate's tables, and which process does what alone.

On SQLite only the table, which stays empty.
"""

import sqlalchemy as sa
from alembic import op

from storage.engine.dialects import TEXT
from storage.jobs.tables import create_job_tables

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duties",
        sa.Column("name", TEXT, primary_key=True, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("held_until", sa.Float(), nullable=False),
    )
    if op.get_context().dialect.name == "postgresql":
        create_job_tables(op.get_bind())
