"""What is spent of each budget as running totals, kept by triggers, and who has been warned."""

import sqlalchemy as sa
from alembic import op

from storage.spending_triggers import DAY, PENDING, SETTLED, TRIGGERS

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

def upgrade() -> None:
    op.create_table(
        "spending",
        sa.Column("team", sa.Text(), primary_key=True),
        sa.Column("scope", sa.Text(), primary_key=True),
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("settled_nano", sa.BigInteger(), nullable=False),
        sa.Column("pending_nano", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("spending_by_day", "spending", ["scope", "day"])
    op.create_table(
        "budget_warnings",
        sa.Column("team", sa.Text(), primary_key=True),
        sa.Column("scope", sa.Text(), primary_key=True),
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("period", sa.Text(), primary_key=True),
        sa.Column("since_day", sa.Integer(), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    # The sums of a person and of a channel are kept; a bill is looked up by its generation.
    op.drop_index("attempts_by_user", table_name="attempts")
    op.drop_index("attempts_by_channel", table_name="attempts")
    # Budgets need the requests of this month, in UTC, only.
    for scope, column in (("user", "user"), ("channel", "channel"), ("workspace", "team")):
        op.execute(
            f"INSERT INTO spending SELECT team, '{scope}', {column},"
            f" {DAY.format(row='attempts')} AS day, sum({SETTLED.format(row='attempts')}),"
            f" sum({PENDING.format(row='attempts')}) FROM attempts"
            " WHERE asked_at >= CAST(strftime('%s', 'now', 'start of month') AS INTEGER)"
            f" GROUP BY team, {column}, day"
        )
    for statement in TRIGGERS:
        op.execute(statement)
