"""Country-years as known on a day: the lake's yearly series, aligned so that training equals use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upstander.core.errors import NotCovered
from upstander.core.tables import INDICATOR_YEAR, TREATY_ACT, VIOLENCE_YEAR
from upstander.core.types import Array, YearInputs
from upstander.forecast.cases import standing
from upstander.lake.series import CHOICES, chosen

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake import Lake

FIRST_DEATHS = 1989  # UCDP's first year
FIRST_YEAR = 1983  # six years earlier, for five-year changes of slow series at base year 1990
WIDE = 0.3  # share of units an indicator must cover in a year for that year to count as published
BINDING = ("ratification", "accession", "succession", "acceptance", "approval", "bound")


def base_year(
    lake: Lake, places: Places, units: tuple[str, ...], as_of: date, *, hindcast: bool = False
) -> int:
    """The last complete year whose deaths by type are known on ``as_of`` for every unit.

    Raises:
        NotCovered: none of the three years before ``as_of``.
    """
    from upstander.forecast.panel import yearly

    for year in range(as_of.year - 1, as_of.year - 4, -1):
        first = date(year, 1, 1)
        try:
            yearly(
                lake, places, units=units, first=first, last=first, as_of=as_of, hindcast=hindcast
            )
        except NotCovered:
            continue
        return year
    raise NotCovered(
        f"no complete year of deaths by type is known on {as_of}; fetch ucdp_country_year first"
    )


def covered_units(
    lake: Lake, places: Places, as_of: date, *, hindcast: bool = False
) -> tuple[str, ...]:
    """Today's places that UCDP's country-year file lists, former States counted under their heirs."""
    rows = lake.read(VIOLENCE_YEAR, as_of=as_of, hindcast=hindcast)
    now = {p.code for p in places.current(as_of)}
    return tuple(sorted({places.unit(c) for c in rows["country"].unique().to_pylist()} & now))


def inputs(
    lake: Lake,
    places: Places,
    units: tuple[str, ...],
    *,
    as_of: date,
    hindcast: bool = False,
    last: int | None = None,
) -> YearInputs:
    """Everything the feature families may see, for ``units`` up to the base year.

    Each indicator is shifted by its own lag (base year less its newest year) in every year, and
    carried forward at most three years, so a case of 2005 holds what 2005 would have known.

    Raises:
        NotCovered: the deaths of a year are not known.
    """
    from upstander.forecast.panel import monthly, yearly

    base = last if last is not None else base_year(lake, places, units, as_of, hindcast=hindcast)
    years = np.arange(FIRST_YEAR, base + 1)
    alive = _alive(places, units, years, as_of)
    first, end = date(FIRST_DEATHS, 1, 1), date(base, 12, 1)
    by_type = yearly(
        lake,
        places,
        units=units,
        first=first,
        last=date(base, 1, 1),
        as_of=as_of,
        hindcast=hindcast,
    )
    by_month = monthly(
        lake, places, units=units, first=first, last=end, as_of=as_of, hindcast=hindcast
    )
    pad = FIRST_DEATHS - FIRST_YEAR
    months = by_month.column("fatalities").reshape(len(units), -1, 12)
    months = np.concatenate([np.full((len(units), pad, 12), np.nan), months], axis=1)
    months[~alive] = np.nan
    deaths = {}
    for kind in by_type.features:
        values = np.concatenate([np.full((len(units), pad), np.nan), by_type.column(kind)], axis=1)
        values[~alive] = np.nan
        deaths[kind] = values
    raw = _indicators(lake, places, units, years, as_of, hindcast)
    lags = {name: lag for name, values in raw.items() if (lag := _lag(values, years)) is not None}
    return YearInputs(
        units=units,
        names={u: places.get(u).name for u in units},
        years=years,
        deaths=deaths,
        months=months,
        indicators={name: standing(raw[name], lag) for name, lag in lags.items()},
        lags=lags,
        bound=_bound(lake, units, years, as_of, hindcast),
        neighbours=_neighbours(places, units, as_of),
    )


def until(known: YearInputs, year: int) -> YearInputs:
    """The same inputs cut after ``year``."""
    stop = int(year - known.years[0]) + 1
    return replace(
        known,
        years=known.years[:stop],
        deaths={k: v[:, :stop] for k, v in known.deaths.items()},
        months=known.months[:, :stop],
        indicators={k: v[:, :stop] for k, v in known.indicators.items()},
        bound={k: v[:, :stop] for k, v in known.bound.items()},
    )


def _alive(
    places: Places, units: tuple[str, ...], years: npt.NDArray[np.int64], as_of: date
) -> npt.NDArray[np.bool_]:
    """(U, T) True in the years at whose end a unit, or a former State whose series it carries on, existed."""
    out = np.zeros((len(units), len(years)), dtype=bool)
    for t, year in enumerate(years.tolist()):
        series = {places.unit(p.code) for p in places.current(min(date(year, 12, 31), as_of))}
        out[:, t] = [u in series for u in units]
    return out


def _lag(values: Array, years: npt.NDArray[np.int64]) -> int | None:
    """Years from the newest year known for many units to the base year; None when there is none."""
    share = (~np.isnan(values)).mean(axis=0)
    if not share.any():
        return None
    wide = np.flatnonzero(share >= min(WIDE, share.max() / 2))
    return int(len(years) - 1 - wide[-1])


@dataclass(frozen=True)
class _Grid:
    """Where a country and year stand in (U, T)."""

    row: dict[str, int]
    first: int
    span: int

    def place(
        self, codes: Iterable[str], years: Iterable[int], values: Iterable[float], out: Array
    ) -> None:
        for code, year, value in zip(codes, years, values, strict=True):
            t = year - self.first
            if (u := self.row.get(code)) is not None and 0 <= t < self.span:
                out[u, t] = value


def _indicators(
    lake: Lake,
    places: Places,
    units: tuple[str, ...],
    years: npt.NDArray[np.int64],
    as_of: date,
    hindcast: bool,
) -> dict[str, Array]:
    """(U, T) by indicator. A former State's values stand for the unit that carries it on, until its own begin."""
    rows = lake.read(INDICATOR_YEAR, as_of=as_of, hindcast=hindcast)
    rows = rows.sort_by([("known_at", "ascending"), ("source", "ascending")])
    grid = _Grid({u: i for i, u in enumerate(units)}, int(years[0]), len(years))
    heirs = {c: places.unit(c) for c in rows["country"].unique().to_pylist()}
    out: dict[str, Array] = {}
    for name, part in _by_indicator(rows):
        values = np.full((len(units), len(years)), np.nan)
        codes, when, what = (part[c].to_pylist() for c in ("country", "year", "value"))
        own = [c == heirs[c] for c in codes]
        for wanted in (False, True):  # own values last, so that they win
            keep = [i for i, o in enumerate(own) if o is wanted]
            grid.place(
                (heirs[codes[i]] for i in keep),
                (when[i] for i in keep),
                (what[i] for i in keep),
                values,
            )
        out[name] = values
    return out


