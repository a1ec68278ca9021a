"""The complete unit x month (or year) panel of deaths, as known on a day.

A month inside the coverage of a release, without a row in it, is a month of no recorded
deaths: 0. A month that no release covers is not known, and asking for it raises.

Which release speaks for a month is decided in ``lake.precedence``. ``Panel.definitions``
keeps who spoke, month by month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from upstander.core.errors import ConfigError, LeakageError, NotCovered
from upstander.core.months import months_from_to
from upstander.core.tables import VIOLENCE_MONTH, VIOLENCE_YEAR, Table
from upstander.core.types import Array, Panel
from upstander.forecast.shapes import ByName, Mask, Names, Units
from upstander.lake import precedence
from upstander.lake.as_of import Reads
from upstander.lake.derive import named_one_sided
from upstander.lake.precedence import NOBODY, Speakers, Voice

if TYPE_CHECKING:
    import pyarrow as pa

    from upstander.core.places import Places
    from upstander.lake import Release

MONTHLY_TARGET = "fatalities"
YEARLY_FEATURES = (
    "total",
    "state_based",
    "non_state",
    "one_sided",
    "one_sided_government",
    "one_sided_other",
)
KINDS = ("state_based", "non_state", "one_sided")
BEST = tuple(f"{k}_best" for k in KINDS)
BY_TYPE = (*BEST, "one_sided_government_best", "one_sided_other_best")
UNNAMED = "one_sided_unnamed_best"
DEATHS = "deaths in organised violence"


@dataclass(frozen=True)
class Asked:
    """What a panel is asked for: the places, the periods, and the day."""

    lake: Reads
    places: Places
    table: Table
    units: Units
    periods: tuple[date, ...]
    as_of: date
    hindcast: bool

    def releases(self) -> tuple[Release, ...]:
        """Releases that may speak, oldest first.

        Raises:
            LeakageError, ConfigError: nothing was known by that day; nothing is held at all.
        """
        releases = _releases(self.lake, self.table, self.as_of, self.hindcast)
        if not releases and self.lake.releases(as_of=date.max):
            raise LeakageError(
                f"{self.table.name}: nothing was known on {self.as_of}; ask for a later day, or for a hindcast"
            )
        if not releases:
            raise ConfigError(
                f"the lake holds no {self.table.name}; run: upstander fetch --help"
            )
        return releases

    def speakers(self, voices: tuple[Voice, ...]) -> Speakers:
        """Who speaks for each place and period."""
        cut_on = self.as_of if self.hindcast else None
        return precedence.speakers(
            self.releases(), self.units, self.periods, voices=voices, cut_on=cut_on
        )

    def rows(self) -> pa.Table:
        """The table as known on the day."""
        return self.lake.read(self.table, as_of=self.as_of, hindcast=self.hindcast)


def monthly(
    lake: Reads,
    places: Places,
    *,
    units: Units,
    first: date,
    last: date,
    as_of: date,
    hindcast: bool = False,
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
    asked = Asked(
        lake,
        places,
        VIOLENCE_MONTH,
        tuple(sorted(units)),
        months_between(first, last),
        as_of,
        hindcast,
    )
    return _of_months(asked, precedence.VOICES)


def monthly_of(
    lake: Reads,
    places: Places,
    source: str,
    *,
    units: Units,
    first: date,
    as_of: date,
) -> Panel:
    """Deaths per unit and month from one source alone, to the last month it covered on ``as_of``.

    One source means one definition: what back-tests on its dated copies need.

    Raises:
        LeakageError: no release of the source was known by then.
    """
    releases = [
        r for r in _releases(lake, VIOLENCE_MONTH, as_of, False) if r.source == source
    ]
    if not releases:
        raise LeakageError(f"{source}: no release was known on {as_of}")
    months = months_between(first, precedence.last_whole_month(releases[-1]))
    asked = Asked(
        lake, places, VIOLENCE_MONTH, tuple(sorted(units)), months, as_of, hindcast=False
    )
    return _of_months(asked, tuple(v for v in precedence.VOICES if v.source == source))


def _of_months(asked: Asked, voices: tuple[Voice, ...]) -> Panel:
    spoken = asked.speakers(voices)
    refuse_gaps(asked, spoken, DEATHS)
    values = values_spoken(asked, spoken, ("fatalities_best",))["fatalities_best"]
    return Panel(
        asked.units,
        asked.periods,
        values[..., None],
        (MONTHLY_TARGET,),
        asked.as_of,
        asked.hindcast,
        spoken.names(),
    )


def last_month(lake: Reads, *, as_of: date, hindcast: bool = False) -> date:
    """First day of the newest month that some release with worldwide coverage reaches on ``as_of``.

    Raises:
        NotCovered: there is none.
    """
    held = _releases(lake, VIOLENCE_MONTH, as_of, hindcast)
    last = precedence.newest_month(held, cut_on=as_of if hindcast else None)
    if last is None:
        raise NotCovered(
            f"no monthly figures of deaths are known on {as_of}; {_first(lake)}"
        )
    return last


def _first(lake: Reads) -> str:
    """Which release with worldwide coverage by month is held that was known first."""
    releases = _releases(lake, VIOLENCE_MONTH, date.max, False)
    known = [r for r in releases if r.places is None]
    if not known:
        return "fetch ucdp_country_month_by_type first"
    first = min(known, key=lambda r: r.known_at)
    return f"the first that is held became known on {first.known_at} ({first.source} {first.release})"


def yearly(
    lake: Reads,
    places: Places,
    *,
    units: Units,
    first: date,
    last: date,
    as_of: date,
    hindcast: bool = False,
) -> Panel:
    """Deaths by type per unit and calendar year, best estimates: features YEARLY_FEATURES.

    A year comes from the country-year file where that covers it and no newer consolidated release by month does, else
    from twelve covered months whose deaths are known by type. Who killed civilians only the file knows (NaN elsewhere).

    Args:
        first, last: 1 January of the first and the last year.

    Raises:
        NotCovered: a unit-year that neither covers.
    """
    years = tuple(date(y, 1, 1) for y in range(first.year, last.year + 1))
    asked = Asked(lake, places, VIOLENCE_YEAR, tuple(sorted(units)), years, as_of, hindcast)
    spoken = asked.speakers((precedence.YEARLY,))
    from_file = values_spoken(asked, spoken, BY_TYPE)
    values = np.stack([from_file[c] for c in BY_TYPE], axis=-1)
    total = values[..., : len(KINDS)].sum(axis=-1, keepdims=True)
    features = np.concatenate([total, values], axis=-1)
    in_file = (spoken.chosen != NOBODY).all(axis=0)
    definitions = _fill_years_from_months(asked, features, in_file & ~_is_newer(asked))
    return Panel(
        asked.units, years, features, YEARLY_FEATURES, as_of, hindcast, definitions
    )


def _is_newer(asked: Asked) -> Mask:
    """(T,) True where months by type became known after the country-year file."""
    cut_on = asked.as_of if asked.hindcast else None
    releases = asked.lake.releases(as_of=date.max if asked.hindcast else asked.as_of)
    newer = precedence.years_of_newer_months(releases, cut_on)
    return np.array([year.year in newer for year in asked.periods], dtype=np.bool_)


def _fill_years_from_months(asked: Asked, features: Array, in_file: Mask) -> Names:
    """Put sums of months in place of the years that the file does not speak for; who spoke for each year."""
    definitions = [precedence.YEARLY.name] * len(asked.periods)
    for first, last in _stretches(~in_file):
        years = asked.periods[first : last + 1]
        by_type, total, names = _years_of_months(asked, years)
        features[:, first : last + 1, 0] = total
        features[:, first : last + 1, 1 : 1 + len(KINDS)] = by_type
        definitions[first : last + 1] = names
    return tuple(definitions)


def _stretches(wanted: Mask) -> list[tuple[int, int]]:
    """First and last number of each unbroken stretch."""
    edges = np.diff(np.concatenate([[0], wanted.astype(np.int64), [0]]))
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [(int(a), int(b) - 1) for a, b in zip(starts, stops, strict=True)]


def _years_of_months(
    of_years: Asked, years: Sequence[date]
) -> tuple[Array, Array, list[str]]:
    """(U, Y, 3) sums by type of twelve months each, (U, Y) sums of all deaths, and who spoke for each year.

    Deaths by actors that are not yet named stand in the sum of all, and in no type.
    """
    stretch = f"{years[0].year} to {years[-1].year}" if len(years) > 1 else years[0].year
    what = f"the deaths of {stretch} by type"
    asked = _asked_of_months(of_years, years, what)
    spoken = asked.speakers(precedence.TYPED)
    refuse_gaps(asked, spoken, what)
    values = values_spoken(asked, spoken, (*BEST, UNNAMED))
    shape = (len(asked.units), len(years), 12)
    sums = np.stack([values[c].reshape(shape).sum(axis=2) for c in BEST], axis=-1)
    unnamed = np.nansum(values[UNNAMED].reshape(shape), axis=2)
    total = sums.sum(axis=-1)
    sums[..., -1] = named_one_sided(sums[..., -1], unnamed)
    names = spoken.names()
    by_year = [names[12 * n : 12 * n + 12] for n in range(len(years))]
    return sums, total, ["+".join(sorted(set("+".join(y).split("+")))) for y in by_year]


def _asked_of_months(of_years: Asked, years: Sequence[date], what: str) -> Asked:
    """The same places on the same day, asked for the months of the years; NotCovered where no monthly release is known."""
    if not _releases(of_years.lake, VIOLENCE_MONTH, of_years.as_of, of_years.hindcast):
        raise NotCovered(
            f"{what}: neither a yearly nor a monthly release known on {of_years.as_of} has them"
        )
    months = months_between(years[0], date(years[-1].year, 12, 1))
    return replace(of_years, table=VIOLENCE_MONTH, periods=months)


def months_between(first: date, last: date) -> tuple[date, ...]:
    months = months_from_to(first, last)
    if not months:
        raise ConfigError(f"no month between {first} and {last}")
    return months


def _releases(
    lake: Reads, table: Table, as_of: date, hindcast: bool
) -> tuple[Release, ...]:
    """Releases that may cover the table's periods, oldest first."""
    releases = lake.releases(as_of=date.max if hindcast else as_of)
    wanted = (
        precedence.MONTHLY_SOURCES
        if table is VIOLENCE_MONTH
        else {precedence.YEARLY.source}
    )
    return tuple(r for r in releases if r.source in wanted)


