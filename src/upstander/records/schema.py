"""The tables. ``entry`` is the truth and is never changed; the projections are made from it and can be made anew.

Truth:        entry (append-only; triggers refuse UPDATE and DELETE), head (the signed end of each chain)
Projections:  current (one row per record, with its rights), granted (who else may read it)
Keys:         data_key (one wrapped key per record; erasure deletes it), contact (the vault)
Files:        kept_file (the bytes of a kept report, under its record's own key)
Doors:        space, account, session, attempt, one_time, api_token
Waiting:      held_draft (what programs wrote for an account, until a person finishes it)
Reference:    un_import, un_recommendation, un_text, un_label, un_labelled, un_aside: what UN bodies recommended, as the office
              imported it (``recommendation_store`` says why it stands beside people's records and not among them)
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC. SQLite keeps no time zone, so it is taken off on the way in and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Refuse naive instants: nobody could say later what they meant."""
        if value is None:
            return None
        utc = in_utc(value)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def in_utc(value: datetime) -> datetime:
    """The instant in UTC. Raises ValueError for a naive one: nobody could say later what it meant."""
    if value.tzinfo is None:
        raise ValueError(
            f"{value}: an instant needs a time zone; give an aware UTC datetime"
        )
    return value.astimezone(UTC)


metadata = MetaData()


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **options)


entry = Table(
    "entry",
    metadata,
    _text("chain", primary_key=True),  # the record's space, or ACCESS_LOG
    Column(
        "number", Integer, primary_key=True, autoincrement=False
    ),  # from 1, without gaps
    _text(
        "action"
    ),  # write, erase, log, or carry: old entries, hashed without salt, taken over under a signature
    _text("kind"),
    _text("id"),
    Column("version", Integer, nullable=False),
    _text("body"),  # canonical JSON, byte for byte what was hashed
    Column(
        "sealed", LargeBinary
    ),  # what it says in free text, encrypted under the record's own key
    _text("sealed_hash"),  # of ``sealed``; '' where there is none
    _text("stamp"),  # canonical JSON of the rights as they were at this version
    _text("parent"),
    _text("place"),
    _text("who"),
    Column("at", Instant, nullable=False),
    _text("why"),
    _text("before"),
    _text("hash"),
    _text(
        "salt", server_default=""
    ),  # random and never shown: without it nobody can guess from the hash what was hashed
    UniqueConstraint("id", "version", name="entry_version"),
    Index("entry_place", "place", "kind"),
    Index("entry_at", "chain", "at"),
)

head = Table(
    "head",
    metadata,
    _text("chain", primary_key=True),
    Column("number", Integer, nullable=False),
    _text("hash"),
    _text(
        "seal"
    ),  # signature of the row: who has only the database cannot cut the tail unseen
    _text(
        "beside", server_default=""
    ),  # canonical JSON of the ends of the other chains when this one grew
)

current = Table(
    "current",
    metadata,
    _text("id", primary_key=True),
    _text("kind"),
    Column("version", Integer, nullable=False),
    _text("parent"),
    _text("space"),
    _text("author"),
    _text("marking"),
    _text("usage"),
    Column("restricted", Boolean, nullable=False),
    Column("erased", Boolean, nullable=False),
    Index("current_kind", "kind", "id"),
    Index("current_parent", "parent", "kind"),
)

granted = Table(
    "granted",
    metadata,
    _text("id", primary_key=True),
    _text("sort", primary_key=True),
    _text("name", primary_key=True),
)

data_key = Table(
    "data_key",
    metadata,
    _text("id", primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

contact = Table(
    "contact",
    metadata,
    _text("ref", primary_key=True),
    _text("space"),
    Column("sealed", LargeBinary, nullable=False),
)

kept_file = Table(
    "kept_file",
    metadata,
    _text("id", primary_key=True),  # of the record that holds its hash
    Column("sealed", LargeBinary, nullable=False),
)

space = Table(
    "space", metadata, _text("id", primary_key=True), _text("title"), _text("type")
)

account = Table(
    "account",
    metadata,
    _text("account", primary_key=True),
    _text("name"),
    _text("role"),
    _text("space"),
    _text("password_hash"),
    Column(
        "subject", Text, unique=True
    ),  # "issuer subject" of an OIDC identity; null for a local account
    Column("created", Instant, nullable=False),
    Column("disabled", Instant),
    _text(
        "country", server_default=""
    ),  # whose pages come first; '' the installation's own
)

session = Table(
    "session",
    metadata,
    _text("token_hash", primary_key=True),
    _text("account", index=True),
    _text("csrf"),
    Column("created", Instant, nullable=False),
    Column("seen", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
)

attempt = Table(
    "attempt",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("key"),
    Column("at", Instant, nullable=False),
    Index("attempt_key", "key", "at"),
)

one_time = Table(
    "one_time",
    metadata,
    _text("token_hash", primary_key=True),
    _text("purpose"),
    _text("details"),
    Column("ends", Instant, nullable=False),
)

api_token = Table(
    "api_token",
    metadata,
    _text("token_hash", primary_key=True),
    _text("account", index=True),
    _text("name"),
    _text("scopes"),  # divided by spaces
    Column("created", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    Column("seen", Instant),  # used last, to the hour
)

held_draft = Table(
    "held_draft",
    metadata,
    _text("id", primary_key=True),  # made from the account and the key it was sent with
    _text("account", index=True),
    _text("kind"),
    _text("state"),
    _text("record"),  # that it became
    _text("digest"),  # keyed: whether it is sent again, or another one under its key
    Column("made", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    Column("sealed", LargeBinary),  # null once it is closed
)

un_import = Table(
    "un_import",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("program"),
    _text("file"),
    _text("sha256"),
    _text("who"),
    Column("at", Instant, nullable=False),
    _text("counts"),  # canonical JSON: read, added, again, changed, aside
)

# What lists are ordered and counted by: a few bytes a row, for a search walks over many.
un_recommendation = Table(
    "un_recommendation",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("brought", Integer, nullable=False),  # the import it came with
    Column("day", Date),  # null: undated
    _text("body"),  # acronym; half of all rows are the UPR's
    _text("response"),
    _text("type"),
    Index("un_recommendation_day", "day", "number"),
)

un_text = Table(
    "un_text",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("key", unique=True),  # program and the publisher's own id, or a hash of the row
    _text("digest"),  # of everything the row says: another one is a newer edition of it
    _text(
        "country"
    ),  # the first it is made to, '' where none is known; ``un_label`` holds them all
    _text("stem"),  # of its reference, such as CEDAW-2024-17 ...
    Column(
        "ordinal", Integer, nullable=False
    ),  # ... and the how many-eth of it in its country
    _text("joint"),  # the same for one text that several States made to one State
    _text("text"),
    _text("symbol"),
    _text("paragraph"),
    _text("comment"),
    _text("details"),  # canonical JSON: what else the row said, as it said it
    Index("un_text_joint", "joint"),
    Index("un_text_stem", "stem", "country", "ordinal"),
)

un_label = Table(
    "un_label",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _text("sort"),  # country, body, theme, person, goal ...
    _text("value"),
    UniqueConstraint("sort", "value", name="un_label_value"),
)

un_labelled = Table(
    "un_labelled",
    metadata,
    Column("label", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Index("un_labelled_number", "number", "label"),
    sqlite_with_rowid=False,
)

# Rows that could not be read, and what a newer edition of a row replaced: nothing that was given is lost.
un_aside = Table(
    "un_aside",
    metadata,
    _text("key", primary_key=True),
    Column("brought", Integer, nullable=False),
    _text("place"),  # in the file
    _text("reason"),
    _text("content"),
)
