"""The words to search are folded anew: as people write them, in every script."""

import json

import sqlalchemy as sa
from alembic import op

from upstander.lake.records.projection import searched
from upstander.lake.records.schema import entry, words

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Write the words of every version again; entries stay as they are."""
    connection = op.get_bind()
    kept = sa.select(entry.c.id, entry.c.version, entry.c.body).where(entry.c.action != "log")
    for id, version, body in connection.execute(kept).all():
        here = sa.and_(words.c.id == id, words.c.version == version)
        connection.execute(sa.update(words).where(here).values(text=searched(json.loads(body))))


def downgrade() -> None:
    """Nothing: the words are made from the entries, and ``upstander audit rebuild`` makes them as a program folds them."""
