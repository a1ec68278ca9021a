"""The tables of a release: every row that the API answers with, for every place, as of one day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from upstander.core.places import Place
from upstander.core.treaties import instruments
from upstander.forecast import targets
from upstander.report import place_figures, situation
from upstander.report.as_of_data import Known
from upstander.report.treaty_status import statuses
from upstander.web.api import figures
from upstander.web.api import rows_of_figures as rows

BY, ALIKE = "CC-BY-4.0", "CC-BY-SA-4.0"  # what forecasts learned from is shared alike


@dataclass(frozen=True)
class ReleaseTable:
    """One table: its title, the dataclass of its rows, what makes them, its licence."""

    title: str
    row: type
    make: Callable[[Known], Sequence[Any]]
    licence: str


def _places(known: Known) -> list[Place]:
    return sorted(known.listed, key=lambda place: place.code)


def _countries(known: Known) -> list[Any]:
    lines = (situation.line_of(known, place) for place in _places(known))
    return [figures.country_row(known, line) for line in lines]


def _forecasts(known: Known) -> list[Any]:
    ids = [target.id for target in targets.TARGETS]
    return [
        figures.forecast_row(known, {}, (place, target))
        for place in _places(known)
        for target in figures.held(known, place, ids)
    ]


def _forecast_months(known: Known) -> list[Any]:
    return [
        figures.fan_row(known, (place, month))
        for place in _places(known)
        for month in figures.fan(known, place)
    ]


def _violence_months(known: Known) -> list[Any]:
    return [
        figures.month_row(known, (place, month))
        for place in _places(known)
        for month in place_figures.months(known, place)
    ]


def _violence_years(known: Known) -> list[Any]:
    return [
        figures.year_row(known, (place, year))
        for place in _places(known)
        for year in place_figures.years(known, place)
    ]


def _treaties(known: Known) -> list[Any]:
    return list(_treaty_rows(known)) if "treaty_act" in known.tables else []


def _treaty_rows(known: Known) -> Iterator[Any]:
    listed = tuple(instruments())
    for place in _places(known):
        acts = known.acts.get(place.code, [])
        for found in statuses(acts, known.known_to, known.as_of, listed):
            yield figures.treaty_row(known, (place, found))


TABLES = {
    "countries": ReleaseTable(
        "Every place in one row: the outlook", rows.Country, _countries, ALIKE
    ),
    "forecasts": ReleaseTable(
        "Probabilities by place and event", rows.Forecast, _forecasts, ALIKE
    ),
    "forecast_months": ReleaseTable(
        "Deaths in each coming month: quantiles",
        rows.ForecastMonth,
        _forecast_months,
        ALIKE,
    ),
    "violence_months": ReleaseTable(
        "Deaths by month and type", rows.ViolenceMonth, _violence_months, BY
    ),
    "violence_years": ReleaseTable(
        "Deaths by year and type", rows.ViolenceYear, _violence_years, BY
    ),
    "treaties": ReleaseTable("Standings on treaties", rows.Treaty, _treaties, BY),
}
