"""The complete unit x month (or year) panel of deaths, as known on a day.

A month inside the coverage of a release, without a row in it, is a month of no recorded
deaths: 0. A month that no release covers is not known, and asking for it raises.

Which source speaks for a month: the final annual release before the monthly Candidate
events, these before the monthly totals of PaCE (a lower bound); within one kind the
newest. ``Panel.definitions`` keeps who spoke, month by month.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from upstander.core.errors import ConfigError, LeakageError, NotCovered
from upstander.core.tables import VIOLENCE_MONTH, VIOLENCE_YEAR, Table
from upstander.core.types import Array, Panel

if TYPE_CHECKING:
    import pyarrow as pa

    from upstander.core.places import Places
    from upstander.lake import Lake, Release

MONTHLY_TARGET = "fatalities"
YEARLY_FEATURES = ("total", "state_based", "non_state", "one_sided", "one_sided_government", "one_sided_other")
KINDS = ("state_based", "non_state", "one_sided")
ANNUAL, CANDIDATE, TOTALS, NOBODY = 0, 1, 2, 9
# UCDP names the yearly final release 25.1 and the monthly Candidate ones 25.0.12
CANDIDATE_RELEASE = re.compile(r"^\d+[._]0[._]\d+$")
RANKS = {"ucdp_country_month": ANNUAL, "ucdp_candidate_extract": CANDIDATE, "pace_country_month": TOTALS}


@dataclass(frozen=True)
class _Voice:
    """What one source says: (U, T) rank where it covers and NOBODY elsewhere, and its values."""

    source: str
    rank: npt.NDArray[np.int8]
    newest: date
    values: dict[str, Array]


def monthly(
    lake: Lake, places: Places, *, units: tuple[str, ...], first: date, last: date, as_of: date, hindcast: bool = False
) -> Panel:
    """Deaths in organised violence, best estimate, per unit and month: feature ``fatalities``.

    Rows of former States count under today's place that carries on their series; a territory
    without rows of its own that a source books under another State shows that State's figures.

    Args:
        first, last: first days of the first and the last month.

    Raises:
        NotCovered: a unit-month that no release known on ``as_of`` covers.
        LeakageError: nothing at all was known by that day.
    """
    months = _months(first, last)
    units = tuple(sorted(units))
    voices = _voices(lake, places, VIOLENCE_MONTH, units, months, ("fatalities_best",), as_of, hindcast)
    chosen = _choose(voices, units, months, as_of)
    values = _spoken(voices, chosen, "fatalities_best")
    return Panel(units, months, values[..., None], (MONTHLY_TARGET,), as_of, hindcast, _definitions(voices, chosen))


def monthly_of(lake: Lake, places: Places, source: str, *, units: tuple[str, ...], first: date, as_of: date) -> Panel:
    """Deaths per unit and month from one source alone, to the last month it covered on ``as_of``.

    One source means one definition: what back-tests on its dated copies need.

    Raises:
        LeakageError: no release of the source was known by then.
    """
    releases = [r for r in _releases(lake, VIOLENCE_MONTH, as_of, False) if r.source == source]
    if not releases:
        raise LeakageError(f"{source}: no release was known on {as_of}")
    months, units = _months(first, _edge(releases[-1], as_of, False)), tuple(sorted(units))
    voices = _voices(lake, places, VIOLENCE_MONTH, units, months, ("fatalities_best",), as_of, False)
    mine = [v for v in voices if v.source == source]
    chosen = _choose(mine, units, months, as_of)
    values = _spoken(mine, chosen, "fatalities_best")
    return Panel(units, months, values[..., None], (MONTHLY_TARGET,), as_of, False, _definitions(mine, chosen))


def last_month(lake: Lake, *, as_of: date, hindcast: bool = False) -> date:
    """First day of the newest month that some release with worldwide coverage reaches on ``as_of``.

    Raises:
        NotCovered: there is none.
    """
    found = [_edge(r, as_of, hindcast) for r in _releases(lake, VIOLENCE_MONTH, as_of, hindcast) if r.places is None]
    if not found:
        raise NotCovered(f"no monthly figures of deaths are known on {as_of}; fetch ucdp_country_month first")
    return max(found)


def yearly(
    lake: Lake, places: Places, *, units: tuple[str, ...], first: date, last: date, as_of: date, hindcast: bool = False
) -> Panel:
    """Deaths by type per unit and calendar year, best estimates: features YEARLY_FEATURES.

    A year comes from the country-year file where that covers it, else from twelve covered
    months whose deaths are known by type; who killed civilians is then not known (NaN).

    Args:
        first, last: 1 January of the first and the last year.

    Raises:
        NotCovered: a unit-year that neither covers.
    """
    units, years = tuple(sorted(units)), tuple(date(y, 1, 1) for y in range(first.year, last.year + 1))
    columns = (*(f"{k}_best" for k in KINDS), "one_sided_government_best", "one_sided_other_best")
    voices = _voices(lake, places, VIOLENCE_YEAR, units, years, columns, as_of, hindcast)
    values, who = np.full((len(units), len(years), len(columns)), np.nan), []
    for n, year in enumerate(years):
        voice = next((v for v in voices if (v.rank[:, n] != NOBODY).all()), None)
        if voice is not None:
            values[:, n] = np.stack([voice.values[c][:, n] for c in columns], axis=-1)
            who.append(voice.source)
            continue
        values[:, n, : len(KINDS)], source = _year_of_months(lake, places, units, year, as_of, hindcast)
        who.append(source)
    total = values[..., : len(KINDS)].sum(axis=-1, keepdims=True)
    features = np.concatenate([total, values], axis=-1)
    return Panel(units, years, features, YEARLY_FEATURES, as_of, hindcast, tuple(who))


def _year_of_months(
    lake: Lake, places: Places, units: tuple[str, ...], year: date, as_of: date, hindcast: bool
) -> tuple[Array, str]:
    """(U, 3) sums by type of twelve months, and who spoke."""
    if not _releases(lake, VIOLENCE_MONTH, as_of, hindcast):
        raise NotCovered(
            f"the deaths of {year.year} by type: neither a yearly nor a monthly release known on {as_of} has them"
        )
    months = _months(year, date(year.year, 12, 1))
    columns = tuple(f"{k}_best" for k in KINDS)
    voices = _voices(lake, places, VIOLENCE_MONTH, units, months, columns, as_of, hindcast)
    typed = [v for v in voices if not any(np.isnan(v.values[c]).any() for c in columns)]
    chosen = _choose(typed, units, months, as_of, f"the deaths of {year.year} by type")
    sums = np.stack([_spoken(typed, chosen, c).sum(axis=1) for c in columns], axis=-1)
    return sums, "+".join(sorted(set("+".join(_definitions(typed, chosen)).split("+"))))


def _months(first: date, last: date) -> tuple[date, ...]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if count < 1:
        raise ConfigError(f"no month between {first} and {last}")
    start = first.year * 12 + first.month - 1
    return tuple(date(m // 12, m % 12 + 1, 1) for m in range(start, start + count))


def _end(period: date, grain: str) -> date:
    """Last day of the month or year that begins on ``period``."""
    if grain == "year":
        return date(period.year, 12, 31)
    return (period + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _releases(lake: Lake, table: Table, as_of: date, hindcast: bool) -> list[Release]:
    """Releases that may cover the table's periods, oldest first."""
    known = lake.releases(as_of=date.max if hindcast else as_of)
    wanted = {*RANKS, "ucdp_ged"} if table is VIOLENCE_MONTH else {"ucdp_country_year"}
    return sorted((r for r in known if r.source in wanted), key=lambda r: (r.known_at, r.sequence))


