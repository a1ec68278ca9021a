"""The bytes of reports that were kept, each under the key of its record."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """The table, empty."""
    op.create_table(
        "kept_file",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Drop it: what was kept is lost, its hashes stay."""
    op.drop_table("kept_file")
