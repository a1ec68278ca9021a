"""Examples of practice: a library of ours, and records in which an office adds its own; each says how far it is verified."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from upstander.core.messages import say, text
from upstander.records import Record
from upstander.records.forms import form
from upstander.respond.option import Option, options

KIND = "practice"
NOT_THE_REPORTS = say("respond.practice_is_ours")


@dataclass(frozen=True)
class Practice:
    """One example.

    Attributes:
        place: code, '' for what is no State; types: structural, operational; caution: what went wrong or is not known.
        state: ``recalled`` is not verified. record: id of the record it stands in, '' for the library's own.
    """

    place: str
    name: str
    option: str
    factors: tuple[str, ...]
    when: str
    types: tuple[str, ...]
    what: str
    caution: str
    source: str
    state: str
    record: str = ""

    @property
    def is_verified(self) -> bool:
        """Whether somebody read the source."""
        return self.state != "recalled"

    @property
    def state_words(self) -> str:
        """How far it is verified, in words."""
        return str(form(KIND).field("state").choices[self.state])


@cache
def library() -> tuple[Practice, ...]:
    """Ours, in the order of its file."""
    content = files("upstander.respond").joinpath("practice.toml").read_text("utf-8")
    return tuple(_of_library(row) for row in tomllib.loads(content)["case"])


def _of_library(row: Mapping[str, Any]) -> Practice:
    return Practice(
        place=row["place"],
        name=row["name"],
        option=row["option"],
        factors=tuple(row["factors"]),
        when=text(row["when"]),
        types=tuple(row["type"]),
        what=text(row["what"]),
        caution=text(row["caution"]) if row["caution"] else "",
        source=row["source"],
        state=row["state"],
    )


def of_records(records: Iterable[Record], names: Mapping[str, str]) -> list[Practice]:
    """What offices added. ``names``: of places by code."""
    return [_of_record(record, names) for record in records if record.kind == KIND]


def _of_record(record: Record, names: Mapping[str, str]) -> Practice:
    body = record.body
    said = {name: str(body[name] or "") for name in ("where", "period", "what", "caution")}
    return Practice(
        place=record.place,
        name=names.get(record.place) or said["where"],
        option=options()[body["subject"]].code,
        factors=tuple(body["factors"]),
        when=said["period"],
        types=tuple(body["types"]),
        what=said["what"],
        caution=said["caution"],
        source=str(body["known_from"] or ""),
        state=str(body["state"]),
        record=record.id,
    )


def fitting(
    practices: Sequence[Practice],
    option: Option,
    factors: Iterable[str],
    type: str = "",
) -> list[Practice]:
    """Those of an option, first those that worked on one of the factors in the same way; verified before recalled."""
    asked = set(factors)
    own = [p for p in practices if p.option == option.code]
    return sorted(own, key=lambda p: _distance(p, asked, type))


def _distance(practice: Practice, asked: set[str], type: str) -> tuple[bool, bool, bool]:
    is_other_way = bool(type) and type not in practice.types
    return not asked & set(practice.factors), is_other_way, not practice.is_verified
