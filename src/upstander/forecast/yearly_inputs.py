"""Country-years as known on a day: the lake's yearly series, aligned so that training equals use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from upstander.core.errors import NotCovered
from upstander.core.tables import INDICATOR_YEAR, TREATY_ACT, VIOLENCE_YEAR, Table
from upstander.core.treaties import BINDING
from upstander.core.types import Array, Panel, YearInputs
from upstander.forecast.cases import standing
from upstander.forecast.shapes import ByName, Index, Mask, Names, Units
from upstander.lake.series import CHOICES, chosen

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake.as_of import Reads

FIRST_DEATHS = 1989  # UCDP's first year
FIRST_YEAR = (
    1983  # six years earlier, for five-year changes of slow series at base year 1990
)
WIDE = 0.3  # share of units an indicator must cover in a year for that year to count as published


def base_year(
    lake: Reads,
    places: Places,
    units: Units,
    as_of: date,
    *,
    hindcast: bool = False,
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
                lake,
                places,
                units=units,
                first=first,
                last=first,
                as_of=as_of,
                hindcast=hindcast,
            )
        except NotCovered:
            continue
        return year
    raise NotCovered(
        f"no complete year of deaths by type is known on {as_of}; fetch ucdp_country_year first"
    )


def covered_units(
    lake: Reads,
    places: Places,
    as_of: date,
    *,
    hindcast: bool = False,
) -> Names:
    """Today's places that UCDP's country-year file lists, former States counted under their heirs."""
    rows = lake.read(VIOLENCE_YEAR, as_of=as_of, hindcast=hindcast)
    now = {p.code for p in places.current(as_of)}
    return tuple(
        sorted({places.unit(c) for c in rows["country"].unique().to_pylist()} & now)
    )


def inputs(
    lake: Reads,
    places: Places,
    units: Units,
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
    base = (
        last
        if last is not None
        else base_year(lake, places, units, as_of, hindcast=hindcast)
    )
    asked = _Asked(
        lake,
        places,
        units,
        np.arange(FIRST_YEAR, base + 1),
        as_of,
        hindcast,
    )
    alive = _alive(asked)
    deaths = _deaths_by_type(asked, alive)
    months = _deaths_by_month(asked, alive)
    raw = _indicators(asked)
    lags = _lags(raw, asked.years)
    return YearInputs(
        units=units,
        names={u: places.get(u).name for u in units},
        years=asked.years,
        deaths=deaths,
        months=months,
        indicators={name: standing(raw[name], lag) for name, lag in lags.items()},
        lags=lags,
        bound=_bound(asked),
        neighbours=land_neighbours(places, units, as_of),
    )


def deaths_by_year(
    lake: Reads, places: Places, units: Units, *, as_of: date
) -> tuple[Index, ByName]:
    """The years to the base year, and (U, T) deaths by type as the inputs have them.

    Raises:
        NotCovered: no complete year is known.
    """
    base = base_year(lake, places, units, as_of)
    years = np.arange(FIRST_YEAR, base + 1)
    asked = _Asked(lake, places, units, years, as_of, hindcast=False)
    return years, _deaths_by_type(asked, _alive(asked))


@dataclass(frozen=True)
class _Asked:
    """What the inputs are asked for: the places, the years, and the day."""

    lake: Reads
    places: Places
    units: Units
    years: Index
    as_of: date
    hindcast: bool

    @property
    def base(self) -> int:
        return int(self.years[-1])

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.units), len(self.years)

    def rows(self, table: Table) -> pa.Table:
        """The table as known on the day."""
        return self.lake.read(table, as_of=self.as_of, hindcast=self.hindcast)

    def panel_of(self, panel: Callable[..., Panel], last: date) -> Panel:
        """UCDP's deaths of the places, by the year or the month, to ``last``."""
        return panel(
            self.lake,
            self.places,
            units=self.units,
            first=date(FIRST_DEATHS, 1, 1),
            last=last,
            as_of=self.as_of,
            hindcast=self.hindcast,
        )


def _deaths_by_type(asked: _Asked, alive: Mask) -> ByName:
    """(U, T) by type; NaN before UCDP's first year and where a place did not exist."""
    from upstander.forecast.panel import yearly

    by_type = asked.panel_of(yearly, date(asked.base, 1, 1))
    deaths = {}
    for kind in by_type.features:
        values = _padded(by_type.column(kind))
        values[~alive] = np.nan
        deaths[kind] = values
    return deaths


def _deaths_by_month(asked: _Asked, alive: Mask) -> Array:
    """(U, T, 12) deaths of all types; NaN before UCDP's first year and where a place did not exist."""
    from upstander.forecast.panel import monthly

    by_month = asked.panel_of(monthly, date(asked.base, 12, 1))
    months = _padded(by_month.column("fatalities").reshape(len(asked.units), -1, 12))
    months[~alive] = np.nan
    return months


