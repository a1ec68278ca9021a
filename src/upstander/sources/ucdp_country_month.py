"""UCDP GED by country and month: deaths in organised violence, and events by type, since 1989.

One row is a country and month with at least one event; a month inside the coverage without a
row had none. Published once a year in June for the years to the last one; the next release
revises the past, mostly upward. An event's deaths all stand in its START month (Rwanda April
1994, Ethiopia 2021-22). Gaza and the West Bank stand under Israel; there is no row for PSE or
XKX. Deaths are not split by type here (those columns stay null); events are. In 93 rows of
25.1 the low estimate is above the best one: kept as published.

Codebook: https://ucdp.uu.se/downloads/ged/ged251.pdf. There is no stable address for the
monthly sums: they are made from the event file, so nothing is fetched over HTTP here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.arrival import dated, oldest_first
from upstander.core.events import consolidated
from upstander.core.indicators import last_days, year_span
from upstander.core.places import Places, load
from upstander.core.reading import files, read_table
from upstander.core.refusals import country_codes, refuse, refuse_bad_counts, refuse_repeats
from upstander.core.tables import VIOLENCE_MONTH
from upstander.core.types import EXTRACT, Snapshot, Source

NUMBERS = {
    "conflict_fatalities_best": "fatalities_best",
    "conflict_fatalities_low": "fatalities_low",
    "conflict_fatalities_high": "fatalities_high",
    "conflict_state_based_events": "state_based_events",
    "conflict_non_state_events": "non_state_events",
    "conflict_one_sided_events": "one_sided_events",
}
COLUMNS = {
    "iso3": str,
    "year": int,
    "event_month": int,
    "period": str,
    **dict.fromkeys(NUMBERS, int),
}


def find(path: Path) -> Iterator[Snapshot]:
    """Releases by the version in the name: that of June of Y covers 1989 to Y-1, known from the day UCDP put it out.

    A file of another name is an extract of its own places and years; when it was known, its bringer must say.
    """
    patterns = ("ged*_country_month.csv", "ged*_country_month.zip")
    yield from oldest_first(_snapshot(file) for file in files(path, *patterns))


def _snapshot(file: Path) -> Snapshot:
    first, last = year_span(file, read_table(file, {"year": int})["year"])
    named = re.match(r"ged(\d\d)(\d)_", file.name)
    if named is None:
        return _extract(file, first, last)
    # The name says what must be inside: a cut file then shows as rows outside, or too few.
    year = 2000 + int(named[1])
    version = f"{named[1]}.{named[2]}"
    known_at, basis = consolidated(version)
    return Snapshot(file, version, known_at, basis, first, date(year - 1, 12, 31))


def _extract(file: Path, first: date, last: date) -> Snapshot:
    raw = read_table(file, {"iso3": str, "year": int})
    codes = country_codes(file, raw["iso3"], "iso3", last_days(raw["year"]), load())
    only = codes.unique().to_pylist()
    why = f"{file.name} is not a name of a release, as ged251_country_month is"
    return Snapshot(
        file, file.stem, *dated(file), first, last, tuple(sorted(only)), EXTRACT, why
    )


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of VIOLENCE_MONTH, one per country and month with an event."""
    path = snapshot.path
    raw = read_table(path, COLUMNS)
    months = _months(snapshot, raw)
    refuse_bad_counts(path, raw, NUMBERS)
    country = country_codes(path, raw["iso3"], "iso3", months, places)
    refuse_repeats(path, {"country": country, "month": months})
    unknown = pa.nulls(raw.num_rows, pa.int64())
    columns = {
        "country": country,
        "month": months,
        **{ours: raw[theirs] for theirs, ours in NUMBERS.items()},
    }
    return pa.table({name: columns.get(name, unknown) for name in VIOLENCE_MONTH.names})


def _months(snapshot: Snapshot, raw: pa.Table) -> pa.Array:
    """First day of each row's month, checked against the period written beside it and the coverage."""
    path, year, month = snapshot.path, raw["year"], raw["event_month"]
    refuse(path, pc.is_null(year), "the year is missing")
    no_month = pc.or_(pc.less(month, 1), pc.greater(month, 12))
    refuse(path, pc.fill_null(no_month, True), "this is not a month", month)
    months = list(zip(year.to_pylist(), month.to_pylist(), strict=True))
    written = pa.array([f"{y}-{m:02d}" for y, m in months])
    another = pc.fill_null(pc.not_equal(raw["period"], written), True)
    refuse(path, another, "period is not year and month", raw["period"])
    _refuse_outside(snapshot, year, written)
    return pa.array([date(y, m, 1) for y, m in months], pa.date32())


def _refuse_outside(snapshot: Snapshot, year: pa.ChunkedArray, written: pa.Array) -> None:
    outside = pc.or_(
        pc.less(year, snapshot.first.year), pc.greater(year, snapshot.last.year)
    )
    problem = f"the month is outside the release's {snapshot.first} to {snapshot.last}"
    refuse(snapshot.path, outside, problem, written)


SOURCE = Source(
    title="UCDP Georeferenced Event Dataset, by country and month",
    publisher="Uppsala Conflict Data Program",
    homepage="https://ucdp.uu.se/downloads/",
    licence="CC-BY-4.0",
    citation="Davies, Pettersson, Sollenberg & Öberg (2025), Journal of Peace Research; "
    "Sundberg & Melander (2013), Journal of Peace Research 50(4)",
    table=VIOLENCE_MONTH,
    rows=(14_000, 60_000),
    lag_days=166,  # 31 December to 15 June
    find=find,
    parse=parse,
)
