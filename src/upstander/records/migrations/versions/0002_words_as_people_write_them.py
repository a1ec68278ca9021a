"""The words to search were folded anew here; they are searched without a table now (see 0004)."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Nothing any more."""


def downgrade() -> None:
    """Nothing."""
