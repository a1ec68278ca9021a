"""UCDP's actors of one-sided violence: governments and organised groups, and the years in which each killed 25 or more.

One row is an actor, with the countries it is listed for and its active years, joined by bars. Of an actor of several
countries the file does not say which of them a year is of: each of its rows here says of how many countries it is one.
Deaths are not in it. Codes are Gleditsch and Ward's.

Codebook: https://ucdp.uu.se/downloads/nsos/ucdp-onesided-261.pdf. The list by actor is made from UCDP's one-sided file;
it has no stable address, so nothing is fetched over HTTP here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.arrival import dated, oldest_first, release_name
from upstander.core.errors import SourceChanged, UnknownPlace
from upstander.core.events import consolidated
from upstander.core.places import Places
from upstander.core.reading import files, read_table
from upstander.core.refusals import place, refuse, refuse_repeats
from upstander.core.tables import ONE_SIDED_ACTOR
from upstander.core.text_files import FETCH
from upstander.core.types import Snapshot, Source

COLUMNS = {
    "actor_id": int,
    "name": str,
    "government": str,
    "countries_gw": str,
    "active_years": str,
}
NAMED = re.compile(r"onesided_actors_(\d{4})_(\d{4})")
Row = dict[str, str | int]
SORTS = {"True": "government", "False": "group"}
NUMBERS = r"^\d{1,4}(\|\d{1,4})*$"


def find(path: Path) -> Iterator[Snapshot]:
    """One release a file: that of the summer after the last year in its name; else its bringer must say when it was known."""
    yield from oldest_first(
        _snapshot(file) for file in files(path, "onesided_actors_*.csv")
    )


def _snapshot(file: Path) -> Snapshot:
    named = NAMED.match(file.name)
    if named is None:
        return _undated(file)
    first, last = int(named[1]), int(named[2])
    version = f"{(last + 1) % 100:02d}.1"
    return Snapshot(file, version, *consolidated(version), _first_day(first), _end(last))


def _undated(file: Path) -> Snapshot:
    lists = _checked(file)["active_years"].to_pylist()
    years = [int(year) for listed in lists for year in listed.split("|")]
    known_at, basis = dated(file)
    last = _end(max(years))
    name = release_name(known_at, last)
    return Snapshot(file, name, known_at, basis, _first_day(min(years)), last)


def _first_day(year: int) -> date:
    return date(max(year, 1), 1, 1)


def _end(year: int) -> date:
    return date(max(year, 1), 12, 31)


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of ONE_SIDED_ACTOR: one for each actor, country and year, sorted by them."""
    raw = _checked(snapshot.path)
    rows = [
        row
        for at, told in enumerate(raw.to_pylist())
        for row in _rows(snapshot, at, told, places)
    ]
    table = pa.Table.from_pylist(rows, ONE_SIDED_ACTOR.plain_schema)
    refuse_repeats(snapshot.path, {n: table[n] for n in ("country", "year", "actor_id")})
    return table.sort_by([(name, "ascending") for name in ONE_SIDED_ACTOR.key])


def _checked(path: Path) -> pa.Table:
    """The file's rows, each cell there and of its shape. Raises SourceChanged."""
    raw = read_table(path, COLUMNS)
    for name in COLUMNS:
        refuse(path, pc.is_null(raw[name]), f"{name} is missing")
    for name in ("countries_gw", "active_years"):
        fits = pc.match_substring_regex(raw[name], NUMBERS)
        refuse(path, pc.invert(fits), f"{name} should be numbers joined by bars", raw[name])
    known = pc.is_in(raw["government"], pa.array(list(SORTS)))
    refuse(path, pc.invert(known), "government should be True or False", raw["government"])
    return raw


def _rows(
    snapshot: Snapshot,
    at: int,
    told: Mapping[str, Any],
    places: Places,
) -> Iterator[Row]:
    """Each country and year of the actor in the row that stands ``at``. Raises SourceChanged."""
    codes = told["countries_gw"].split("|")
    for year, code in product(map(int, told["active_years"].split("|")), codes):
        where = f"{snapshot.path.name}, {place(snapshot.path, at)}"
        if not snapshot.first.year <= year <= snapshot.last.year:
            raise SourceChanged(
                f"{where}: {year} is outside the years in the file's name; {FETCH}"
            )
        try:
            country = places.resolve(int(code), "gw", date(year, 12, 31)).code
        except UnknownPlace as unknown:
            raise SourceChanged(f"{where}: {unknown}; {FETCH}") from unknown
        yield {
            "country": country,
            "year": year,
            "actor_id": f"ucdp:{told['actor_id']}",
            "actor": told["name"].strip(),
            "sort": SORTS[told["government"]],
            "countries": len(codes),
        }


SOURCE = Source(
    title="UCDP One-sided Violence Dataset, actors and their active years",
    publisher="Uppsala Conflict Data Program",
    homepage="https://ucdp.uu.se/downloads/",
    licence="CC-BY-4.0",
    citation="Davies, Pettersson, Sollenberg & Öberg (2026), Journal of Peace Research; "
    "Eck & Hultman (2007), Journal of Peace Research 44(2)",
    table=ONE_SIDED_ACTOR,
    rows=(1, 40_000),
    lag_days=159,  # 31 December to 8 June
    find=find,
    parse=parse,
)