def _by_indicator(rows: pa.Table) -> Iterable[tuple[str, pa.Table]]:
    """Rows by series; a choice between several is made here, year by year, before anything is carried forward.

    Else the older value of the preferred series, carried forward, would stand where another knows the year itself.
    """
    apart = {name for choice in CHOICES.values() for name in choice.names}
    for name in sorted({*rows["indicator"].unique().to_pylist(), *CHOICES} - apart):
        part = chosen(rows, name)
        if len(part):
            yield name, part


def _bound(
    lake: Lake, units: tuple[str, ...], years: npt.NDArray[np.int64], as_of: date, hindcast: bool
) -> dict[str, Array]:
    """(U, T) by instrument: 1 from the year of a binding act until the year of a withdrawal."""
    rows = lake.read(TREATY_ACT, as_of=as_of, hindcast=hindcast).sort_by("act_date").to_pylist()
    row = {u: i for i, u in enumerate(units)}
    out: dict[str, Array] = {}
    for act in rows:
        unit = act["country"]
        if unit not in row or act["act_date"].year > years[-1]:
            continue
        bound = out.setdefault(act["instrument"], np.zeros((len(units), len(years))))
        start = max(0, act["act_date"].year - int(years[0]))
        if act["act"] in BINDING:
            bound[row[unit], start:] = 1.0
        elif act["act"] == "withdrawal":
            bound[row[unit], start:] = 0.0
    return out


def _neighbours(places: Places, units: tuple[str, ...], as_of: date) -> npt.NDArray[np.bool_]:
    """(U, U) True for land neighbours on ``as_of``, both ways."""
    row = {u: i for i, u in enumerate(units)}
    out = np.zeros((len(units), len(units)), dtype=bool)
    for unit, i in row.items():
        for other in places.neighbours(unit, on=as_of):
            if other in row:
                out[i, row[other]] = out[row[other], i] = True
    return out
