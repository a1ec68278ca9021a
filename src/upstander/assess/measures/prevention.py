"""Factor 5: capacity to prevent, equal participation, civic space, institutions under the rule of law (F5a-F5e)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess.measures import (
    NOT_ASSESSED,
    Measure,
    level,
    listed,
    measure,
    of,
    plural,
    within,
)
from upstander.core.messages import say, text
from upstander.records import Record
from upstander.records.forms import form

KINDS = ("judicial", "human_rights", "security")
# What exists on paper counts half of what is judged of it.
EXISTS: Mapping[str, float] = {"no": 0.0, "paper": 0.5, "yes": 1.0}
PARTS_JUDGED = ("independence", "resources", "credibility")
YEAR = 365


@dataclass(frozen=True)
class Reading:
    """A published indicator of the regime or of capacity, scaled so that 1 is most able to prevent.

    ``scale`` is (worst, best) in the publisher's own unit; worst may be the larger number.
    """

    name: str
    subject: str  # "regime" or "capacity"
    value: float | None
    scale: tuple[float, float]
    year: int
    source: str

    @property
    def scaled(self) -> float | None:
        """0 worst to 1 best, cut at the ends; None where not known."""
        if self.value is None:
            return None
        worst, best = self.scale
        return min(1.0, max(0.0, (self.value - worst) / (best - worst)))


def preventive_capacity(readings: Sequence[Reading]) -> Measure:
    """The mean of regime and capacity, each the mean of its known readings; 0 least able to 1 most able.

    A subject without a known reading is left out and named. Equal weights are our own rule: nothing is tuned.
    """
    by_subject: dict[str, list[float]] = {}
    for reading in readings:
        if reading.scaled is not None:
            by_subject.setdefault(reading.subject, []).append(reading.scaled)
    value = None
    words: str = say("assess.no_indicator_is_known", not_assessed=NOT_ASSESSED)
    if by_subject:
        subjects = sorted(by_subject)
        value = _mean([_mean(by_subject[subject]) for subject in subjects])
        words = _readings(readings, subjects)
    return measure(
        "F5a",
        say("assess.capacity_to_prevent"),
        value,
        say("assess.0_least_to_1_most_able"),
        words,
        [],
    )


def _readings(readings: Sequence[Reading], subjects: Sequence[str]) -> str:
    years = sorted(reading.year for reading in readings if reading.scaled is not None)
    lost = listed(reading.name for reading in readings if reading.scaled is None)
    number = plural(len(years), "indicator")
    return say(
        "assess.from_of_to_not_known",
        number=number,
        years=years[0],
        years_2=years[-1],
        listed=listed(subjects),
        lost=lost,
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


@dataclass(frozen=True)
class Gap:
    """Participation of one group, or of women, in one body: share of the population less share there."""

    sphere: str
    label: str
    group: str
    gap: Measure


def participation_gaps(records: Sequence[Record], on: date) -> tuple[Gap, ...]:
    """Gaps in percentage points, widest first; the newest record of each body and group counts. Positive is too few."""
    newest: dict[tuple[str, str, str], Record] = {}
    for r in sorted(of(records, "participation", on), key=lambda r: (r.body["day"], r.id)):
        if r.body.get("group") and r.body.get("total"):
            newest[r.body["sphere"], r.body.get("label") or "", r.body["group"]] = r
    gaps = (Gap(*key, _gap(r)) for key, r in newest.items())
    return tuple(sorted(gaps, key=_width_and_names))


def _width_and_names(gap: Gap) -> tuple[float, str, str, str]:
    """The widest first."""
    return -(gap.gap.value or 0.0), gap.sphere, gap.label, gap.group


def _gap(r: Record) -> Measure:
    there = 100 * r.body["of_group"] / r.body["total"]
    value = r.body["population_share"] - there
    people = say(
        "assess.of_the_population_on",
        population_share=r.body["population_share"],
        day=r.body["day"],
    )
    words = say("assess.of_members_against", there=there, people=people)
    return measure(
        "F5b",
        say("assess.participation_gap"),
        value,
        say("assess.percentage_points"),
        words,
        [r],
    )


def civic_space(records: Sequence[Record], on: date) -> Measure:
    """Trend: the net weight of events of the last year less that of the year before; below 0 the space narrows.

    An event that widens counts +1 to +4 by its weight, one that narrows -1 to -4.
    """
    events = of(records, "civic_space", on)
    year, before = within(events, on, YEAR), within(events, on, YEAR, skip=YEAR)
    value, words = None, say("assess.no_event_is_on_record", not_assessed=NOT_ASSESSED)
    if events:
        now, then = _net(year), _net(before)
        value = now - then
        weights = say(
            "assess.net_weight_in_the_last_year_in", now=f"{now:+d}", then=f"{then:+d}"
        )
        words = say("assess.the_space", weights=weights, turn=_turn(value))
    return measure(
        "F5c",
        say("assess.trend_of_civic_space"),
        value,
        "weight",
        words,
        [*year, *before],
    )


def _turn(change: int) -> str:
    if change == 0:
        return say("assess.does_not_change")
    return text("narrows") if change < 0 else text("widens")


def _net(events: Sequence[Record]) -> int:
    signs = (1 if event.body["direction"] == "widens" else -1 for event in events)
    weights = (level(event, "weight") or 0 for event in events)
    return sum(sign * weight for sign, weight in zip(signs, weights, strict=True))


@dataclass(frozen=True)
class SubScore:
    """One of the three kinds of institution, before and after the rule of law is applied: both are shown."""

    kind: str
    score: Measure
    adjusted: Measure


def institutions(
    records: Sequence[Record], on: date, rule_of_law: float | None
) -> tuple[SubScore, ...]:
    """Three sub-scores, 0 to 1, each the mean over its institutions of existence x mean of what was judged / 4.

    Args:
        rule_of_law: an index from 0 (weak) to 1 (strong), None if not known. It multiplies each sub-score: even an
            institution that exists is worth less where law does not rule (F5e).

    Raises:
        ValueError: the index lies outside 0 to 1.
    """
    if rule_of_law is not None and not 0 <= rule_of_law <= 1:
        raise ValueError(
            say("assess.the_rule_of_law_index_lies_outside", rule_of_law=rule_of_law)
        )
    every = of(records, "institution", on)
    by_kind = {kind: [r for r in every if r.body["kind"] == kind] for kind in KINDS}
    return tuple(_sub_score(kind, own, rule_of_law) for kind, own in by_kind.items())


def institution_score(institution: Record) -> float | None:
    """Existence (none 0, on paper 0.5, works 1) x mean of independence, resources, credibility that were judged, / 4."""
    if institution.body["exists"] == "no":
        return 0.0
    judged = [v for name in PARTS_JUDGED if (v := level(institution, name)) is not None]
    return EXISTS[institution.body["exists"]] * _mean(judged) / 4 if judged else None


def _sub_score(
    kind: str, institutions: Sequence[Record], rule_of_law: float | None
) -> SubScore:
    pairs = [(r, institution_score(r)) for r in institutions]
    scores = [score for _, score in pairs if score is not None]
    judged = [r for r, score in pairs if score is not None]
    value, words = (
        None,
        say(
            "assess.no_institution_was_judged",
            not_assessed=NOT_ASSESSED,
            replace=kind.replace("_", "-"),
        ),
    )
    if scores:
        value = _mean(scores)
        left = len(institutions) - len(judged)
        words = say(
            "assess.from_on_record_not_judged",
            value=value,
            plural=plural(len(judged), "institution"),
            left=left,
        )
    score = measure(
        "F5d",
        say("assess.institutions", kind=_named(kind)),
        value,
        "0 to 1",
        words,
        judged,
    )
    return SubScore(kind, score, _adjusted(kind, score, rule_of_law, judged))


def _named(kind: str) -> str:
    return form("institution").field("kind").choices[kind]


def _adjusted(
    kind: str, score: Measure, rule_of_law: float | None, judged: Sequence[Record]
) -> Measure:
    """The score under the rule of law."""
    value = None
    words: str = say("assess.not_adjusted_the_rule_of_law_index")
    if score.value is None:
        words = score.words
    elif rule_of_law is not None:
        value = score.value * rule_of_law
        product = say(
            "assess.times_the_rule_of_law",
            score=score.value,
            rule_of_law=rule_of_law,
            value=value,
        )
        words = say("assess.where_law_does_not_rule_institutions_that", product=product)
    name = say("assess.institutions_under_the_rule_of_law", kind=_named(kind))
    return measure(
        "F5e",
        name,
        value,
        "0 to 1",
        words,
        judged,
    )
