"""Structural indicators a reader is shown: last value, change, and the place's standing among all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from upstander.lake.series import CHOICES, names_of
from upstander.report import words


@dataclass(frozen=True)
class Measure:
    """An indicator of INDICATOR_YEAR as the pages name it. ``source`` is the source plug-in."""

    indicator: str
    label: str
    unit: str
    source: str


MEASURES = (
    Measure("vdem_v2x_polyarchy", "Electoral democracy", "index 0 to 1", "vdem"),
    Measure("vdem_v2x_libdem", "Liberal democracy", "index 0 to 1", "vdem"),
    Measure("vdem_v2x_civlib", "Civil liberties", "index 0 to 1", "vdem"),
    Measure("vdem_v2x_clphy", "Freedom from political killing and torture", "index 0 to 1", "vdem"),
    Measure("vdem_v2x_rule", "Rule of law", "index 0 to 1", "vdem"),
    Measure("vdem_v2xcs_ccsi", "Core civil society", "index 0 to 1", "vdem"),
    Measure("un_population_total", "Population", "persons", "un_population"),
    Measure(
        "un_infant_mortality_per_1000",
        "Infant mortality",
        "deaths per 1,000 births",
        "un_infant_mortality",
    ),
    Measure("wdi_gdp_per_capita_usd", "GDP per person", "US dollars", "wdi"),
    Measure(
        "wdi_gdp_per_capita_growth_percent", "Growth of GDP per person", "per cent a year", "wdi"
    ),
    Measure("unhcr_refugees_origin", "Refugees who fled from here", "persons", "unhcr"),
    Measure("displaced_within", "Displaced inside the country", "persons", "unhcr"),
    Measure("coups_attempts", "Coup attempts in the year", "events", "coups"),
)
NAMES = tuple(dict.fromkeys(n for m in MEASURES for n in (m.indicator, *names_of(m.indicator))))


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
        return f"{self.rank} of {self.of}{words.tied(self.tied)}"


def drivers(
    values: Mapping[str, Mapping[str, list[tuple[int, float]]]], code: str
) -> tuple[Driver, ...]:
    """The measures known for a place; rank 1 is the highest value among places with that year."""
    found = []
    for m in MEASURES:
        series = values.get(m.indicator, {}).get(code)
        if not series:
            continue
        year, value = series[-1]
        before = dict(series).get(year - 5)
        peers = [
            v for s in values[m.indicator].values() if (v := dict(s[-8:]).get(year)) is not None
        ]
        rank = 1 + sum(v > value for v in peers)
        change = None if before is None else value - before
        tied = peers.count(value) - 1
        label = m.label + _who_says(values, m.indicator, code, series[-1])
        found.append(
            Driver(
                m.indicator, label, m.unit, m.source, year, value, change, rank, len(peers), tied
            )
        )
    return tuple(found)


def _who_says(
    values: Mapping[str, Mapping[str, list[tuple[int, float]]]],
    indicator: str,
    code: str,
    last: tuple[int, float],
) -> str:
    """Of a choice between series, which one gave the last value; '' for a series that stands alone."""
    choice = CHOICES.get(indicator)
    for name, who in choice.said.items() if choice else ():
        if last in values.get(name, {}).get(code, []):
            return f" ({who})"
    return ""
