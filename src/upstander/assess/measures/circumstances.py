"""Factor 4: steps that make atrocities easier, and how diverse the security forces are (F4a)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import form

YEAR, MEMORY = 365, 5 * 365  # a type is new if it was not seen in the five years before
RECENT = 90
NO_MEASURE = say("assess.no_preparatory_measure_is_on_record", not_assessed=NOT_ASSESSED)
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
    steps = of(records, "preparatory_measure", on)
    if group:
        steps = tuple(step for step in steps if group in (step.body.get("groups") or ()))
    year, memory = within(steps, on, YEAR), within(steps, on, MEMORY, skip=YEAR)
    types = _types(year)
    new = tuple(type for type in types if type not in _types(memory))
    return Preparation(
        count=_count(year, types, is_assessed=bool(steps)),
        novelty=_novelty(new, types, [*year, *memory]),
        speed=_speed(year, on),
        new_types=new,
        clusters=clusters(year),
    )


def _types(steps: Iterable[Record]) -> tuple[str, ...]:
    return tuple(sorted({step.body["type"] for step in steps}))


def _count(year: Sequence[Record], types: Sequence[str], *, is_assessed: bool) -> Measure:
    value, words = None, NO_MEASURE
    if is_assessed:
        value = len(year)
        shown = form("preparatory_measure").field("type").choices
        kinds = listed(shown[type].lower() for type in types)
        words = say(
            "assess.in_the_last_year_2", plural=plural(value, "measure"), kinds=kinds
        )
    return measure(
        "F4a",
        say("assess.preparatory_measures"),
        value,
        say("assess.measures_a_year"),
        words,
        year,
    )


def _novelty(
    new: Sequence[str], types: Sequence[str], grounds: Sequence[Record]
) -> Measure:
    share, words = None, NO_MEASURE
    if types:
        share = len(new) / len(types)
        words = say(
            "assess.of_not_seen_in_the_five_years",
            number=len(new),
            plural=plural(len(types), "type"),
        )
    return measure("F4a", "novelty", share, say("assess.share_of_types"), words, grounds)


def _speed(year: Sequence[Record], on: date) -> Measure:
    recent = len(within(year, on, RECENT))
    rest = len(year) - recent
    now, before = recent / RECENT, rest / (YEAR - RECENT)
    value = now / before if before else None
    last = say("assess.in_the_last_days_2", recent=recent, recent_2=RECENT)
    words = say("assess.and_none_in_the_rest_of_the", last=last)
    if value is not None:
        words = say(
            "assess.against_in_the_rest_of_the_year", last=last, rest=rest, value=value
        )
    return measure("F4a", "speed", value, say("assess.times_the_earlier_pace"), words, year)


def clusters(steps: Sequence[Record]) -> tuple[Cluster, ...]:
    """Spans in which measures came close together; spans that share a measure are one."""
    days = ((day, step) for step in steps if (day := day_of(step)))
    dated = sorted(days, key=lambda pair: (pair[0], pair[1].id))
    spans: list[dict[str, Record]] = []
    for start, _ in dated:
        end = start + timedelta(days=CLUSTER_DAYS)
        window = {step.id: step for day, step in dated if start <= day < end}
        if len(window) < CLUSTER_FEWEST or len(_types(window.values())) < CLUSTER_TYPES:
            continue
        if spans and spans[-1].keys() & window.keys():
            spans[-1] |= window
        else:
            spans.append(window)
    return tuple(_cluster(list(span.values())) for span in spans)


def _cluster(steps: Sequence[Record]) -> Cluster:
    days = sorted(date.fromisoformat(step.body["day"]) for step in steps)
    ids = tuple(sorted(step.id for step in steps))
    return Cluster(days[0], days[-1], _types(steps), ids)


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
        raise ValueError(say("assess.the_groups_shares_sum_to_more_than"))
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
    by_force: dict[str, list[Record]] = {}
    for share in of(records, "force_diversity", on):
        by_force.setdefault(share.body["force"], []).append(share)
    return tuple(_diversity(force, by_force[force]) for force in sorted(by_force))


def _diversity(force: str, shares: Sequence[Record]) -> Diversity:
    by_day: dict[str, list[Record]] = {}
    for share in shares:
        by_day.setdefault(share.body["day"], []).append(share)
    last = max(by_day)
    first = min(day for day in by_day if _groups(by_day[day]) == _groups(by_day[last]))
    change = _change(first, by_day[first], last, by_day[last])
    return Diversity(force, date.fromisoformat(last), _apart(last, by_day[last]), change)


def _groups(shares: Sequence[Record]) -> set[str]:
    return {share.body["group"] for share in shares}


def _apart(day: str, shares: Sequence[Record]) -> Measure:
    distance = _distance(shares)
    words = say(
        "assess.the_shares_on_record_for_sum_to", not_assessed=NOT_ASSESSED, day=day
    )
    if distance is not None:
        words = say("assess.on", distance=distance, day=day)
    unit = say("assess.0_mirrors_it_1_is_apart")
    return measure(
        "F4a", say("assess.distance_from_the_population"), distance, unit, words, shares
    )


def _change(
    first: str, shares_then: Sequence[Record], last: str, shares_now: Sequence[Record]
) -> Measure:
    """From the first day with the same groups to the last."""
    now, then = _distance(shares_now), _distance(shares_then)
    value, words = (
        None,
        say("assess.no_earlier_day_with_the_same_groups", not_assessed=NOT_ASSESSED),
    )
    if first != last and now is not None and then is not None:
        value = now - then
        words = say("assess.since", value=f"{value:+.2f}", first=first, turn=_turn(value))
    grounds = [*shares_now, *shares_then]
    return measure(
        "F4a", say("assess.change_of_distance"), value, "difference", words, grounds
    )


def _turn(change: float) -> str:
    if change == 0:
        return say("assess.no_change")
    return say("assess.less_diverse") if change > 0 else say("assess.more_diverse")


def _distance(shares: Sequence[Record]) -> float | None:
    """None where the shares as typed cannot all be right."""
    pairs = [
        (share.body["force_share"], share.body["population_share"]) for share in shares
    ]
    try:
        return dissimilarity(pairs)
    except ValueError:
        return None