def refuse_gaps(asked: Asked, spoken: Speakers, what: str) -> None:
    """Raise NotCovered where nobody speaks; the first gaps are named."""
    if not spoken.voices:
        raise NotCovered(f"{what}: no release known on {asked.as_of} covers them")
    gaps = spoken.chosen == NOBODY
    if not gaps.any():
        return
    u, t = (int(i[0]) for i in np.nonzero(gaps))
    raise NotCovered(
        f"{what}: {gaps.sum():,} unit-periods are not covered by any release known on {asked.as_of}, "
        f"first {asked.units[u]} {asked.periods[t]}; silence is not zero"
    )


def values_spoken(
    asked: Asked,
    spoken: Speakers,
    columns: Names,
) -> Mapping[str, Array]:
    """(U, T) values by column of whoever speaks; NaN where nobody does or the speaker does not know."""
    values = {c: np.full(spoken.chosen.shape, np.nan) for c in columns}
    if not spoken.voices:
        return values
    rows = asked.rows()
    for n, voice in enumerate(spoken.voices):
        theirs = spoken.chosen == n
        if theirs.any():
            own = _values(rows, voice, asked, columns)
            for c in columns:
                values[c][theirs] = own[c][theirs]
    return values


def _values(
    rows: pa.Table,
    voice: Voice,
    asked: Asked,
    columns: Names,
) -> ByName:
    """(U, T) sums of a voice's rows by today's unit; 0 without a row, NaN where a row's value is not known."""
    mine = precedence.rows_of(rows, voice)
    at_period = {_stamp(p, asked.table): n for n, p in enumerate(asked.periods)}
    units_of = _units_of(mine["country"].unique().to_pylist(), asked)
    shape = (len(asked.units), len(asked.periods))
    codes = mine["country"].to_pylist()
    stamps = mine[asked.table.period].to_pylist()
    cells = [
        (units_of[code], at_period[stamp]) if stamp in at_period else ((), 0)
        for code, stamp in zip(codes, stamps, strict=True)
    ]
    return {c: _summed(cells, mine[c].to_pylist(), shape) for c in columns}