def _edge(release: Release, as_of: date, hindcast: bool) -> date:
    """First day of the last whole month the release covers; in a hindcast cut by its publication lag."""
    last = min(release.last, as_of - timedelta(days=release.lag_days)) if hindcast else release.last
    after = last + timedelta(days=1)
    return (after.replace(day=1) - timedelta(days=1)).replace(day=1)


def _rank(release: Release) -> int:
    if release.source == "ucdp_ged":
        return CANDIDATE if CANDIDATE_RELEASE.match(release.release) else ANNUAL
    return RANKS.get(release.source, ANNUAL)


def _voices(
    lake: Lake,
    places: Places,
    table: Table,
    units: tuple[str, ...],
    periods: tuple[date, ...],
    columns: tuple[str, ...],
    as_of: date,
    hindcast: bool,
) -> list[_Voice]:
    """Every source that covers something, with its values; 0 where it covers and has no row."""
    releases = _releases(lake, table, as_of, hindcast)
    if not releases:
        if lake.releases(as_of=date.max):
            raise LeakageError(f"{table.name}: nothing was known on {as_of}; ask for a later day, or for a hindcast")
        raise ConfigError(f"the lake holds no {table.name}; run: upstander fetch --help")
    rows = lake.read(table, as_of=as_of, hindcast=hindcast)
    voices = []
    for source in dict.fromkeys(r.source for r in releases):
        mine = [r for r in releases if r.source == source]
        rank = _coverage(mine, table, units, periods, as_of, hindcast)
        values = _values(rows, source, places, table, units, periods, columns)
        covered = rank != NOBODY
        filled = {c: np.where(covered, v, np.nan) for c, v in values.items()}
        voices.append(_Voice(source, rank, mine[-1].known_at, filled))
    return voices


