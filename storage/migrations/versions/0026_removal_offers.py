"""When the author of a deleted question is to be offered to have its answer deleted as well."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("questions") as questions:
        questions.add_column(sa.Column("offer_due", sa.Float()))
    is_due = sa.text("offer_due IS NOT NULL")
    op.create_index(
        "questions_offered", "questions", ["offer_due"], sqlite_where=is_due, postgresql_where=is_due
    )
