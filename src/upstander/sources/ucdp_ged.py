"""UCDP Georeferenced Event Dataset: lethal events with days and places, annual and Candidate releases.

One row is one event with at least one death, by dyad, place and day (or span of days). The annual
release of June covers all years to the last one; Candidate releases come monthly, on about the 20th
of the next month, and are revised by the annual one, mostly upward: never mix them without ``as_of``.
``code_status`` other than Clear means UCDP is still checking the event; such rows are kept, because
leaving them out makes the newest months look peaceful. In some rows low > best or best > high: kept
as published. Columns have changed over the years: only those in REQUIRED must be there.

What a file is, is read from UCDP's own names and versions: the annual ``GEDEvent_v25_1``, ``ged251``; monthly
Candidate ``GEDEvent_v25_0_5``; several months together ``GEDEvent_v25_01_25_06``; the API's ``gedevents_25.1``.
A file of another name, or with events of fewer countries than any release has, is an extract: it speaks of
its own countries and days alone, and only where no release does.

Codebook: https://ucdp.uu.se/downloads/ged/ged251.pdf
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core import events
from upstander.core.agreement import refuse_another_country
from upstander.core.arrival import dated, oldest_first
from upstander.core.months import month_end
from upstander.core.places import Places, load
from upstander.core.reading import files, read_table, stem
from upstander.core.refusals import country_codes, refuse
from upstander.core.tables import EVENT
from upstander.core.types import CANDIDATE, EXTRACT, Basis, Download, Snapshot, Source

REQUIRED = {
    "id": int,
    "year": int,
    "type_of_violence": int,
    "country": str,
    "country_id": int,
    "date_start": str,
    "date_end": str,
    "best": int,
    "low": int,
    "high": int,
}
OPTIONAL = {
    "deaths_civilians": int,
    "latitude": float,
    "longitude": float,
    "date_prec": int,
    "where_prec": int,
    "adm_1": str,
    "side_a": str,
    "side_b": str,
    "code_status": str,
}
OURS = {
    "best": "fatalities_best",
    "low": "fatalities_low",
    "high": "fatalities_high",
    "date_prec": "date_precision",
    "where_prec": "where_precision",
    "adm_1": "admin1",
}
FEWEST_COUNTRIES = 20  # the emptiest month of Candidate events of 2025 has 45
NAMES = (
    "GEDEvent_v*",
    "ged[0-9]*_events.*",
    "ged[0-9][0-9][0-9].*",
    "ged[0-9][0-9][0-9]-csv.zip",
    "gedevents*.json",
)
COPY = r"(?: ?\(\d+\))?$"  # what a browser adds to a name it already has
# As the API's addresses write a version.
API = re.compile(r"gedevents[_-]v?(\d+(?:\.\d+)+)" + COPY, re.IGNORECASE)
MONTHLY = re.compile(r"GEDEvent_v(\d\d)_0_(\d{1,2})" + COPY, re.IGNORECASE)
SEVERAL = re.compile(r"GEDEvent_v(\d\d)_(\d\d)_(\d\d)_(\d\d)" + COPY, re.IGNORECASE)
ANNUAL = re.compile(r"(?:GEDEvent_v(\d\d)_|ged(\d\d))(\d)(?:-csv)?" + COPY, re.IGNORECASE)
# A cut that names the annual release it is from.
VERSION = re.compile(r"ged(\d\d)(\d)_", re.IGNORECASE)


@dataclass(frozen=True)
class _Named:
    """What a file's name says: its release, the day UCDP's calendar gives it, and the days it covers."""

    release: str
    known_at: date
    first: date
    last: date
    kind: str
    basis: Basis = "assumed"


def find(path: Path) -> Iterator[Snapshot]:
    """Releases by file name: annual (25.1) known from the day UCDP put it out, Candidate from the 20th after its last
    month (assumed). Another name, or few countries, is an extract of just the days and places of its
    events; when it was known, its bringer must say.
    """
    yield from oldest_first(_snapshot(file) for file in files(path, *NAMES))


def _snapshot(file: Path) -> Snapshot:
    raw = read_table(file, {"date_start": str, "country_id": int})
    start = events.days(file, "date_start", raw["date_start"])
    named = _named(stem(file))
    if (
        named is not None
        and pc.count_distinct(raw["country_id"]).as_py() >= FEWEST_COUNTRIES
    ):
        return _release(file, named)
    codes = country_codes(file, raw["country_id"], "ucdp", start.combine_chunks(), load())
    only = tuple(sorted(codes.unique().to_pylist()))
    first, last = pc.min(start).as_py(), pc.max(start).as_py()
    if named is None:
        return _extract(file, first, last, only)
    # Of a year's file, what was cut away is not known: neither are the days.
    cut = named if named.kind == CANDIDATE else replace(named, first=first, last=last)
    why = f"{file.name} has events of fewer countries than any release"
    return replace(_release(file, cut), places=only, kind=EXTRACT, taken_for=why)


def _release(file: Path, named: _Named) -> Snapshot:
    return Snapshot(
        file,
        named.release,
        named.known_at,
        named.basis,
        named.first,
        named.last,
        kind=named.kind,
    )


def _extract(file: Path, first: date, last: date, only: tuple[str, ...]) -> Snapshot:
    known_at, basis = dated(file)
    cut = VERSION.match(stem(file))
    release = f"{cut[1]}.{cut[2]}" if cut else stem(file)
    why = f"{file.name} is not a name of UCDP's"
    return Snapshot(file, release, known_at, basis, first, last, only, EXTRACT, why)


def _named(name: str) -> _Named | None:
    if api := API.match(name):
        name = f"GEDEvent_v{api[1].replace('.', '_')}"
    if monthly := MONTHLY.match(name):
        month = int(monthly[1]), int(monthly[2])
        return _candidate(f"{month[0]}.0.{month[1]}", month, month)
    if several := SEVERAL.match(name):
        begins = int(several[1]), int(several[2])
        ends = int(several[3]), int(several[4])
        return _candidate(".".join(several.groups()), begins, ends)
    if annual := ANNUAL.match(name):
        return _annual(int(annual[1] or annual[2]), annual[3])
    return None


def _annual(year: int, number: str) -> _Named:
    version = f"{year}.{number}"
    known_at, basis = events.consolidated(version)
    last = date(1999 + year, 12, 31)
    return _Named(version, known_at, events.FIRST_MONTH, last, "", basis)


def _candidate(
    release: str, first: tuple[int, int], last: tuple[int, int]
) -> _Named | None:
    """A Candidate release of the months from (year, month) to another; None where these are no months."""
    if first > last or not (1 <= first[1] <= 12 and 1 <= last[1] <= 12):
        return None
    begins, ends = (date(2000 + year, month, 1) for year, month in (first, last))
    # The days it covers are those of its months; stragglers of earlier months add, but take nothing back.
    return _Named(release, events.published(ends), begins, month_end(ends), CANDIDATE)


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of EVENT, one per event."""
    path = snapshot.path
    raw = read_table(path, REQUIRED, OPTIONAL)
    columns = {OURS.get(name, name): raw[name] for name in raw.column_names}
    columns["place"] = raw["country_id"]
    columns["start_date"] = events.days(path, "date_start", raw["date_start"])
    columns["end_date"] = events.days(path, "date_end", raw["date_end"])
    _check_days(snapshot, columns["start_date"], columns["end_date"])
    del columns["country"]  # the publisher's name: the code decides
    rows = events.rows(path, columns, "ucdp", places)
    refuse_another_country(
        path, raw["country"], rows["country"], rows["start_date"], places
    )
    return rows


