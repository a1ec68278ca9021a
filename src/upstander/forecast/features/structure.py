"""Structure: population, income, infant mortality, institutions, displacement, treaties. Slow, and known late."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from upstander.core.messages import Message, say
from upstander.core.types import Array, Family, Features, YearInputs
from upstander.forecast.cases import as_features, lagged
from upstander.forecast.shapes import ByName, Names

# The first of each line that a release holds is used; sources may offer the same quantity under their own name.
POPULATION = ("un_population_total", "un_population_projected", "wdi_population")
INFANT_MORTALITY = ("un_infant_mortality_per_1000", "wdi_infant_mortality_per_1000")
INCOME = ("wdi_gdp_per_capita_usd", "gdp_gw_per_capita_usd")
GROWTH = ("wdi_gdp_per_capita_growth_percent", "gdp_gw_per_capita_growth_percent")
TRADE = ("wdi_trade_percent_of_gdp",)
CHANGES = {
    "infant_mortality": "log_infant_mortality",
    "gdp": "log_gdp_per_capita",
    "population": "log_population",
}
FRESH = 1  # years behind the base year
TREATIES = ("GENOCIDE", "ROME", "CAT", "ICCPR", "ICCPR-OP2", "OPCAT", "ICERD", "CPED")
DISPLACED = {
    "refugees_from": ("unhcr_refugees_origin",),
    "displaced_within": (
        "displaced_within",
    ),  # a choice between series, made in lake/series.py
    "refugees_in": ("unhcr_refugees_asylum",),
    "asylum_seekers_from": ("unhcr_asylum_seekers_origin",),
}
FIGURES = (
    (POPULATION, -np.inf, 1e6, "forecast.population"),
    (INFANT_MORTALITY, -np.inf, 1, "forecast.infant_deaths"),
    (("vdem_v2x_polyarchy",), -np.inf, 1, "forecast.electoral_democracy"),
    (DISPLACED["refugees_from"], 1000, 1, "forecast.refugees_abroad"),
)  # what is known in numbers: its series, from which value on it is told, in which unit, and how


def first_known(inputs: YearInputs, names: Names) -> Array:
    """(U, T) each cell from the first of ``names`` that knows it."""
    out = inputs.indicator(names[0])
    for name in names[1:]:
        out = np.where(np.isnan(out), inputs.indicator(name), out)
    return out


def fresh_indices(inputs: YearInputs) -> list[str]:
    """V-Dem series at most a year behind the base year: the many of older extracts add width, not news."""
    return sorted(
        n
        for n in inputs.indicators
        if n.startswith("vdem_") and n not in POPULATION and inputs.lags.get(n, 0) <= FRESH
    )


def _log(values: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log(np.where(values > 0, values, 1.0)), np.nan)


def build(inputs: YearInputs) -> Features:
    """Levels, with one- and five-year changes of every V-Dem index a release holds."""
    people = first_known(inputs, POPULATION)
    columns = _levels(inputs, people)
    for name, level in CHANGES.items():
        columns[f"{name}_change5"] = columns[level] - lagged(columns[level], 5)
    for name in fresh_indices(inputs):
        columns |= _index(name, inputs.indicator(name))
    for name, sources in DISPLACED.items():
        columns |= _displaced(name, first_known(inputs, sources), people)
    for name in (t for t in TREATIES if t in inputs.bound):
        columns[f"bound_{name.lower()}"] = inputs.bound[name]
    return as_features(columns)


def _levels(inputs: YearInputs, people: Array) -> ByName:
    return {
        "log_population": _log(people),
        "log_infant_mortality": _log(first_known(inputs, INFANT_MORTALITY)),
        "log_gdp_per_capita": _log(first_known(inputs, INCOME)),
        "gdp_growth": np.clip(first_known(inputs, GROWTH), -30, 30),
        "log_trade": _log(first_known(inputs, TRADE)),
    }


def _index(name: str, values: Array) -> ByName:
    """A V-Dem series, and the changes of the indices among them."""
    if not name.startswith("vdem_v2x"):
        return {name: values}
    return {
        name: values,
        f"{name}_change1": values - lagged(values, 1),
        f"{name}_change5": values - lagged(values, 5),
    }


def _displaced(
    name: str,
    count: Array,
    people: Array,
) -> ByName:
    """Log of the displaced per million people, and its change on a year."""
    logs = np.log1p(1e6 * count / np.where(people > 0, people, np.nan))
    return {
        f"log_{name}_per_million": logs,
        f"log_{name}_change1": logs - lagged(logs, 1),
    }


def _dated(
    inputs: YearInputs,
    names: Names,
    unit: int,
) -> tuple[float, int]:
    """Value that stands for a unit now and the newest year it may be from."""
    base = int(inputs.years[-1])
    for name in names:
        value = float(inputs.indicator(name)[unit, -1])
        if not np.isnan(value):
            return value, base - inputs.lags.get(name, 0)
    return float("nan"), base


def sentence(inputs: YearInputs, unit: str) -> Message:
    """Population, infant mortality, electoral democracy, displacement, and treaties not joined."""
    u = inputs.units.index(unit)
    parts = [*_figures(inputs, u), *_not_joined(inputs, u)]
    if not parts:
        return say("forecast.structure_not_known")
    return say("forecast.structure", parts=parts)


def _figures(inputs: YearInputs, u: int) -> Iterator[Message]:
    """What is known of the place in numbers, each with its year."""
    for names, least, unit, id in FIGURES:
        value, year = _dated(inputs, names, u)
        if value >= least:  # what is not known is not
            yield say(id, value=float(value / unit), year=int(year))


def _not_joined(inputs: YearInputs, u: int) -> Iterator[Message]:
    for name in ("GENOCIDE", "ROME"):
        if name in inputs.bound and inputs.bound[name][u, -1] == 0:
            yield say(f"forecast.not_bound_{name.lower()}")


FAMILY = Family(
    title="Structure",
    citation="V-Dem v15 (Coppedge et al. 2025); World Bank WDI; UN IGME; UN WPP 2024; UNHCR; UN Treaty Collection",
    build=build,
    sentence=sentence,
)
