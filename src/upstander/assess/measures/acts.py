"""Factor 6: the act ledger, the pattern of acts, and the less obvious methods of destruction (F6a, F6b, F6d, C04).

What is alleged and what is verified never add up to one number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess.crimes import crimes
from upstander.assess.measures import (
    NOT_ASSESSED,
    Measure,
    day_of,
    highest,
    level,
    listed,
    measure,
    of,
    plural,
    within,
)
from upstander.assess.measures.sex_and_age import COUNTED
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import form

YEAR = 365
# Where each metric of a pattern counts as full: our own rule, said beside the index.
FULL = {"victims": 10_000, "places": 10, "months": 12, "signs": 6}
ESTIMATES = ("low", "best", "high")
# By estimate, which ones stand for it, the nearest first.
NEAREST = {
    "low": ("low", "best", "high"),
    "best": ("best", "low", "high"),
    "high": ("high", "best", "low"),
}
HEAVY = frozenset(
    {"artillery", "aircraft", "chemical", "incendiary", "starvation", "explosives"}
)


@dataclass(frozen=True)
class Tally:
    """Acts of one status, up to a day.

    Attributes:
        frequency: acts of the last year. spread: distinct areas. gravity: the highest, 1-4.
        victims: sum of best estimates, with low and high; uncounted: acts without any estimate, which are in no sum.
        by_sex_age: sums of women, men, girls, boys and not known; None where no act says.
    """

    status: str
    records: tuple[str, ...]
    frequency: Measure
    spread: Measure
    gravity: Measure
    victims: Measure
    uncounted: int
    by_sex_age: Mapping[str, int | None]


@dataclass(frozen=True)
class Ledger:
    """The act ledger: verified and alleged apart; disproved acts are counted and used for nothing."""

    verified: Tally
    alleged: Tally
    disproved: int


def ledger(records: Sequence[Record], on: date, group: str = "") -> Ledger:
    """The ledger of one group's acts, or of all."""
    acts = of(records, "act", on, group)
    by_status = {
        status: [act for act in acts if act.body["status"] == status]
        for status in ("verified", "alleged", "disproved")
    }
    return Ledger(
        _tally("verified", by_status["verified"], on),
        _tally("alleged", by_status["alleged"], on),
        len(by_status["disproved"]),
    )


def _tally(status: str, acts: Sequence[Record], on: date) -> Tally:
    counted = [act for act in acts if _has_count(act)]
    uncounted = len(acts) - len(counted)
    return Tally(
        status=status,
        records=tuple(act.id for act in acts),
        frequency=_frequency(status, acts, on),
        spread=_spread(status, acts),
        gravity=_gravity(status, acts),
        victims=_victims(status, counted, uncounted),
        uncounted=uncounted,
        by_sex_age={name: _sum(acts, name) for name in COUNTED},
    )


def _none(status: str) -> str:
    return say("assess.no_act_is_on_record_2", not_assessed=NOT_ASSESSED, status=status)


def _frequency(status: str, acts: Sequence[Record], on: date) -> Measure:
    year = within(acts, on, YEAR)
    value, words = None, _none(status)
    if acts:
        value = len(year)
        words = say("assess.in_the_last_year_3", plural=plural(value, f"{status} act"))
    return measure("F6a", "frequency", value, say("assess.acts_a_year"), words, year)


def _spread(status: str, acts: Sequence[Record]) -> Measure:
    areas = _areas(acts)
    value, words = None, _none(status)
    if areas:
        value = len(areas)
        words = say(
            "assess.acts_in", capitalize=status.capitalize(), plural=plural(value, "area")
        )
    return measure("F6a", "spread", value, "areas", words, acts)


def _areas(acts: Sequence[Record]) -> set[str]:
    return {act.body["area"] for act in acts if act.body.get("area")}


def _gravity(status: str, acts: Sequence[Record]) -> Measure:
    gravest = highest(level(act, "gravity") for act in acts)
    words = _none(status)
    if gravest is not None:
        words = say("assess.gravest_act_at_level_of_4", status=status, gravest=gravest)
    return measure("F6a", "gravity", gravest, "level 1-4", words, acts)


def _victims(status: str, counted: Sequence[Record], uncounted: int) -> Measure:
    if not counted:
        return measure("F6a", "victims", None, "persons", _none(status), counted)
    low, best, high = (sum(_estimate(act, which) for act in counted) for which in ESTIMATES)
    left_out = say("assess.without_a_count_are_not_in_it", plural=plural(uncounted, "act"))
    return measure(
        "F6a",
        "victims",
        best,
        "persons",
        say("assess.to_3", best=best, status=status, low=low, high=high, left_out=left_out),
        counted,
        low=low,
        high=high,
    )


def _estimate(act: Record, which: str) -> int:
    """The estimate asked for, or the nearest one given."""
    return next(int(v) for name in NEAREST[which] if (v := act.body.get(name)) is not None)


def _sum(acts: Sequence[Record], name: str) -> int | None:
    values = [v for act in acts if (v := act.body.get(name)) is not None]
    return sum(values) if values else None


@dataclass(frozen=True)
class Pattern:
    """Metrics of one status' acts, and the two sides of the legal test for crimes against humanity.

    Attributes:
        scale: victims and places. system: repetition, duration, organisation. Either side is enough in law.
        weapons: means on record; heavy: those that a State or an organised group alone commands.
        index: mean of the assessed metrics, each 0 to 1 (see ``pattern``).
    """

    status: str
    victims: int | None
    places: int
    months: int
    repetition: float | None
    signs: tuple[str, ...]
    weapons: tuple[str, ...]
    heavy: tuple[str, ...]
    index: Measure
    scale: str
    system: str
    legal_test: str
    note: str


