"""Made-up country-years for the annual tests: quick, and with the ugly cases in."""

import numpy as np
import pytest

from upstander.core.types import Array, YearInputs

KINDS = (
    "total",
    "state_based",
    "non_state",
    "one_sided",
    "one_sided_government",
    "one_sided_other",
)


def country_years(
    seed: int = 1, units: int = 40, first: int = 1983, last: int = 2015
) -> YearInputs:
    """Countries whose violence persists; deaths unknown before 1989; one State born in 2005."""
    rng = np.random.default_rng(seed)
    years = np.arange(first, last + 1)
    shape = (units, len(years))
    level = rng.normal(0, 2.2, (units, 1)) + np.cumsum(rng.normal(0, 0.6, shape), axis=1)
    killed = np.where(level > 1.5, np.floor(np.exp(level + 2)), 0.0)
    fought = np.where(level > 0.5, np.floor(np.exp(level + 2.5)), 0.0)
    rival = np.where(rng.random(shape) < 0.1, np.floor(rng.exponential(40, shape)), 0.0)
    deaths: dict[str, Array] = {
        "total": killed + fought + rival,
        "state_based": fought,
        "non_state": rival,
        "one_sided": killed,
        "one_sided_government": np.floor(killed / 3),
        "one_sided_other": killed - np.floor(killed / 3),
    }
    deaths["one_sided_government"][:, -1] = np.nan  # Candidate events do not say who killed
    deaths["one_sided_other"][:, -1] = np.nan
    months = np.repeat((deaths["total"] / 12)[..., None], 12, axis=-1)
    unknown = np.tile(years < 1989, (units, 1))
    unknown[3, years < 2005] = True
    for values in deaths.values():
        values[unknown] = np.nan
    months[unknown] = np.nan
    people = np.exp(rng.normal(15.5, 1.5, (units, 1))) * np.ones(shape)
    indicators = {
        "un_population_total": people,
        "un_infant_mortality_per_1000": np.exp(rng.normal(3, 0.7, shape)),
        "vdem_v2x_polyarchy": rng.random(shape),
        "wdi_gdp_per_capita_usd": np.exp(rng.normal(8, 1, shape)),
        "unhcr_refugees_origin": np.floor(rng.exponential(5000, shape)),
        "coups_attempts": (rng.random(shape) < 0.04).astype(float),
        "coups_successes": np.zeros(shape),
    }
    indicators["wdi_gdp_per_capita_usd"][5] = np.nan
    codes = tuple(f"A{i:02d}" for i in range(units))
    border = np.zeros((units, units), dtype=bool)
    for i in range(1, units - 2):
        border[i, i + 1] = border[i + 1, i] = True
    return YearInputs(
        units=codes,
        names={c: f"Land {c}" for c in codes},
        years=years,
        deaths=deaths,
        months=months,
        indicators=indicators,
        lags={"un_population_total": 1, "vdem_v2x_polyarchy": 1},
        bound={"GENOCIDE": np.ones(shape)},
        neighbours=border,
    )


@pytest.fixture(scope="session")
def known() -> YearInputs:
    """Forty made-up countries, 1983 to 2015."""
    return country_years()
