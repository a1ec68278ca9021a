"""Factor 1: past harm and how far it was dealt with, discrimination, exclusion (F1a-F1d)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess.measures import (
    NOT_ASSESSED,
    Measure,
    day_of,
    highest,
    in_force,
    level,
    listed,
    measure,
    of,
)
from upstander.core.messages import say, text
from upstander.records import Record
from upstander.records.forms import form

HALF_LIFE_YEARS = 15  # a past harm weighs half as much after 15 years ...
FLOOR = 0.25  # ... and never less than a quarter: what is remembered for generations does not fade to nothing
PARTIAL = 2  # coverage 0-4 from which a means of remedy is no longer called missing
SOME, STRONG = 2, 3  # levels 0-4
UNIT, LEVEL = say("assess.mass_atrocities_of_today"), "level 0-4"
MEANS = (
    "accountability",
    "reparations",
    "security_reform",
    "judicial_reform",
    "reconciliation",
)
# Which policy options answer a missing means of remedy: the report's options A4, A5, A6 and C5.
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "accountability": ("A4",),
    "reparations": ("A5",),
    "security_reform": ("A6",),
    "judicial_reform": ("A5",),
    "reconciliation": ("A5", "C5"),
}
FORMS = ("political", "social", "economic", "gender")
NOT_KNOWN = say("assess.not_known_whether_they_meet_discrimination_or")
SPHERES = ("power", "jobs", "services", "citizenship")


def harm_weight(harm: Record, on: date) -> float:
    """What one past harm weighs on a day: gravity / 4 x max(floor, 2 ^ (-years since it ended / half-life)).

    A mass atrocity that goes on weighs 1. Source: our own rule (F1a asks for decay with a floor).
    """
    ended = on if harm.body.get("goes_on") else day_of(harm, "until", "since") or on
    years = max(0.0, (on - ended).days / 365.25)
    decayed: float = 0.5 ** (years / HALF_LIFE_YEARS)
    return (level(harm, "gravity") or 0) / 4 * max(FLOOR, decayed)


def harm_history(records: Sequence[Record], group: str, on: date) -> Measure:
    """The sum of what a group's past harms weigh on a day; 1 is one mass atrocity that goes on."""
    harms = of(records, "harm", on, group)
    value = sum(harm_weight(h, on) for h in harms) if harms else None
    words = say("assess.no_past_harm_of_this_group_is_2", not_assessed=NOT_ASSESSED)
    if value is not None:
        words = say(
            "assess.past_harms_weigh",
            n=len(harms),
            value=value,
            half_life_years=HALF_LIFE_YEARS,
        )
    return measure("F1a", say("assess.harm_history"), value, UNIT, words, harms)


@dataclass(frozen=True)
class RemedyRow:
    """How far one harm was dealt with: coverage 0-4 by means, None where nothing is on record."""

    harm: str
    weight: float
    coverage: Mapping[str, int | None]

    @property
    def missing(self) -> tuple[str, ...]:
        """The means that are not on record, or less than partial."""
        return tuple(m for m in MEANS if (self.coverage[m] or 0) < PARTIAL)


@dataclass(frozen=True)
class UnaddressedPast:
    """The part of a group's past that was not dealt with.

    Attributes:
        measure: harm x (1 - coverage), summed. The value counts a means that is not on record as absent; ``low``
            counts it as if it were complete.
        rows: one per harm. options: codes of the policy options that answer what is missing.
    """

    measure: Measure
    rows: tuple[RemedyRow, ...]
    options: tuple[str, ...]


def unaddressed_past(records: Sequence[Record], group: str, on: date) -> UnaddressedPast:
    """Harm x (1 - remedy coverage) over a group's harms; coverage is the mean of the five means, each out of 4.

    Where one harm has several records of one means, the best counts.
    """
    harms = of(records, "harm", on, group)
    remedies = [
        r for r in of(records, "remedy", on) if r.body["harm"] in {h.id for h in harms}
    ]
    rows = tuple(
        RemedyRow(h.id, harm_weight(h, on), _coverage(h.id, remedies)) for h in harms
    )
    missing = sorted({means for row in rows for means in row.missing}, key=MEANS.index)
    options = tuple(sorted({option for means in missing for option in ANSWERS[means]}))
    return UnaddressedPast(
        _not_dealt_with(rows, missing, [*harms, *remedies]), rows, options
    )


def _not_dealt_with(
    rows: Sequence[RemedyRow], missing: Sequence[str], grounds: Sequence[Record]
) -> Measure:
    name = say("assess.unaddressed_past")
    if not rows:
        none = say("assess.no_past_harm_of_this_group_is", not_assessed=NOT_ASSESSED)
        return measure("F1b", name, None, UNIT, none, grounds)
    value = sum(_open_part(row, unknown=0) for row in rows)
    least = sum(_open_part(row, unknown=4) for row in rows)
    shown = form("remedy").field("means").choices
    words = say(
        "assess.of_was_not_dealt_with_missing_for",
        value=value,
        sum=sum(row.weight for row in rows),
        listed=listed(shown[means].lower() for means in missing),
    )
    return measure("F1b", name, value, UNIT, words, grounds, low=least, high=value)


def _coverage(harm: str, remedies: Iterable[Record]) -> dict[str, int | None]:
    of_harm = [remedy for remedy in remedies if remedy.body["harm"] == harm]
    levels = [(remedy.body["means"], level(remedy, "coverage")) for remedy in of_harm]
    return {means: highest(c for m, c in levels if m == means) for means in MEANS}


