"""Entries are hashed with a salt of their own, and the ends of chains are signed and name each other."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns. Entries stay as they are; ``entering.carry_over`` takes their chains over, for it has the keys."""
    op.add_column("entry", sa.Column("salt", sa.Text, nullable=False, server_default=""))
    op.add_column("head", sa.Column("beside", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    """Drop them. What was written since is whole, but the program of before cannot prove it: the salts are gone."""
    op.drop_column("entry", "salt")
    op.drop_column("head", "beside")