def _padded(values: Array) -> Array:
    """Values from UCDP's first year on, with NaN for the years before it."""
    before = (len(values), FIRST_DEATHS - FIRST_YEAR, *values.shape[2:])
    return np.concatenate([np.full(before, np.nan), values], axis=1)


def _lags(raw: ByName, years: Index) -> dict[str, int]:
    """Years from an indicator's newest year to the base year; those that are not widely known are left out."""
    lags = {name: _lag(values, years) for name, values in raw.items()}
    return {name: lag for name, lag in lags.items() if lag is not None}


def until(known: YearInputs, year: int) -> YearInputs:
    """The same inputs cut after ``year``."""
    stop = int(year - known.years[0]) + 1
    return replace(
        known,
        years=known.years[:stop],
        deaths=_cut(known.deaths, stop),
        months=known.months[:, :stop],
        indicators=_cut(known.indicators, stop),
        bound=_cut(known.bound, stop),
    )


def _cut(series: Mapping[str, Array], stop: int) -> ByName:
    return {name: values[:, :stop] for name, values in series.items()}


def _alive(asked: _Asked) -> Mask:
    """(U, T) True in the years at whose end a unit, or a former State whose series it carries on, existed."""
    out = np.zeros(asked.shape, dtype=bool)
    for t, year in enumerate(asked.years.tolist()):
        day = min(date(year, 12, 31), asked.as_of)
        series = {asked.places.unit(p.code) for p in asked.places.current(day)}
        out[:, t] = [u in series for u in asked.units]
    return out


def _lag(values: Array, years: Index) -> int | None:
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

    @classmethod
    def of(cls, asked: _Asked) -> _Grid:
        row = {u: i for i, u in enumerate(asked.units)}
        return cls(row, int(asked.years[0]), len(asked.years))

    def place(
        self,
        code: str,
        year: int,
        value: float,
        out: Array,
    ) -> None:
        """Put a value where it stands, if it stands anywhere."""
        t = year - self.first
        if (u := self.row.get(code)) is not None and 0 <= t < self.span:
            out[u, t] = value


def _indicators(asked: _Asked) -> ByName:
    """(U, T) by indicator. A former State's values stand for the unit that carries it on, until its own begin."""
    rows = asked.rows(INDICATOR_YEAR)
    rows = rows.sort_by([("known_at", "ascending"), ("source", "ascending")])
    grid = _Grid.of(asked)
    heirs = {c: asked.places.unit(c) for c in rows["country"].unique().to_pylist()}
    return {name: _values(part, grid, heirs) for name, part in _by_indicator(rows)}


def _values(
    rows: pa.Table,
    grid: _Grid,
    heirs: dict[str, str],
) -> Array:
    """(U, T) of one indicator."""
    values = np.full((len(grid.row), grid.span), np.nan)
    columns = (rows[c].to_pylist() for c in ("country", "year", "value"))
    cells = list(zip(*columns, strict=True))
    for wanted in (False, True):  # own values last, so that they win
        for code, year, value in cells:
            if (code == heirs[code]) is wanted:
                grid.place(heirs[code], year, value, values)
    return values


def _by_indicator(rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Rows by series; a choice between several is made here, year by year, before anything is carried forward.

    Else the older value of the preferred series, carried forward, would stand where another knows the year itself.
    """
    apart = {name for choice in CHOICES.values() for name in choice.names}
    for name in sorted({*rows["indicator"].unique().to_pylist(), *CHOICES} - apart):
        part = chosen(rows, name)
        if len(part):
            yield name, part


def _bound(asked: _Asked) -> ByName:
    """(U, T) by instrument: 1 from the year of a binding act until the year of a withdrawal."""
    row = {u: i for i, u in enumerate(asked.units)}
    out: ByName = {}
    for act in asked.rows(TREATY_ACT).sort_by("act_date").to_pylist():
        unit = act["country"]
        year = act["act_date"].year
        if unit not in row or year > asked.base:
            continue
        bound = out.setdefault(act["instrument"], np.zeros(asked.shape))
        start = max(0, year - int(asked.years[0]))
        state = _state_after(act["act"])
        if state is not None:
            bound[row[unit], start:] = state
    return out


def _state_after(act: str) -> float | None:
    """1 where an act binds, 0 where it ends that, None where it does neither."""
    if act in BINDING:
        return 1.0
    return 0.0 if act == "withdrawal" else None


def land_neighbours(
    places: Places,
    units: Units,
    as_of: date,
) -> Mask:
    """(U, U) True for land neighbours on ``as_of``, both ways."""
    row = {u: i for i, u in enumerate(units)}
    out = np.zeros((len(units), len(units)), dtype=bool)
    for unit, i in row.items():
        for other in places.neighbours(unit, on=as_of):
            if other in row:
                out[i, row[other]] = out[row[other], i] = True
    return out
