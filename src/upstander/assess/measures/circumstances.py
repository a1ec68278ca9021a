"""Factor 4: steps that make atrocities easier, and how diverse the security forces are (F4a)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from upstander.assess.measures import (
    NOT_ASSESSED,
    Measure,
    day_of,
    listed,
    measure,
    of,
    plural,
    within,
)
from upstander.records import Record
from upstander.records.forms import form

YEAR, MEMORY = 365, 5 * 365  # a type is new if it was not seen in the five years before
RECENT = 90
CLUSTER_DAYS, CLUSTER_FEWEST, CLUSTER_TYPES = 30, 3, 2


@dataclass(frozen=True)
class Cluster:
    """Measures that came close together: at least three of at least two types within thirty days."""

    first: date
    last: date
    types: tuple[str, ...]
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Preparation:
    """Preparatory measures up to a day.

    Attributes:
        count: of the last year. new_types: seen in the last year and not in the five years before.
        speed: measures a month in the last 90 days over those a month in the rest of the year.
        clusters: in the last year, oldest first.
    """

    count: Measure
    novelty: Measure
    speed: Measure
    new_types: tuple[str, ...]
    clusters: tuple[Cluster, ...]


def preparation(records: Sequence[Record], on: date, group: str = "") -> Preparation:
    """Count, novelty, speed and clusters of measures, all or those that bear on one group."""
    found = [
        r
        for r in of(records, "preparatory_measure", on)
        if not group or group in (r.body.get("groups") or ())
    ]
    year, memory = within(found, on, YEAR), within(found, on, MEMORY, skip=YEAR)
    types = sorted({r.body["type"] for r in year})
    new = tuple(sorted(set(types) - {r.body["type"] for r in memory}))
    none = f"{NOT_ASSESSED}: no preparatory measure is on record."
    shown = form("preparatory_measure").field("type").choices
    count = measure(
        "F4a",
        "preparatory measures",
        len(year) if found else None,
        "measures a year",
        f"{plural(len(year), 'measure')} in the last year: {listed(shown[t].lower() for t in types)}."
        if found
        else none,
        year,
    )
    novelty = measure(
        "F4a",
        "novelty",
        len(new) / len(types) if types else None,
        "share of types",
        f"{len(new)} of {plural(len(types), 'type')} not seen in the five years before."
        if types
        else none,
        [*year, *memory],
    )
    return Preparation(count, novelty, _speed(year, on), new, clusters(year))


def _speed(year: Sequence[Record], on: date) -> Measure:
    recent = within(year, on, RECENT)
    now, before = len(recent) / RECENT, (len(year) - len(recent)) / (YEAR - RECENT)
    value = now / before if before else None
    words = (
        f"{len(recent)} in the last {RECENT} days against {len(year) - len(recent)} in the rest of the year: {value:.1f} times the pace."
        if value is not None
        else f"{len(recent)} in the last {RECENT} days and none in the rest of the year: no pace to compare with."
    )
    return measure("F4a", "speed", value, "times the earlier pace", words, year)


def clusters(found: Sequence[Record]) -> tuple[Cluster, ...]:
    """Spans in which measures came close together; spans that share a measure are one."""
    dated = sorted(
        ((day, r) for r in found if (day := day_of(r))), key=lambda pair: (pair[0], pair[1].id)
    )
    spans: list[dict[str, Record]] = []
    for start, _ in dated:
        window = {r.id: r for d, r in dated if start <= d < start + timedelta(days=CLUSTER_DAYS)}
        if (
            len(window) < CLUSTER_FEWEST
            or len({r.body["type"] for r in window.values()}) < CLUSTER_TYPES
        ):
            continue
        if spans and spans[-1].keys() & window.keys():
            spans[-1] |= window
        else:
            spans.append(window)
    return tuple(_cluster(list(span.values())) for span in spans)


def _cluster(found: Sequence[Record]) -> Cluster:
    days = sorted(date.fromisoformat(r.body["day"]) for r in found)
    return Cluster(
        days[0],
        days[-1],
        tuple(sorted({r.body["type"] for r in found})),
        tuple(sorted(r.id for r in found)),
    )


def dissimilarity(shares: Sequence[tuple[float, float]]) -> float:
    """How far a force's make-up lies from the population's: half the sum of absolute differences, 0 to 1.

    Args:
        shares: (in the force, in the population) in per cent by group; who is in no group makes up the rest.

    Raises:
        ValueError: the shares of either sum to more than 100 (by more than rounding).

    Source: Duncan & Duncan (1955), American Sociological Review 20(2).
    """
    rest = [100 - sum(pair[i] for pair in shares) for i in (0, 1)]
    if min(rest) < -0.5:
        raise ValueError("the groups' shares sum to more than 100 per cent")
    pairs = [*shares, (max(0.0, rest[0]), max(0.0, rest[1]))]
    return sum(abs(force - people) for force, people in pairs) / 200


@dataclass(frozen=True)
class Diversity:
    """One force on its last day on record, and the change since the first day with the same groups."""

    force: str
    day: date
    distance: Measure
    change: Measure


def diversity(records: Sequence[Record], on: date) -> tuple[Diversity, ...]:
    """Distance from the population by force (0 mirrors it, 1 is apart); a rise of it is a loss of diversity."""
    found = of(records, "force_diversity", on)
    return tuple(
        _diversity(force, [r for r in found if r.body["force"] == force])
        for force in sorted({r.body["force"] for r in found})
    )


def _diversity(force: str, found: Sequence[Record]) -> Diversity:
    by_day = {
        day: [r for r in found if r.body["day"] == day]
        for day in sorted({r.body["day"] for r in found})
    }
    last = max(by_day)
    same = [
        d
        for d in by_day
        if {r.body["group"] for r in by_day[d]} == {r.body["group"] for r in by_day[last]}
    ]
    now, then = _distance(by_day[last]), _distance(by_day[same[0]])
    words = f"{NOT_ASSESSED}: the shares on record for {last} sum to more than 100 per cent. Correct them."
    distance = measure(
        "F4a",
        "distance from the population",
        now,
        "0 mirrors it, 1 is apart",
        words if now is None else f"{now:.2f} on {last}.",
        by_day[last],
    )
    value = now - then if len(same) > 1 and now is not None and then is not None else None
    words = f"{NOT_ASSESSED}: no earlier day with the same groups."
    if value is not None:
        turn = "less diverse" if value > 0 else "more diverse" if value < 0 else "no change"
        words = f"{value:+.2f} since {same[0]}: {turn}."
    change = measure(
        "F4a", "change of distance", value, "difference", words, [*by_day[last], *by_day[same[0]]]
    )
    return Diversity(force, date.fromisoformat(last), distance, change)


def _distance(found: Sequence[Record]) -> float | None:
    """None where the shares as typed cannot all be right."""
    try:
        return dissimilarity([(r.body["force_share"], r.body["population_share"]) for r in found])
    except ValueError:
        return None
