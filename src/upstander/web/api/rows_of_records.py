"""Rows of what people wrote, as the API gives them to whoever may read it, blurred where pages blur it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from pydantic import Field

Id: TypeAlias = Annotated[str, Field(description="Names it for good.")]
PlaceCode: TypeAlias = Annotated[
    str, Field(description="Place code, '' where it is about none.")
]


@dataclass(frozen=True)
class Me:
    """Who asks, and what the token allows."""

    account: Annotated[
        str, Field(description="Sign-in name, '' where nobody says who they are.")
    ]
    role: Annotated[str, Field(description="What the account does here.")]
    space: Annotated[str, Field(description="The space it belongs to.")]
    token: Annotated[str | None, Field(description="What its holder calls the token.")]
    scopes: Annotated[tuple[str, ...], Field(description="What the token is good for.")]
    ends: Annotated[str | None, Field(description="When the token ends.")]


@dataclass(frozen=True)
class Kind:
    """A kind of record."""

    kind: Annotated[str, Field(description="Id of the kind.")]
    title: Annotated[str, Field(description="What one is called.")]
    plural: Annotated[str, Field(description="What several are called.")]
    help: Annotated[str, Field(description="What it is for.")]
    count: Annotated[int, Field(ge=0, description="How many whoever asks may read.")]


@dataclass(frozen=True)
class RecordRow:
    """A record as whoever asks may read it: its fields by name, its rights, who wrote it when and why."""

    id: Id
    kind: Annotated[str, Field(description="Id of its kind.")]
    version: Annotated[int, Field(ge=1, description="From 1.")]
    place: PlaceCode
    parent: Annotated[
        str, Field(description="Id of the record it is part of, '' where there is none.")
    ]
    fields: Annotated[
        dict[str, Any],
        Field(
            description="Values by field, as the kind's form has them; null where nobody said."
        ),
    ]
    marking: Annotated[str, Field(description="How far it may travel: TLP 2.0.")]
    usage: Annotated[str, Field(description="What may be done with it.")]
    usage_words: Annotated[str, Field(description="The same in words.")]
    restricted: Annotated[bool, Field(description="Whether it could harm a source.")]
    space: Annotated[str, Field(description="The space it belongs to.")]
    who: Annotated[str, Field(description="Who wrote it.")]
    when: Annotated[str, Field(description="When, in UTC.")]
    why: Annotated[str, Field(description="Why.")]


@dataclass(frozen=True)
class HeldDraftRow:
    """A draft that a program wrote, until its account finishes or deletes it."""

    id: Id
    kind: Annotated[str, Field(description="Id of the kind of record it is to be.")]
    state: Annotated[str, Field(description="open, kept (as a record) or deleted.")]
    record: Annotated[
        str, Field(description="Id of the record it became, '' where there is none.")
    ]
    page: Annotated[
        str, Field(description="Where its account finishes it, '' once it is closed.")
    ]
    made: Annotated[str, Field(description="When it was sent, in UTC.")]
    ends: Annotated[str, Field(description="When it goes if nobody finishes it, in UTC.")]


@dataclass(frozen=True)
class Alert:
    """A released alert."""

    id: Id
    place: PlaceCode
    title: Annotated[str, Field(description="What it is called.")]
    product: Annotated[str, Field(description="What sort of alert it is.")]
    level: Annotated[int, Field(ge=0, le=4, description="The level that people set.")]
    level_words: Annotated[str, Field(description="The level in words.")]
    sent: Annotated[str, Field(description="When it was released.")]
    expires: Annotated[str, Field(description="The day on which it ends.")]
    is_exercise: Annotated[bool, Field(description="Whether it is a drill.")]
    marking: Annotated[str, Field(description="How far it may travel: TLP 2.0.")]
    usage: Annotated[str, Field(description="What may be done with it.")]


@dataclass(frozen=True)
class Recommendation:
    """What a UN body recommended to a State, as the office imported it."""

    id: Id
    reference: Annotated[
        str, Field(description="Its reference here, such as CEDAW-2024-17.")
    ]
    text: Annotated[str, Field(description="Its words.")]
    published: Annotated[str, Field(description="Day, '' where nobody knows it.")]
    places: Annotated[
        tuple[str, ...], Field(description="Codes of the States it is made to.")
    ]
    is_inferred: Annotated[
        bool, Field(description="Whether the States were told from its text.")
    ]
    body: Annotated[str, Field(description="The body that made it.")]
    session: Annotated[str, Field(description="Its session.")]
    type: Annotated[str, Field(description="recommendation, pledge, concern or other.")]
    response: Annotated[
        str, Field(description="What the State answered, '' where it took no position.")
    ]
    recommending: Annotated[
        tuple[str, ...], Field(description="States that recommended it.")
    ]
    themes: Annotated[tuple[str, ...], Field(description="What it is about.")]
