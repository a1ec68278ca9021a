"""Ratings: one per review, rated code and space, read from their records; absence and "not assessed" are the same.

Graded, never yes or no (R03): 0-4 with a trend, or not assessed. A rating's record id is made from what it rates, so
that the same indicator cannot be entered twice by one space: the store refuses the second as a conflict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from upstander.assess import confidence
from upstander.assess.four_crimes import Crime
from upstander.assess.frameworks import Frameworks
from upstander.core.messages import say, text
from upstander.core.rights import Actor, Marking, Stamp
from upstander.records import Draft, Record, id_of_the_one
from upstander.records.drafts import draft
from upstander.records.forms import FormError

KIND = "rating"
LEVELS = (
    say("assess.not_seen"),
    text("slight"),
    text("some"),
    text("strong"),
    say("assess.very_strong"),
)  # 0 to 4
NOT_ASSESSED = say("assess.not_assessed")
TEXTS = ("confidence_reason", "note", "edition")
HIGH = 3  # from here a level is called strong


def sign_words(level: int | None) -> str:
    """A rating of a sign of intent as shown: in words, for intent leaves no number.

    >>> sign_words(4), sign_words(None)
    ('very strong', 'not assessed')
    """
    return NOT_ASSESSED if level is None else LEVELS[level]


def level_words(level: int | None) -> str:
    """A level as shown.

    >>> level_words(3), level_words(0), level_words(None)
    ('3 strong', '0 not seen', 'not assessed')
    """
    if level is None:
        return NOT_ASSESSED
    return text("{level} {words}", level=level, words=LEVELS[level])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One space's rating of one code.

    Attributes:
        level: 0-4; None when not assessed.
        evidence, agreement: None when not given; confidence: set by people, or derived, or None.
        confidence_reason: why people set the confidence; '' where it is derived.
        supports, against: ids of evidence items.
        edition: the wording that was rated; see Frameworks.wording.
    """

    code: str
    space: str
    level: int | None
    trend: str = "not_known"
    evidence: str | None = None
    agreement: str | None = None
    confidence: str | None = None
    confidence_reason: str = ""
    crimes: tuple[Crime, ...] = ()
    incitement: tuple[Crime, ...] = ()
    supports: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    note: str = ""
    edition: str = ""
    id: str = ""
    version: int = 0
    who: str = ""
    when: datetime | None = None
    why: str = ""


Table = Mapping[str, Rating]  # one space's ratings by code


def rating_of(record: Record) -> Rating:
    """A record of the kind ``rating`` as a Rating."""
    body = record.body
    level, evidence, agreement = body["level"], body.get("evidence"), body.get("agreement")
    return Rating(
        code=body["code"],
        space=record.stamp.space,
        level=_level(level),
        trend=body.get("trend") or "not_known",
        evidence=evidence,
        agreement=agreement,
        confidence=body.get("confidence") or confidence.derived(evidence, agreement),
        crimes=_crimes(body, "crimes"),
        incitement=_crimes(body, "incitement"),
        supports=_linked(body, "supports"),
        against=_linked(body, "against"),
        **_texts(body),
        **{name: getattr(record, name) for name in ("id", "version", "who", "when", "why")},
    )


def _level(level: str) -> int | None:
    return None if level == "not_assessed" else int(level)


def _linked(body: Mapping[str, Any], side: str) -> tuple[str, ...]:
    return tuple(body.get(side) or ())


def _texts(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body.get(name) or "" for name in TEXTS}


def _crimes(body: Mapping[str, Any], name: str) -> tuple[Crime, ...]:
    return tuple(Crime(crime) for crime in body.get(name) or ())


def record_id(review: str, code: str, space: str, account: str = "") -> str:
    """The id of the one rating of a code by a space in a review: 26 characters, lower case, URL-safe, meaningless.

    ``account``: of a rating that its author and few others may read (TLP:RED). It stands beside the space's own rating and
    takes no place from it: a colleague who may not know of it could not rate the indicator otherwise.
    """
    return id_of_the_one(KIND, review, code, space, *([account] if account else []))


