"""What replicas on one database share: duties, interruptions, calls of Slack, alerts, keys."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_postgresql = op.get_context().dialect.name == "postgresql"
    text = sa.Text(collation="C") if is_postgresql else sa.Text()
    op.create_table(
        "duties",
        sa.Column("name", text, primary_key=True),
        sa.Column("holder", text, nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
    )
    op.create_table(
        "interruptions",
        sa.Column("question_id", sa.Integer(), sa.ForeignKey("questions.id"), primary_key=True),
        sa.Column("kind", text, primary_key=True),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("file_ids", text, nullable=False),
        sa.Column("made_at", sa.Float(), nullable=False),
    )
    op.create_index("interruptions_by_time", "interruptions", ["made_at"])
    op.create_table(
        "call_shares",
        sa.Column("team", text, primary_key=True),
        sa.Column("replica", text, primary_key=True),
        sa.Column("shares", text, nullable=False),
        sa.Column("hungry", text, nullable=False),
        sa.Column("renewed_at", sa.Float(), nullable=False),
    )
    op.create_table(
        "call_blocks",
        sa.Column("team", text, primary_key=True),
        sa.Column("method", text, primary_key=True),
        sa.Column("channel", text, primary_key=True),
        sa.Column("until", sa.Float(), nullable=False),
    )
    op.create_table(
        "alert_readings",
        sa.Column("replica", text, primary_key=True),
        sa.Column("kind", text, primary_key=True),
        sa.Column("subject", text, primary_key=True),
        sa.Column("details", text, nullable=False),
        sa.Column("is_known", sa.Boolean(), nullable=False),
        sa.Column("read_at", sa.Float(), nullable=False),
    )
    op.create_table(
        "sealed_keys",
        sa.Column("name", text, primary_key=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
