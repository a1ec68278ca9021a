"""People's records, their keys, and the rows of accounts."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from upstander.records.schema import Instant

revision = "0001"
down_revision = None

TABLES = (
    "one_time",
    "attempt",
    "session",
    "account",
    "space",
    "contact",
    "data_key",
    "words",
    "granted",
    "current",
    "head",
    "entry",
)
REFUSAL = "entries are never changed or deleted; append a next version"


def upgrade() -> None:
    """Make every table, and the triggers that keep entries as they are."""
    _truth()
    _projections()
    _keys()
    _doors()
    _refuse_changes()


def downgrade() -> None:
    """Drop everything. What people wrote is lost: make a backup first."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION entry_refuses()")


def _text(name: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, **options)


def _truth() -> None:
    op.create_table(
        "entry",
        _text("chain", primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        _text("action"),
        _text("kind"),
        _text("id"),
        sa.Column("version", sa.Integer, nullable=False),
        _text("body"),
        sa.Column("sealed", sa.LargeBinary),
        _text("sealed_hash"),
        _text("stamp"),
        _text("parent"),
        _text("place"),
        _text("who"),
        sa.Column("at", Instant, nullable=False),
        _text("why"),
        _text("before"),
        _text("hash"),
        sa.UniqueConstraint("id", "version", name="entry_version"),
    )
    op.create_index("entry_place", "entry", ["place", "kind"])
    op.create_index("entry_at", "entry", ["chain", "at"])
    op.create_table(
        "head",
        _text("chain", primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        _text("hash"),
        _text("seal"),
    )


def _projections() -> None:
    op.create_table(
        "current",
        _text("id", primary_key=True),
        _text("kind"),
        sa.Column("version", sa.Integer, nullable=False),
        _text("parent"),
        _text("space"),
        _text("author"),
        _text("marking"),
        _text("usage"),
        sa.Column("restricted", sa.Boolean, nullable=False),
        sa.Column("erased", sa.Boolean, nullable=False),
    )
    op.create_index("current_kind", "current", ["kind", "id"])
    op.create_index("current_parent", "current", ["parent", "kind"])
    op.create_table(
        "granted",
        _text("id", primary_key=True),
        _text("sort", primary_key=True),
        _text("name", primary_key=True),
    )
    op.create_table(
        "words",
        _text("id", primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        _text("text"),
    )


def _keys() -> None:
    op.create_table(
        "data_key",
        _text("id", primary_key=True),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "contact",
        _text("ref", primary_key=True),
        _text("space"),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def _doors() -> None:
    op.create_table("space", _text("id", primary_key=True), _text("title"), _text("type"))
    op.create_table(
        "account",
        _text("account", primary_key=True),
        _text("name"),
        _text("role"),
        _text("space"),
        _text("password_hash"),
        sa.Column("subject", sa.Text, unique=True),
        sa.Column("created", Instant, nullable=False),
        sa.Column("disabled", Instant),
    )
    op.create_table(
        "session",
        _text("token_hash", primary_key=True),
        _text("account", index=True),
        _text("csrf"),
        sa.Column("created", Instant, nullable=False),
        sa.Column("seen", Instant, nullable=False),
        sa.Column("ends", Instant, nullable=False),
    )
    op.create_table(
        "attempt",
        sa.Column("number", sa.Integer, primary_key=True),
        _text("key"),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_index("attempt_key", "attempt", ["key", "at"])
    op.create_table(
        "one_time",
        _text("token_hash", primary_key=True),
        _text("purpose"),
        _text("details"),
        sa.Column("ends", Instant, nullable=False),
    )


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER entry_refuses_{act.lower()} BEFORE {act} ON entry "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION entry_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER entry_refuses BEFORE UPDATE OR DELETE OR TRUNCATE ON entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION entry_refuses()"
    )
