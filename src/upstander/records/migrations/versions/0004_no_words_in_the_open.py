"""No table of words: what a record says is sealed under its own key, and a search opens the records it looks at."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Drop the words; entries stay as they are."""
    op.drop_table("words")


def downgrade() -> None:
    """An empty table: ``upstander audit rebuild`` of the program before fills it."""
    op.create_table(
        "words",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
    )
