"""Tokens with which programs ask as an account."""

import sqlalchemy as sa
from alembic import op

from upstander.records.schema import Instant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """The table, empty."""
    op.create_table(
        "api_token",
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created", Instant, nullable=False),
        sa.Column("ends", Instant, nullable=False),
        sa.Column("seen", Instant),
    )
    op.create_index("ix_api_token_account", "api_token", ["account"])


def downgrade() -> None:
    """Drop it: programs are given new tokens."""
    op.drop_table("api_token")
