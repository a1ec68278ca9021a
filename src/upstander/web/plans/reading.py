"""What "What to do" rests on: factors as a review rates them or as asked, the stage, what is in place, reviewed evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from upstander.assess.conflict_context import NEXUS, Badge, badge
from upstander.core.errors import UnknownRecord
from upstander.core.messages import say
from upstander.core.places import Place
from upstander.records import Record
from upstander.records.forms import choices, form
from upstander.respond import effects, practices
from upstander.respond.effects import Release
from upstander.respond.matching import TREND, Seen
from upstander.respond.option import stages
from upstander.respond.practices import Practice
from upstander.web.country import assessment_content
from upstander.web.kernel.record_reading import everything, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.reviews.workspace import SIX, open_desk

FACTORS: Mapping[str, str] = choices("factor_or_trigger")
IN_PLACE = ("capacity", "policy_mapping")
OF_PLACE = (*IN_PLACE, "context", "review", "harm", "remedy", "group")


@dataclass(frozen=True)
class Situation:
    """A place as its options are matched to it.

    Attributes:
        rated: by factor, as the newest review that the reader may read rates it; {} for visitors and where there is none.
        seen: the factors that an answer is sought for; stage: '' where nobody set one and none was asked for.
        asked: whether factors or stage were asked for, instead of being the review's.
    """

    place: Place
    records: tuple[Record, ...]
    context: Badge
    review: Record | None
    rated: Mapping[str, Seen]
    seen: tuple[Seen, ...]
    stage: str
    asked: bool

    @property
    def is_conflict(self) -> bool:
        """Whether an armed conflict or occupation is recorded as going on."""
        return bool(set(NEXUS) & set(self.context.kinds))

    @property
    def in_place(self) -> dict[str, list[str]]:
        """Ids of what the country already has, by option."""
        found: dict[str, list[str]] = {}
        for record in self.records:
            if record.kind in IN_PLACE:
                found.setdefault(str(record.body["subject"]), []).append(record.id)
        return found


def situation(request: PageRequest, place: Place) -> Situation:
    """The place as the reader may see it, with what the address asks for."""
    records = tuple(everything(request, kinds=OF_PLACE, place=place.code))
    review = _review(request, records)
    rated = _rated(request, review)
    factors, stage = _asked(request), _stage(request)
    of_review = str(review.body["stage"] or "") if review else ""
    return Situation(
        place=place,
        records=records,
        context=badge(records, request.as_of.date()),
        review=review,
        rated=rated,
        seen=_seen(factors, rated, request.query.get("trend", "")),
        stage=stage or of_review,
        asked=bool(factors or stage),
    )


def _review(request: PageRequest, records: Sequence[Record]) -> Record | None:
    """The newest review, for people who are signed in: what it adds up could say more than a visitor may know."""
    reviews = [r for r in records if r.kind == "review"]
    return assessment_content.newest(reviews) if request.session else None


def _rated(request: PageRequest, review: Record | None) -> dict[str, Seen]:
    if review is None:
        return {}
    findings = open_desk(request, review.id).seen(SIX).findings
    return {f.factor: Seen(f.factor, f.level, f.trend) for f in findings}


def _seen(
    factors: Sequence[str], rated: Mapping[str, Seen], trend: str
) -> tuple[Seen, ...]:
    """What was asked for; else every factor that the review saw."""
    chosen = factors or [code for code, seen in rated.items() if seen.level]
    found = (rated.get(code, Seen(code)) for code in chosen)
    if trend not in (*TREND, "steady"):
        return tuple(found)
    return tuple(Seen(s.factor, s.level, trend) for s in found)


def _asked(request: PageRequest) -> list[str]:
    """The factors in the address, each once. Raises UnknownRecord for what is no factor."""
    given = request.http.query_params.getlist("factor")
    asked = list(dict.fromkeys(code for code in given if code))
    if strange := [code for code in asked if code not in FACTORS]:
        named = ", ".join(FACTORS)
        raise UnknownRecord(say("respond.no_factor", given=strange[0][:40], named=named))
    return asked


def _stage(request: PageRequest) -> str:
    stage = request.query.get("stage", "")
    if stage and stage not in stages():
        named = ", ".join(stages())
        raise UnknownRecord(say("respond.no_stage", given=stage[:40], named=named))
    return stage


def stage_words(stage: str) -> str:
    """A stage in the words of the review's form."""
    return form("review").field("stage").choices[stage]


def reviewed(request: PageRequest) -> Release | None:
    """The newest release of reviewed evidence that the office brought in."""
    home = request.state.settings.home
    folder = home / effects.FOLDER
    if not folder.is_dir():
        return None
    return _kept(home, tuple((f.name, f.stat().st_mtime_ns) for f in folder.glob("*.json")))


@lru_cache(maxsize=2)
def _kept(home: Path, stamps: tuple[tuple[str, int], ...]) -> Release | None:
    del stamps  # the key: other files, another release
    return effects.newest(home)


def all_practices(request: PageRequest) -> list[Practice]:
    """The library, and what offices added that the reader may read; theirs first."""
    added = everything(request, kinds=(practices.KIND,))
    return [
        *practices.of_records(added, dict(places(request))),
        *practices.library(),
    ]
