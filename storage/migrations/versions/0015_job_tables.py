"""Several processes on one database: Procrastinate's tables, on PostgreSQL alone."""

from alembic import op

from storage.jobs.tables import create_job_tables

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        create_job_tables(op.get_bind())
