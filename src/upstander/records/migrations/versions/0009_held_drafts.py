"""Drafts that programs wrote for an account, until a person finishes them."""

import sqlalchemy as sa
from alembic import op

from upstander.records.schema import Instant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """The table, empty."""
    op.create_table(
        "held_draft",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("made", Instant, nullable=False),
        sa.Column("ends", Instant, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
    )
    op.create_index("ix_held_draft_account", "held_draft", ["account"])


def downgrade() -> None:
    """Drop it: drafts that nobody finished are lost."""
    op.drop_table("held_draft")
