"""UCDP GED by country, month and type of violence: events and deaths, since 1989, with this year's first prints.

One row is a country and month with at least one event; a month inside the coverage without a row had none. The years to
the last complete one are a consolidated release (June); the months after it are Candidate events, provisional, each out
on about the 20th of the next month. Consolidation mostly raises: 2025 has 76,746 deaths in one-sided violence where the
monthly first prints had 21,693, and 26.1 raised 2024 by 27,300 deaths of all types over 25.1. An event's deaths all stand in
the month it began in. Low and high estimates are not in it; they stay null. Codes are Gleditsch and Ward's (345 is 340 from
2007 on). Gaza and the West Bank stand under Israel.

Codebook: https://ucdp.uu.se/downloads/ged/ged261.pdf. There is no stable address for the monthly sums: they are made
from the event files, so nothing is fetched over HTTP here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.arrival import dated, oldest_first
from upstander.core.events import FIRST_MONTH, consolidated, published
from upstander.core.indicators import last_days
from upstander.core.months import month_end, months_from_to
from upstander.core.places import Places, load
from upstander.core.reading import files, read_table
from upstander.core.refusals import (
    country_codes,
    one_chunk,
    refuse,
    refuse_bad_counts,
    refuse_repeats,
)
from upstander.core.tables import VIOLENCE_MONTH
from upstander.core.types import CANDIDATE, EXTRACT, Snapshot, Source

KINDS = {"sb": "state_based", "ns": "non_state", "os": "one_sided"}
NUMBERS = {
    **{f"{short}_deaths": f"{kind}_best" for short, kind in KINDS.items()},
    **{f"{short}_events": f"{kind}_events" for short, kind in KINDS.items()},
}
COLUMNS = {
    "gwno": int,
    "year": int,
    "month": int,
    "provisional": int,
    **dict.fromkeys(NUMBERS, int),
}
NAMED = re.compile(r"ged(\d\d)(\d)_")


def find(path: Path) -> Iterator[Snapshot]:
    """The consolidated years of the version in the name, and a release for each provisional month after them.

    A file of another name is an extract of its own places and months; when it was known, its bringer must say.
    """
    patterns = ("ged*_country_month_by_type.csv", "ged*_country_month_by_type.zip")
    for file in files(path, *patterns):
        yield from oldest_first(_snapshots(file))


def _snapshots(file: Path) -> Iterator[Snapshot]:
    months = sorted(set(_months(file, read_table(file, COLUMNS)).to_pylist()))
    named = NAMED.match(file.name)
    if named is None:
        yield _extract(file, months[0], month_end(months[-1]))
        return
    year = 2000 + int(named[1])
    version = f"{named[1]}.{named[2]}"
    known_at, basis = consolidated(version)
    yield Snapshot(file, version, known_at, basis, FIRST_MONTH, date(year - 1, 12, 31))
    for month in months_from_to(date(year, 1, 1), months[-1]):
        last = month_end(month)
        yield Snapshot(
            file,
            f"{month:%Y-%m}",
            published(last),
            "assumed",
            month,
            last,
            kind=CANDIDATE,
        )


def _extract(file: Path, first: date, last: date) -> Snapshot:
    raw = read_table(file, {"gwno": int, "year": int})
    codes = country_codes(file, raw["gwno"], "gw", last_days(raw["year"]), load())
    only = tuple(sorted(codes.unique().to_pylist()))
    why = f"{file.name} is not a name of a release, as ged261_country_month_by_type is"
    return Snapshot(file, file.stem, *dated(file), first, last, only, EXTRACT, why)


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of VIOLENCE_MONTH that the release speaks for, one per country and month with an event."""
    path = snapshot.path
    raw = read_table(path, COLUMNS)
    months = _months(path, raw)
    refuse_bad_counts(path, raw, [*NUMBERS, "provisional"])
    refuse(path, pc.greater(raw["provisional"], 1), "provisional is 0 or 1")
    country = country_codes(path, raw["gwno"], "gw", months, places)
    refuse_repeats(path, {"country": country, "month": months})
    rows = _rows(raw, country, months)
    mine = pc.and_(
        pc.greater_equal(months, pa.scalar(snapshot.first)),
        pc.less_equal(months, pa.scalar(snapshot.last)),
    )
    if snapshot.kind != EXTRACT:
        _refuse_mixed(snapshot, raw, mine)
    return rows.filter(mine)


def _rows(raw: pa.Table, country: pa.Array, months: pa.Array) -> pa.Table:
    unknown = pa.nulls(raw.num_rows, pa.int64())
    deaths = [raw[f"{short}_deaths"] for short in KINDS]
    columns = {
        "country": country,
        "month": months,
        "fatalities_best": pc.add(pc.add(deaths[0], deaths[1]), deaths[2]),
        **{ours: raw[theirs] for theirs, ours in NUMBERS.items()},
    }
    return pa.table({name: columns.get(name, unknown) for name in VIOLENCE_MONTH.names})


def _refuse_mixed(snapshot: Snapshot, raw: pa.Table, mine: pa.Array) -> None:
    """Raise SourceChanged where consolidated and provisional rows stand in one release."""
    wanted = 1 if snapshot.kind == CANDIDATE else 0
    other = pc.and_(mine, pc.not_equal(raw["provisional"], wanted))
    problem = f"provisional should be {wanted} from {snapshot.first} to {snapshot.last}"
    refuse(snapshot.path, one_chunk(other), problem, raw["provisional"])


def _months(path: Path, raw: pa.Table) -> pa.Array:
    """First day of each row's month."""
    year, month = raw["year"], raw["month"]
    refuse(path, pc.is_null(year), "the year is missing")
    no_month = pc.or_(pc.less(month, 1), pc.greater(month, 12))
    refuse(path, pc.fill_null(no_month, True), "this is not a month", month)
    pairs = zip(year.to_pylist(), month.to_pylist(), strict=True)
    return pa.array([date(y, m, 1) for y, m in pairs], pa.date32())


SOURCE = Source(
    title="UCDP Georeferenced Event Dataset, by country, month and type of violence",
    publisher="Uppsala Conflict Data Program",
    homepage="https://ucdp.uu.se/downloads/",
    licence="CC-BY-4.0",
    citation="Davies, Pettersson, Sollenberg & Öberg (2026), Journal of Peace Research; "
    "Sundberg & Melander (2013), Journal of Peace Research 50(4); "
    "Hegre, Croicu, Eck & Högbladh (2020), Research & Politics 7(3)",
    table=VIOLENCE_MONTH,
    rows=(1, 60_000),
    lag_days=159,  # 31 December to 8 June
    find=find,
    parse=parse,
)
