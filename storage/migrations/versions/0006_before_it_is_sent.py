"""Requests are recorded before they are sent; the ledger says where each cost is from."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A provider may give two answers the same id: they are two costs.
    op.drop_index("attempt_once", table_name="attempts")
    with op.batch_alter_table("attempts") as attempts:
        for name in ("request_key", "basis", "odd_claim", "bill"):
            attempts.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        attempts.add_column(sa.Column("assumed_nano", sa.BigInteger(), nullable=True))
    op.create_index("attempts_by_generation", "attempts", ["generation_id"])
    has_key = sa.text("request_key != ''")
    op.create_index("attempts_by_key", "attempts", ["request_key"], unique=True, sqlite_where=has_key)
    op.create_index("attempts_by_bill", "attempts", ["bill"], sqlite_where=sa.text("bill != ''"))
    op.execute("UPDATE attempts SET bill = 'open' WHERE bill_due IS NOT NULL")
    op.execute(
        "UPDATE attempts SET bill = 'given_up' WHERE bill_due IS NULL AND generation_id != ''"
        " AND provider IN ('', 'openrouter') AND (cost_nano IS NULL OR estimated)"
    )