def pattern(records: Sequence[Record], on: date, status: str, group: str = "") -> Pattern:
    """The pattern of acts of one status (verified or alleged) up to a day.

    The index is the mean of those of six metrics that are assessed: log victims up to 10,000, places up to 10, months
    up to 12, share of months with an act (from two months on), signs of organisation of six, share of acts by heavy
    means. Source: our own rule (F6d asks for an index); people weigh the metrics themselves.
    """
    acts = [r for r in of(records, "act", on, group) if r.body["status"] == status]
    victims, places = _counted_victims(acts), len(_areas(acts))
    span, repetition = _span(acts)
    signs, weapons = _named_in(acts, "organised"), _named_in(acts, "weapons")
    metrics = [
        _share_of_full(victims),
        min(1.0, places / FULL["places"]) if places else None,
        min(1.0, span / FULL["months"]) if span else None,
        repetition,
        len(signs) / FULL["signs"] if signs else None,
        _share_by_heavy_means(acts),
    ]
    legal_test, note = _test()
    return Pattern(
        status=status,
        victims=victims,
        places=places,
        months=span,
        repetition=repetition,
        signs=signs,
        weapons=weapons,
        heavy=tuple(weapon for weapon in weapons if weapon in HEAVY),
        index=_index([metric for metric in metrics if metric is not None], acts),
        scale=_scale(victims, places),
        system=_system(len(acts), span, signs),
        legal_test=legal_test,
        note=note,
    )


def _counted_victims(acts: Sequence[Record]) -> int | None:
    """Best estimates added up, None where nobody counted."""
    counted = [act for act in acts if _has_count(act)]
    return sum(_estimate(act, "best") for act in counted) if counted else None


def _span(acts: Sequence[Record]) -> tuple[int, float | None]:
    """Months from the first act to the last, and the share of them with an act; None where there is one month."""
    months = {(day.year, day.month) for act in acts if (day := day_of(act))}
    span = _months_between(min(months), max(months)) if months else 0
    return span, len(months) / span if span > 1 else None


def _named_in(acts: Sequence[Record], name: str) -> tuple[str, ...]:
    return tuple(sorted({value for act in acts for value in act.body.get(name) or ()}))


def _share_of_full(victims: int | None) -> float | None:
    """On a scale of logarithms, so that the first hundreds count."""
    if victims is None:
        return None
    return min(1.0, math.log1p(victims) / math.log1p(FULL["victims"]))


def _share_by_heavy_means(acts: Sequence[Record]) -> float | None:
    armed = [act for act in acts if act.body.get("weapons")]
    if not armed:
        return None
    return sum(bool(HEAVY & set(act.body["weapons"])) for act in armed) / len(armed)


def _scale(victims: int | None, places: int) -> str:
    number = (
        say("assess.victims_not_counted") if victims is None else plural(victims, "victim")
    )
    return say("assess.in_2", number=number, plural=plural(places, "place"))


def _system(acts: int, months: int, signs: Sequence[str]) -> str:
    shown = form("act").field("organised").choices
    organised = listed(shown[sign].lower() for sign in signs)
    return say(
        "assess.over_signs_of_organisation",
        plural=plural(acts, "act"),
        plural_2=plural(months, "month"),
        organised=organised,
    )


def _has_count(act: Record) -> bool:
    return any(act.body.get(name) is not None for name in ESTIMATES)


def _months_between(first: tuple[int, int], last: tuple[int, int]) -> int:
    return 12 * (last[0] - first[0]) + last[1] - first[1] + 1


def _index(metrics: Sequence[float], acts: Sequence[Record]) -> Measure:
    mean, words = None, say("assess.no_act_is_on_record", not_assessed=NOT_ASSESSED)
    if metrics:
        mean = sum(metrics) / len(metrics)
        words = say("assess.mean_of_of_six_metrics_it_sums", number=len(metrics))
    return measure("F6d", say("assess.pattern_index"), mean, "0 to 1", words, acts)


def _test() -> tuple[str, str]:
    humanity = next(c for c in crimes() if c.id == "crimes_against_humanity")
    return say("assess.widespread_or_systematic"), humanity.note


@dataclass(frozen=True)
class ReviewTask:
    """Something that people have to look at, because an item of the checklist was checked."""

    group: str
    items: tuple[str, ...]
    not_looked_at: tuple[str, ...]
    record: str
    words: str
    source: str = "SG-2013"
    part: str = say("assess.risk_factor_6_less_obvious_methods_f6b")


def review_tasks(
    records: Sequence[Record], on: date, group: str = ""
) -> tuple[ReviewTask, ...]:
    """One task for each checklist with any item checked; items nobody looked at are named, not taken as absent."""
    checklists = of(records, "less_obvious", on, group)
    return tuple(
        _review_task(checklist) for checklist in checklists if checklist.body.get("seen")
    )


def _review_task(checklist: Record) -> ReviewTask:
    shown = form("less_obvious").field("seen").choices
    seen = tuple(checklist.body["seen"])
    looked_at = {*seen, *(checklist.body.get("looked_at") or ())}
    left = tuple(item for item in shown if item not in looked_at)
    review = listed(shown[item].lower() for item in seen)
    not_looked_at = listed(shown[item].lower() for item in left)
    words = say("assess.review_not_looked_at", review=review, not_looked_at=not_looked_at)
    return ReviewTask(checklist.body["group"], seen, left, checklist.id, words)
