"""What UN bodies recommended, imported by the office: rows, labels, and what was set aside."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from upstander.records.schema import Instant

revision = "0005"
down_revision = "0004"

TABLES = (
    "un_aside",
    "un_labelled",
    "un_label",
    "un_text",
    "un_recommendation",
    "un_import",
)


def upgrade() -> None:
    """Make the tables. The index of words is made when it is first needed (``recommendation_index``)."""
    _rows()
    _texts()
    _labels()
    op.create_table(
        "un_aside",
        _text("key", primary_key=True),
        _number("brought"),
        _text("place"),
        _text("reason"),
        _text("content"),
    )


def downgrade() -> None:
    """Drop them: the files they came from are imported again."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE IF EXISTS un_words")
    for table in TABLES:
        op.drop_table(table)


def _text(name: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, **options)


def _number(name: str, **options: Any) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, autoincrement=False, **options)


def _rows() -> None:
    op.create_table(
        "un_import",
        sa.Column("number", sa.Integer, primary_key=True),
        _text("program"),
        _text("file"),
        _text("sha256"),
        _text("who"),
        sa.Column("at", Instant, nullable=False),
        _text("counts"),
    )
    op.create_table(
        "un_recommendation",
        _number("number", primary_key=True),
        _number("brought"),
        sa.Column("day", sa.Date),
        _text("body"),
        _text("response"),
        _text("type"),
    )
    op.create_index("un_recommendation_day", "un_recommendation", ["day", "number"])


def _texts() -> None:
    op.create_table(
        "un_text",
        _number("number", primary_key=True),
        _text("key", unique=True),
        _text("digest"),
        _text("country"),
        _text("stem"),
        _number("ordinal"),
        _text("joint"),
        _text("text"),
        _text("symbol"),
        _text("paragraph"),
        _text("comment"),
        _text("details"),
    )
    op.create_index("un_text_joint", "un_text", ["joint"])
    op.create_index("un_text_stem", "un_text", ["stem", "country", "ordinal"])


def _labels() -> None:
    op.create_table(
        "un_label",
        _number("id", primary_key=True),
        _text("sort"),
        _text("value"),
        sa.UniqueConstraint("sort", "value", name="un_label_value"),
    )
    op.create_table(
        "un_labelled",
        _number("label", primary_key=True),
        _number("number", primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("un_labelled_number", "un_labelled", ["number", "label"])
