"""What models cost since when, and what a refused question would have cost.

The history begins with the prices that the ledger's requests were booked with.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_USED_PRICES = """
SELECT provider, model, price, min(asked_at) AS at FROM attempts WHERE price != ''
GROUP BY provider, model, price ORDER BY at
"""
_INSERT = "INSERT INTO prices (provider, model, at, price) VALUES (:provider, :model, :at, :price)"


def upgrade() -> None:
    for name, kind in (
        ("question_id", sa.Integer()),
        ("least_nano", sa.BigInteger()),
        ("most_nano", sa.BigInteger()),
    ):
        op.add_column("budget_events", sa.Column(name, kind))
    op.create_index("budget_events_by_time", "budget_events", ["at"])
    op.create_table(
        "prices",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("price", sa.Text(), nullable=False),
    )
    op.create_index("prices_of_model", "prices", ["provider", "model", "id"])
    connection = op.get_bind()
    last: dict[tuple[str, str], object] = {}
    for row in connection.execute(sa.text(_USED_PRICES)).mappings().all():
        try:
            amounts = {key: value for key, value in json.loads(row["price"]).items() if key != "as_of"}
        except (ValueError, AttributeError):
            continue
        if last.get((row["provider"], row["model"])) != amounts:
            last[row["provider"], row["model"]] = amounts
            connection.execute(sa.text(_INSERT), dict(row))
