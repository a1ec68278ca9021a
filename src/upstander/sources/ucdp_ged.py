"""UCDP Georeferenced Event Dataset: lethal events with days and places, annual and Candidate releases.

One row is one event with at least one death, by dyad, place and day (or span of days). The annual
release of June covers all years to the last one; Candidate releases come monthly, on about the 20th
of the next month, and are revised by the annual one, mostly upward: never mix them without ``as_of``.
``code_status`` other than Clear means UCDP is still checking the event; such rows are kept, because
leaving them out makes the newest months look peaceful. In some rows low > best or best > high: kept
as published. Columns have changed over the years: only those in REQUIRED must be there.

A file whose events all lie in one country is an extract, and says nothing of any other country.

Codebook: https://ucdp.uu.se/downloads/ged/ged251.pdf
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core import events
from upstander.core.places import Places, load
from upstander.core.reading import files, read_table, refuse, stem
from upstander.core.tables import EVENT
from upstander.core.types import Download, Snapshot, Source

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
ANNUAL_START = date(1989, 1, 1)


def find(path: Path) -> Iterator[Snapshot]:
    """Releases by file name: annual (25.1) known from 15 June, Candidate (26.0.2) from the 20th of the next month.

    Another name is taken as an extract of just the days its events span. Both days are assumed.
    """
    found = [
        _snapshot(file)
        for file in files(
            path, "GEDEvent_v*", "ged[0-9]*_events.*", "ged[0-9][0-9][0-9].*", "ged[0-9][0-9][0-9]-csv.zip"
        )
    ]
    yield from sorted(found, key=lambda s: (s.known_at, s.release))


def _snapshot(file: Path) -> Snapshot:
    raw = read_table(file, {"date_start": str, "country_id": int})
    start = events.days(file, "date_start", raw["date_start"])
    first, last = pc.min(start).as_py(), pc.max(start).as_py()
    ids = raw["country_id"].unique().to_pylist()
    only = (load().resolve(ids[0], "ucdp", last).code,) if len(ids) == 1 else None
    name = stem(file)
    if candidate := re.match(r"GEDEvent_v(\d\d)_0_(\d{1,2})", name):
        month = date(2000 + int(candidate[1]), int(candidate[2]), 1)
        release = f"{candidate[1]}.0.{candidate[2]}"
        # the days it covers are those of its month; stragglers of earlier months add, but take nothing back
        return Snapshot(file, release, events.published(month), "assumed", month, events.month_end(month), only)
    annual = re.match(r"(?:GEDEvent_v|ged)(\d\d)_?(\d)", name, re.IGNORECASE)
    release = f"{annual[1]}.{annual[2]}" if annual else f"{name}"
    june = date(2000 + int(annual[1]), 6, 15) if annual else date.min
    if annual and only is None:
        return Snapshot(file, release, june, "assumed", ANNUAL_START, date(june.year - 1, 12, 31))
    known = max(june, events.published(last))
    return Snapshot(file, release, known, "assumed", first.replace(day=1), events.month_end(last), only)


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of EVENT, one per event."""
    path = snapshot.path
    raw = read_table(path, REQUIRED, OPTIONAL)
    found = {OURS.get(name, name): raw[name] for name in raw.column_names}
    found["place"] = raw["country_id"]
    found["start_date"] = events.days(path, "date_start", raw["date_start"])
    found["end_date"] = events.days(path, "date_end", raw["date_end"])
    late = pc.greater(found["start_date"], pa.scalar(snapshot.last))
    refuse(path, late, f"the event begins after {snapshot.last}, the release's last day", found["start_date"])
    del found["country"]  # the publisher's name; the code decides
    return events.rows(path, found, "ucdp", places)


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
        Download("https://ucdp.uu.se/downloads/ged/ged251-csv.zip", "ged251-csv.zip", 10_000_000, magic=b"PK\x03\x04"),
    ),
)
