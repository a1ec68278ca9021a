"""Structural indicators a reader is shown: last value, change, and the place's standing among all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from upstander.core.messages import say, text
from upstander.lake.series import CHOICES, names_of
from upstander.report import words

Series = list[tuple[int, float]]  # (year, value), oldest first
Values = Mapping[str, Mapping[str, Series]]  # by indicator and place
YEARS_BEFORE = 5  # a change is against then
NEWEST = 8  # values of a place among which a year is looked for


@dataclass(frozen=True)
class Measure:
    """An indicator of INDICATOR_YEAR as the pages name it. ``source`` is the source plug-in."""

    indicator: str
    label: str
    unit: str
    source: str


INDEX, PERSONS = text("index 0 to 1"), text("persons")
DOLLARS = say("report.us_dollars")
VDEM = (
    Measure("vdem_v2x_polyarchy", say("report.electoral_democracy"), INDEX, "vdem"),
    Measure("vdem_v2x_libdem", say("report.liberal_democracy"), INDEX, "vdem"),
    Measure("vdem_v2x_civlib", say("report.civil_liberties"), INDEX, "vdem"),
    Measure(
        "vdem_v2x_clphy",
        say("report.freedom_from_political_killing_and_torture"),
        INDEX,
        "vdem",
    ),
    Measure("vdem_v2x_rule", say("report.rule_of_law"), INDEX, "vdem"),
    Measure("vdem_v2xcs_ccsi", say("report.core_civil_society"), INDEX, "vdem"),
)
INFANTS = Measure(
    "un_infant_mortality_per_1000",
    say("report.infant_mortality"),
    say("report.deaths_per_1_000_births"),
    "un_infant_mortality",
)
GROWTH = Measure(
    "wdi_gdp_per_capita_growth_percent",
    say("report.growth_of_gdp_per_person"),
    say("report.per_cent_a_year"),
    "wdi",
)
MEASURES = (
    *VDEM,
    Measure("un_population_total", say("report.population"), PERSONS, "un_population"),
    INFANTS,
    Measure(
        "wdi_gdp_per_capita_usd",
        say("report.gdp_per_person"),
        DOLLARS,
        "wdi",
    ),
    GROWTH,
    Measure(
        "unhcr_refugees_origin", say("report.refugees_who_fled_from_here"), PERSONS, "unhcr"
    ),
    Measure(
        "displaced_within", say("report.displaced_inside_the_country"), PERSONS, "unhcr"
    ),
    Measure(
        "coups_attempts", say("report.coup_attempts_in_the_year"), text("events"), "coups"
    ),
)
NAMES = tuple(
    dict.fromkeys(n for m in MEASURES for n in (m.indicator, *names_of(m.indicator)))
)


@dataclass(frozen=True)
class Driver:
    """One indicator of one place.

    ``change`` is against five years before, None where not known; ``tied`` is how many others have the same value.
    """

    indicator: str
    label: str
    unit: str
    source: str
    year: int
    value: float
    change: float | None
    rank: int
    of: int
    tied: int

    @property
    def ranks(self) -> str:
        """The rank as text, and how many others share it."""
        return say("report.of", rank=self.rank, of=self.of, tied=words.tied(self.tied))


def drivers(values: Values, code: str) -> tuple[Driver, ...]:
    """The measures known for a place; rank 1 is the highest value among places with that year."""
    measures = (m for m in MEASURES if values.get(m.indicator, {}).get(code))
    return tuple(_driver(measure, values, code) for measure in measures)


def _driver(measure: Measure, values: Values, code: str) -> Driver:
    by_place = values[measure.indicator]
    series = by_place[code]
    year, value = series[-1]
    before = dict(series).get(year - YEARS_BEFORE)
    peers = _in_year(by_place, year)
    return Driver(
        indicator=measure.indicator,
        label=_label(measure, values, code, series[-1]),
        unit=measure.unit,
        source=measure.source,
        year=year,
        value=value,
        change=None if before is None else value - before,
        rank=1 + sum(v > value for v in peers),
        of=len(peers),
        tied=peers.count(value) - 1,
    )


def _in_year(by_place: Mapping[str, Series], year: int) -> list[float]:
    """Every place's value of a year, looked for among each one's newest."""
    newest = (dict(series[-NEWEST:]) for series in by_place.values())
    return [by_year[year] for by_year in newest if by_year.get(year) is not None]


def _label(
    measure: Measure,
    values: Values,
    code: str,
    last: tuple[int, float],
) -> str:
    """What it is called; of a choice between series, with the one that gave the last value."""
    choice = CHOICES.get(measure.indicator)
    for name, who in choice.said.items() if choice else ():
        if last in values.get(name, {}).get(code, []):
            return say("report.label_by", label=measure.label, who=text(who))
    return measure.label
