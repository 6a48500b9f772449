"""What files came to by the bytes they had, and what the model was shown of them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "readings",
        sa.Column("sha256", sa.Text(), primary_key=True),
        sa.Column("copy_sha256", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Float(), nullable=False),
    )
    op.create_table(
        "sightings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slack_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("pages", sa.Text(), nullable=False),
        sa.Column("pixels", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.UniqueConstraint("team", "channel", "ts", "position", name="sighting_once"),
    )
    op.create_index("sightings_of_thread", "sightings", ["team", "channel", "root", "ts"])
    with op.batch_alter_table("turns") as turns:
        turns.add_column(sa.Column("about_ts", sa.Text(), nullable=False, server_default=""))
    op.create_index(
        "turns_about", "turns", ["channel", "about_ts"], sqlite_where=sa.text("about_ts != ''")
    )
    op.create_index("files_by_slack_id", "files", ["slack_id"])
    op.create_index("files_by_copy", "files", ["copy_sha256"])
    # Working copies have another form from here on; they are made again when they are needed.
    op.execute("UPDATE files SET copy_sha256 = ''")