def _coverage(
    releases: list[Release],
    table: Table,
    units: tuple[str, ...],
    periods: tuple[date, ...],
    as_of: date,
    hindcast: bool,
) -> npt.NDArray[np.int8]:
    """(U, T) rank of the newest release that covers each whole period, NOBODY where none does."""
    rank = np.full((len(units), len(periods)), NOBODY, dtype=np.int8)
    for release in releases:  # oldest first, so that the newest is written last
        last = min(release.last, as_of - timedelta(days=release.lag_days)) if hindcast else release.last
        inside = np.array([release.first <= p and _end(p, table.grain) <= last for p in periods])
        there = np.array([release.places is None or u in release.places for u in units])
        rank[np.ix_(there, inside)] = _rank(release)
    return rank


def _values(
    rows: pa.Table,
    source: str,
    places: Places,
    table: Table,
    units: tuple[str, ...],
    periods: tuple[date, ...],
    columns: tuple[str, ...],
) -> dict[str, Array]:
    """(U, T) sums of a source's rows by today's unit; 0 without a row, NaN where a row's value is not known."""
    import pyarrow.compute as pc

    mine = rows.filter(pc.equal(rows["source"], source))
    at_unit, at_period = {u: n for n, u in enumerate(units)}, {_stamp(p, table): n for n, p in enumerate(periods)}
    codes = mine["country"].unique().to_pylist()
    carried = {c: places.unit(c) for c in codes}
    have = set(carried.values())
    booked = {u: b for u in units if u not in have and (b := places.get(u).booked_under) is not None}
    followers = {c: [at_unit[u] for u in _shown_in(carried[c], at_unit, booked)] for c in codes}
    out = {c: np.zeros((len(units), len(periods))) for c in columns}
    stamps = mine[table.period].to_pylist()
    for c in columns:
        numbers = mine[c].to_pylist()
        for code, stamp, number in zip(mine["country"].to_pylist(), stamps, numbers, strict=True):
            period = at_period.get(stamp)
            if period is not None:
                for unit in followers[code]:
                    out[c][unit, period] += np.nan if number is None else number
    return out


def _shown_in(unit: str, at_unit: dict[str, int], booked: dict[str, str]) -> list[str]:
    """The unit itself, and the territories that have no figures but its."""
    return [u for u in (unit, *(b for b, under in booked.items() if under == unit)) if u in at_unit]


def _stamp(period: date, table: Table) -> Any:
    return period.year if table.grain == "year" else period


def _choose(
    voices: list[_Voice],
    units: tuple[str, ...],
    periods: tuple[date, ...],
    as_of: date,
    what: str = "deaths in organised violence",
) -> npt.NDArray[np.int64]:
    """(U, T) number of the voice that speaks for each unit-month.

    Raises:
        NotCovered: nobody does somewhere; the first gaps are named.
    """
    if not voices:
        raise NotCovered(f"{what}: no release known on {as_of} covers them")
    order = sorted(range(len(voices)), key=lambda n: (voices[n].newest, voices[n].source), reverse=True)
    ranks = np.stack([voices[n].rank for n in order])
    if (gaps := (ranks == NOBODY).all(axis=0)).any():
        u, t = (int(i[0]) for i in np.nonzero(gaps))
        raise NotCovered(
            f"{what}: {gaps.sum():,} unit-periods are not covered by any release known on {as_of}, "
            f"first {units[u]} {periods[t]}; silence is not zero"
        )
    return np.asarray(np.take(order, ranks.argmin(axis=0)), dtype=np.int64)


def _spoken(voices: list[_Voice], chosen: npt.NDArray[np.int64], column: str) -> Array:
    every = np.stack([v.values[column] for v in voices])
    return np.asarray(np.take_along_axis(every, chosen[None], axis=0)[0], dtype=np.float64)


def _definitions(voices: list[_Voice], chosen: npt.NDArray[np.int64]) -> tuple[str, ...]:
    """For each period the sources that spoke, joined by ``+`` where units differ."""
    return tuple("+".join(sorted({voices[n].source for n in np.unique(column)})) for column in chosen.T)