def _check_days(snapshot: Snapshot, start: pa.ChunkedArray, end: pa.ChunkedArray) -> None:
    late = pc.greater(start, pa.scalar(snapshot.last))
    problem = f"the event begins after {snapshot.last}, the release's last day"
    refuse(snapshot.path, late, problem, start)
    if snapshot.known_at is not None:
        unknown = pc.greater(end, pa.scalar(snapshot.known_at))
        problem = f"date_end is after {snapshot.known_at}, the day the release became known"
        refuse(snapshot.path, unknown, problem, end)


SOURCE = Source(
    title="UCDP Georeferenced Event Dataset, annual and Candidate releases",
    publisher="Uppsala Conflict Data Program",
    homepage="https://ucdp.uu.se/downloads/",
    licence="CC-BY-4.0",
    citation="Sundberg & Melander (2013), Journal of Peace Research 50(4); "
    "Hegre, Croicu, Eck & Högbladh (2020), Research & Politics 7(3)",
    table=EVENT,
    rows=(1, 2_000_000),
    lag_days=20,
    find=find,
    parse=parse,
    downloads=(
        # the address of 25.1 as the publisher's page gave it; could not be tried offline
        Download(
            "https://ucdp.uu.se/downloads/ged/ged251-csv.zip",
            "ged251-csv.zip",
            10_000_000,
            magic=b"PK\x03\x04",
        ),
    ),
)
