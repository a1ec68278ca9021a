"""An account may begin with another country than the installation's own."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; empty for all, which is the installation's own country."""
    op.add_column(
        "account", sa.Column("country", sa.Text, nullable=False, server_default="")
    )


def downgrade() -> None:
    """Drop it: whoever chose a country begins with the installation's own again."""
    op.drop_column("account", "country")
