"""What is spent of each budget as running totals, kept by triggers, and who has been warned."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

# A day is a number: the days since 1970-01-01, in UTC.
_DAY = "CAST({row}.asked_at / 86400 AS INTEGER)"
_SETTLED = "coalesce({row}.cost_nano, 0)"
_PENDING = "CASE WHEN {row}.cost_nano IS NULL THEN {row}.worst_nano ELSE 0 END"
_UPSERT = (
    " ON CONFLICT (team, scope, subject, day) DO UPDATE SET"
    " settled_nano = settled_nano + excluded.settled_nano,"
    " pending_nano = pending_nano + excluded.pending_nano;"
)


def _add(row: str, sign: str) -> str:
    """Add the amounts of a row to the totals of its person, channel and workspace."""
    amounts = f"{_DAY}, {sign}{_SETTLED}, {sign}({_PENDING})".format(row=row)
    subjects = (("user", "user"), ("channel", "channel"), ("workspace", "team"))
    values = ", ".join(
        f"({row}.team, '{scope}', {row}.{column}, {amounts})" for scope, column in subjects
    )
    columns = "team, scope, subject, day, settled_nano, pending_nano"
    return f"INSERT INTO spending ({columns}) VALUES {values}{_UPSERT}"


_TRIGGERS = {
    "spending_of_inserted": f"AFTER INSERT ON attempts BEGIN {_add('NEW', '')} END",
    "spending_of_updated": (
        "AFTER UPDATE OF team, channel, user, asked_at, cost_nano, worst_nano ON attempts"
        f" BEGIN {_add('OLD', '-')} {_add('NEW', '')} END"
    ),
    "spending_of_deleted": f"AFTER DELETE ON attempts BEGIN {_add('OLD', '-')} END",
}


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
    op.create_index("attempts_by_generation", "attempts", ["generation_id"], if_not_exists=True)
    # Budgets need the requests of this month, in UTC, only.
    for scope, column in (("user", "user"), ("channel", "channel"), ("workspace", "team")):
        op.execute(
            f"INSERT INTO spending SELECT team, '{scope}', {column},"
            f" {_DAY.format(row='attempts')} AS day, sum({_SETTLED.format(row='attempts')}),"
            f" sum({_PENDING.format(row='attempts')}) FROM attempts"
            " WHERE asked_at >= CAST(strftime('%s', 'now', 'start of month') AS INTEGER)"
            f" GROUP BY team, {column}, day"
        )
    for name, body in _TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {body}")
