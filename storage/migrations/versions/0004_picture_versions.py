"""Pictures made in a thread are numbered, and say what they were made from."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("files") as files:
        files.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
        files.add_column(sa.Column("made_from", sa.Text(), nullable=False, server_default=""))
    op.execute(
        "WITH made AS (SELECT f.turn_id AS t, f.position AS p, ROW_NUMBER() OVER"
        " (PARTITION BY t.team, t.channel, t.root ORDER BY t.place, t.id, f.position) AS n"
        " FROM files f JOIN turns t ON t.id = f.turn_id"
        " WHERE t.speaker = 'easel' AND f.mimetype LIKE 'image/%')"
        " UPDATE files SET version = (SELECT n FROM made WHERE t = turn_id AND p = position)"
        " WHERE EXISTS (SELECT 1 FROM made WHERE t = turn_id AND p = position)"
    )