def _open_part(row: RemedyRow, unknown: int) -> float:
    covered = [unknown if row.coverage[m] is None else row.coverage[m] or 0 for m in MEANS]
    return row.weight * (1 - sum(covered) / (4 * len(MEANS)))


@dataclass(frozen=True)
class Grid:
    """The four forms of discrimination against one group, in law and in practice (F1c).

    Attributes:
        cells: (law, practice) levels 0-4 by form; None is not assessed.
        most: the highest level over all cells. spread: how many forms reach "some".
        meets_gender: whether gender-based discrimination meets another form, or another form hits women or girls.
    """

    group: str
    cells: Mapping[str, tuple[int | None, int | None]]
    most: Measure
    spread: Measure
    meets_gender: bool

    @property
    def not_assessed(self) -> tuple[str, ...]:
        """Forms on which nothing is on record."""
        return tuple(f for f in FORMS if self.cells[f] == (None, None))


def discrimination_grid(records: Sequence[Record], group: str, on: date) -> Grid:
    """The grid as it stands on a day; several records of one form count with their highest level."""
    now = [r for r in of(records, "discrimination", on, group) if in_force(r, on)]
    cells = {form: _cell([r for r in now if r.body["form"] == form]) for form in FORMS}
    reached = {form: highest(pair) for form, pair in cells.items()}
    wide = [form for form in FORMS if (reached[form] or 0) >= SOME]
    return Grid(
        group=group,
        cells=cells,
        most=_strongest_form(reached, now),
        spread=_spread(reached, wide, now),
        meets_gender=_meets_gender(wide, now),
    )


def _cell(records: Sequence[Record]) -> tuple[int | None, int | None]:
    """The highest level in law, and in practice."""
    in_law = highest(level(r, "law") for r in records)
    return in_law, highest(level(r, "practice") for r in records)


def _strongest_form(reached: Mapping[str, int | None], now: Sequence[Record]) -> Measure:
    most = highest(reached.values())
    open_forms = listed(form for form in FORMS if reached[form] is None)
    words = text("{words}.", words=NOT_ASSESSED)
    if most is not None:
        words = say(
            "assess.strongest_form_level_of_4_not_assessed",
            most=most,
            open_forms=open_forms,
        )
    return measure("F1c", say("assess.strongest_discrimination"), most, LEVEL, words, now)


def _spread(
    reached: Mapping[str, int | None], wide: Sequence[str], now: Sequence[Record]
) -> Measure:
    assessed = sum(level is not None for level in reached.values())
    value, words = None, text("{words}.", words=NOT_ASSESSED)
    if assessed:
        value = len(wide)
        words = say(
            "assess.of_assessed_forms_reach_some",
            value=value,
            assessed=assessed,
            listed=listed(wide),
        )
    return measure(
        "F1c",
        say("assess.spread_of_discrimination"),
        value,
        say("assess.forms_of_four"),
        words,
        now,
    )


def _meets_gender(wide: Sequence[str], now: Sequence[Record]) -> bool:
    """Two forms of which one is gender, or another form that hits women or girls."""
    if "gender" in wide and len(wide) > 1:
        return True
    others = [r for r in now if r.body["form"] != "gender" and r.body["form"] in wide]
    return any({"women", "girls"} & set(r.body.get("hits") or ()) for r in others)


@dataclass(frozen=True)
class Exclusion:
    """Where a group is kept out (F1d): level 0-4 by sphere, None not assessed."""

    group: str
    spheres: Mapping[str, int | None]
    most: Measure


def exclusion(records: Sequence[Record], group: str, on: date) -> Exclusion:
    """Levels of exclusion as they stand on a day."""
    now = [r for r in of(records, "exclusion", on, group) if in_force(r, on)]
    spheres = {
        s: highest(level(r, "level") for r in now if r.body["sphere"] == s) for s in SPHERES
    }
    most = highest(spheres.values())
    words = text("{words}.", words=NOT_ASSESSED)
    if most is not None:
        where = listed(sphere for sphere in SPHERES if spheres[sphere] == most)
        words = say("assess.strongest_exclusion_level_of_4_from", most=most, where=where)
    return Exclusion(
        group,
        spheres,
        measure("F1d", say("assess.strongest_exclusion"), most, LEVEL, words, now),
    )


@dataclass(frozen=True)
class Compounded:
    """A factor's level once discrimination and exclusion are seen together: both levels are kept."""

    before: int | None
    after: int | None
    compounded: bool
    words: str
    source: str = "SG-2013"
    part: str = say("assess.risk_factor_1_f1d")


def compounded(rated: int | None, grid: Grid, kept_out: Exclusion) -> Compounded:
    """Strong discrimination and strong exclusion (3 or more, both) raise the factor one band, to at most 4.

    A factor that people have not rated stays not assessed; the flag is shown all the same.
    """
    discrimination, exclusion = grid.most.value, kept_out.most.value
    if discrimination is None or exclusion is None:
        return Compounded(rated, rated, False, NOT_KNOWN)
    if min(discrimination, exclusion) < STRONG:
        return Compounded(
            rated,
            rated,
            False,
            say("assess.discrimination_and_exclusion_are_not_both_strong"),
        )
    after = None if rated is None else min(4, rated + 1)
    words = say(
        "assess.compounded_strong_discrimination_meets_strong_ex",
        raised=_raised(rated, after),
    )
    return Compounded(rated, after, True, words)


def _raised(rated: int | None, after: int | None) -> str:
    if rated is None:
        return ""
    if after == rated:
        return say("assess.the_factor_is_at_4_already")
    return say("assess.it_raises_the_factor_from_to", rated=rated, after=after)
