"""The lines of a factor's table: an indicator each, with what stands, what was typed, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from upstander.assess import confidence
from upstander.assess.evidence_ties import evidence_of
from upstander.assess.frameworks import RiskFactor
from upstander.assess.rating import Rating, sign_words
from upstander.core.upload_rows import Line
from upstander.records import Record
from upstander.records.exchange import Row
from upstander.report import review_content
from upstander.web.kernel.form_fields import NOT_SAID, marked
from upstander.web.kernel.record_reading import reader_of
from upstander.web.kernel.requests import PageRequest
from upstander.web.reviews import rating_rows
from upstander.web.reviews.next_step import with_lens
from upstander.web.reviews.rating_rows import OWN
from upstander.web.reviews.workspace import Desk, may_rate

FIELDS = ("level", "trend", "evidence", "agreement", "note")  # of a line
Typed = Mapping[str, Line]  # by code


def lines(
    request: PageRequest,
    desk: Desk,
    name: str,
    factor: RiskFactor,
    typed: Typed,
    outcomes: Mapping[str, Row],
) -> list[dict[str, Any]]:
    """One a code of the factor: what it asks, what stands, its inputs, and what became of what was typed."""
    own = rating_rows.own_ratings(request, desk)
    may = may_rate(request, desk.review.record)
    return [
        {
            **_about(desk, name, code),
            **_own(desk, request.actor.space, code),
            **_evidence(desk, code, name),
            "others": _others(desk, request.actor.space, code),
            "cells": _cells(code, own.get(code), typed.get(code)) if may else [],
            **_told(request, own.get(code), typed.get(code), outcomes.get(code)),
        }
        for code in factor.codes
    ]


def _about(desk: Desk, name: str, code: str) -> dict[str, Any]:
    indicator = desk.frameworks.rated[code][2]
    return {
        "code": code,
        "label": indicator.label,
        "ask": indicator.ask,
        "href": with_lens(f"{desk.href}/rate/{code}", name),
        "is_scored": code not in desk.frameworks.unscored,
    }


def _own(desk: Desk, space: str, code: str) -> dict[str, Any]:
    rating = desk.ratings.of(space).get(code)
    return {
        "given": rating is not None,
        "words": _words(desk, code, rating),
        "confidence": confidence.words(rating.confidence)
        if rating and rating.confidence
        else "",
    }


def _words(desk: Desk, code: str, rating: Rating | None) -> str:
    shown = sign_words if code in desk.frameworks.unscored else review_content.words_of
    return shown(rating.level if rating else None)


def _evidence(desk: Desk, code: str, name: str) -> dict[str, Any]:
    """How many items the reader may read for and against, and where they stand."""
    table = desk.ratings.of(desk.space)
    supports, against = evidence_of((code,), table, desk.ties)
    here = with_lens(f"{desk.href}/rate/{code}", name)
    return {
        "for": len(supports),
        "against": len(against),
        "evidence_href": f"{here}#evidence",
    }


def _others(desk: Desk, space: str, code: str) -> list[dict[str, str]]:
    """What other spaces say of an indicator, as far as the reader may see it yet."""
    return [
        {"space": desk.spaces.get(s, s), "words": _words(desk, code, table[code])}
        for s, table in desk.ratings.by_space.items()
        if s != space and code in table
    ]


def _cells(code: str, record: Record | None, typed: Line | None) -> list[dict[str, Any]]:
    """The inputs of a line: what was typed, else what stands."""
    standing = rating_rows.values_of(record)
    shown = {**standing, **typed.cells} if typed else standing
    return [_cell(code, name, shown.get(name)) for name in FIELDS]


def _cell(code: str, name: str, value: Any) -> dict[str, Any]:
    field, chosen = OWN.field(name), "" if value is None else str(value)
    options = [("", NOT_SAID), *field.offered.items()] if field.choices else []
    return {
        "name": f"{name}:{code}",
        "label": field.label,
        "value": chosen,
        "options": marked(options, [chosen]),
    }


def _told(
    request: PageRequest, record: Record | None, typed: Line | None, row: Row | None
) -> dict[str, Any]:
    """The version that a line is edited upon, and what became of it; of a conflict both values, field by field."""
    now = record.version if record else 0
    before = typed.cells.get("version", now) if typed else now
    told: dict[str, Any] = {"version": before, "outcome": "", "fault": "", "theirs": None}
    if row is None or row.outcome == "same":
        return told
    if row.is_conflict and record is not None and typed is not None:
        both = _both(request, record, typed, row.fields)
        return {**told, "version": now, "outcome": "conflict", "theirs": both}
    return {**told, "outcome": row.outcome, "fault": row.why}


def _both(
    request: PageRequest, record: Record, typed: Line, fields: Sequence[str]
) -> dict[str, Any]:
    """Who wrote in between, and each field with their value and ours."""
    reader = reader_of(request, [record])
    names = [name for name in FIELDS if name in fields]
    return {
        "who": reader.who(record.who, record.stamp.space),
        "fields": [
            {
                "label": OWN.field(name).label,
                "theirs": _said(name, record.body.get(name)),
                "yours": _said(name, typed.cells.get(name)),
            }
            for name in names
        ],
    }


def _said(name: str, value: Any) -> str:
    field = OWN.field(name)
    if value in (None, ""):
        return NOT_SAID
    return str(field.choices[str(value)] if field.choices else value)