def rating_draft(
    given: Mapping[str, Any],
    frameworks: Frameworks,
    *,
    review: str,
    by: Actor,
    places: frozenset[str],
    stamp: Stamp | None = None,
    place: str = "",
    expected: int = 0,
) -> Draft:
    """A checked draft of a rating, under the id that belongs to it, with the wording it was made against.

    Raises:
        FormError: by field; also for a code that no framework rates.
    """
    code = str(given.get("code") or "").strip()
    if code not in frameworks.rated:
        raise FormError({"code": _not_rated(code, frameworks)})
    space = stamp.space if stamp else by.space
    alone = stamp.author if stamp and stamp.marking is Marking.RED else ""
    return draft(
        KIND,
        {**given, "code": code, "edition": frameworks.wording(code)},
        id=record_id(review, code, space, alone),
        by=by,
        places=places,
        stamp=stamp,
        parent=review,
        place=place,
        expected=expected,
    )


def _not_rated(code: str, frameworks: Frameworks) -> str:
    seen = frameworks.seen(code)
    hint = say("assess.take_one_of_the_codes_shown")
    if seen:
        hint = say("assess.it_is_seen_through_other_codes_in", seen=seen[0][0])
    return say("assess.no_indicator_is_rated_under", code=repr(code[:20]), hint=hint)


@dataclass(frozen=True)
class Ratings:
    """All ratings of a review that a reader may read.

    Attributes:
        by_space: each space's table; positions are kept apart and never merged.
        unknown: codes rated once that no framework has any more, such as after an office replaced a file.
    """

    by_space: Mapping[str, Table]
    unknown: tuple[str, ...]

    def of(self, space: str) -> Table:
        """One space's ratings by code; empty where it rated nothing."""
        return self.by_space.get(space, {})

    @property
    def disputed(self) -> Mapping[str, Mapping[str, int]]:
        """Codes whose assessed levels differ between spaces: level by space, the widest gap first."""
        levels: dict[str, dict[str, int]] = {}
        for space, table in self.by_space.items():
            for code, rating in table.items():
                if rating.level is not None:
                    levels.setdefault(code, {})[space] = rating.level
        apart = {code: at for code, at in levels.items() if len(set(at.values())) > 1}
        return dict(sorted(apart.items(), key=_narrowness))


def _narrowness(levels: tuple[str, Mapping[str, int]]) -> int:
    """Of a code's levels by space: the lowest less the highest."""
    return min(levels[1].values()) - max(levels[1].values())


def ratings(records: Iterable[Record], frameworks: Frameworks) -> Ratings:
    """Ratings from records of any kinds, the newest of each code and space; other kinds are passed over.

    What few may read gives way to what the space says to all who read the review.
    """
    by_space: dict[str, dict[str, Rating]] = {}
    unknown = set()
    for record in sorted((r for r in records if r.kind == KIND), key=_order):
        rating = rating_of(record)
        if rating.code in frameworks.rated:
            by_space.setdefault(rating.space, {})[rating.code] = rating
        else:
            unknown.add(rating.code)
    return Ratings(by_space, tuple(sorted(unknown)))


def _order(record: Record) -> tuple[bool, datetime, int]:
    return record.stamp.marking is not Marking.RED, record.when, record.version


def outdated(table: Table, frameworks: Frameworks) -> tuple[str, ...]:
    """Codes whose label has changed since they were rated: look again."""
    editions = {code: rating.edition for code, rating in table.items() if rating.edition}
    return tuple(c for c, e in editions.items() if e[-8:] != frameworks.wording(c)[-8:])


def assessed(table: Table, codes: Sequence[str]) -> list[Rating]:
    """The ratings with a level among these codes, in their order."""
    return [r for c in codes if (r := table.get(c)) is not None and r.level is not None]


def trend(rated: Iterable[Rating]) -> str:
    """The direction more indicators show: rising or falling; mixed where as many rise as fall; else steady."""
    tally = Counter(r.trend for r in rated)
    up, down = tally["rising"], tally["falling"]
    if up == down:
        if up:
            return "mixed"
        return "steady" if tally["steady"] else "not_known"
    return "rising" if up > down else "falling"