Cell = tuple[Sequence[int], int]  # the units and the period that a row counts in


def _summed(
    cells: Sequence[Cell], numbers: list[float | None], shape: tuple[int, int]
) -> Array:
    """(U, T) sums of the numbers over their cells."""
    out = np.zeros(shape)
    for (units, period), number in zip(cells, numbers, strict=True):
        for unit in units:
            out[unit, period] += np.nan if number is None else number
    return out


def _units_of(codes: list[str], asked: Asked) -> dict[str, list[int]]:
    """By code of a row's place, the numbers of the units that show its figures."""
    at_unit = {u: n for n, u in enumerate(asked.units)}
    carried = {c: asked.places.unit(c) for c in codes}
    booked = _booked(asked, set(carried.values()))
    shown = {c: _shown_in(unit, at_unit, booked) for c, unit in carried.items()}
    return {c: [at_unit[u] for u in units] for c, units in shown.items()}


def _booked(asked: Asked, have: set[str]) -> dict[str, str]:
    """The State that each unit without rows of its own is booked under."""
    under = {u: asked.places.get(u).booked_under for u in asked.units if u not in have}
    return {u: host for u, host in under.items() if host is not None}


def _shown_in(unit: str, at_unit: dict[str, int], booked: dict[str, str]) -> list[str]:
    """The unit itself, and the territories that have no figures but its."""
    under = [place for place, host in booked.items() if host == unit]
    return [u for u in (unit, *under) if u in at_unit]


def _stamp(period: date, table: Table) -> Any:
    return period.year if table.grain == "year" else period
