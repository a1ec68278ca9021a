"""Consultation rounds: who was asked, who answered, what was said of what, and what may be published (M01, M02).

An answer is published only as its respondent allows: with the name, without it, or not at all; an answer that is not is
counted and nothing of it is shown. Of several answers of one respondent the newest stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core.messages import Message, say
from upstander.records import Record
from upstander.records.forms import choices, form

ROUND, INVITEE, ANSWER, POINT = (
    "consultation",
    "invitee",
    "consultation_answer",
    "consultation_point",
)
QUESTIONS = ("measures", "challenges", "examples")
TAGS = ("subjects", "factors", "hard")  # of a point
TYPES = choices("respondent_type")
OPEN, NAMED, NOT_PUBLISHED = "open", "named", "none"


@dataclass(frozen=True)
class Round:
    """A round as one reader may read it."""

    record: Record
    invitees: tuple[Record, ...]
    answers: Mapping[str, Record]  # by the id of the invitee
    points: tuple[Record, ...]

    def points_of(self, answer: Record) -> list[Record]:
        """The tagged points of an answer."""
        return [p for p in self.points if p.body["answer"] == answer.id]


@dataclass(frozen=True)
class Asked:
    """How many respondents of one sort were asked and have answered."""

    type: str
    words: Message | str
    invited: int
    answered: int
    published: int

    @property
    def rate(self) -> float | None:
        """Share that answered; None where nobody was asked."""
        return self.answered / self.invited if self.invited else None

    @property
    def rate_words(self) -> str:
        """The share in whole per cent; a dash where nobody was asked."""
        return "–" if self.rate is None else f"{100 * self.rate:.0f}\u00a0%"


def is_open(round: Record, today: date) -> bool:
    """Whether answers are taken."""
    body = round.body
    is_within = str(body["opens"]) <= today.isoformat() <= str(body["closes"])
    return is_within and str(body["status"]) == OPEN


def round_of(record: Record, parts: Iterable[Record]) -> Round:
    """A round from its record and everything that belongs to it."""
    by_kind: dict[str, list[Record]] = {INVITEE: [], ANSWER: [], POINT: []}
    for part in sorted(parts, key=lambda r: (r.when, r.id)):
        by_kind[part.kind].append(part)
    answers = {str(a.body["invitee"]): a for a in by_kind[ANSWER]}
    return Round(record, tuple(by_kind[INVITEE]), answers, tuple(by_kind[POINT]))


def gaps(round: Round) -> Mapping[str, Sequence[str]]:
    """What is missing before it can be opened."""
    missing = [] if round.invitees else [str(say("respond.nobody_is_invited"))]
    return {"invitees": missing}


def is_published(answer: Record) -> bool:
    """Whether its respondent lets it be published, with or without the name."""
    return str(answer.body["consent"]) != NOT_PUBLISHED


def asked(round: Round) -> list[Asked]:
    """By sort of respondent, those that were asked at all, and the whole."""
    sorts = {i.id: str(i.body["type"]) for i in round.invitees}
    invited = Counter(sorts.values())
    known = {i: a for i, a in round.answers.items() if i in sorts}
    answered = Counter(sorts[i] for i in known)
    published = Counter(sorts[i] for i, a in known.items() if is_published(a))
    by_sort = [
        Asked(t, words, invited[t], answered[t], published[t])
        for t, words in TYPES.items()
        if invited[t]
    ]
    totals = (invited.total(), answered.total(), published.total())
    return [*by_sort, Asked("", say("respond.all_respondents"), *totals)]


def tagged(round: Round) -> dict[str, list[tuple[Message | str, int]]]:
    """By sort of tag, how many points bear each, the most frequent first; counts alone, whoever said them."""
    fields = {name: form(POINT).field(name).choices for name in TAGS}
    found = {name: Counter[str]() for name in TAGS}
    for point in round.points:
        for name in TAGS:
            found[name].update(point.body[name] or ())
    return {
        name: [(fields[name][tag], n) for tag, n in count.most_common()]
        for name, count in found.items()
    }


def signed(invitee: Record, answer: Record) -> str:
    """Under what name an answer that may be published stands."""
    if answer.body["consent"] == NAMED:
        return str(invitee.body["organisation"])
    return str(say("respond.unnamed", type=TYPES[str(invitee.body["type"])]))


def entries(round: Round) -> list[dict[str, Any]]:
    """What may be published: each answer with its name or without, and its points."""
    invitees = {i.id: i for i in round.invitees}
    found = [
        _entry(round, invitees[id], answer)
        for id, answer in round.answers.items()
        if id in invitees and is_published(answer)
    ]
    return sorted(found, key=lambda entry: (entry["type"], entry["name"]))


def _entry(round: Round, invitee: Record, answer: Record) -> dict[str, Any]:
    return {
        "name": signed(invitee, answer),
        "type": str(TYPES[str(invitee.body["type"])]),
        "answers": {q: str(answer.body[q] or "") for q in QUESTIONS},
        "points": [point_words(p) for p in round.points_of(answer)],
    }


def point_words(point: Record) -> dict[str, Any]:
    """What a point says, and its tags in words."""
    fields = form(POINT)
    tags = [
        str(fields.field(name).choices[tag])
        for name in TAGS
        for tag in point.body[name] or ()
    ]
    return {
        "said": str(point.body["said"]),
        "question": str(point.body["question"]),
        "tags": tags,
    }
