"""UCDP Candidate events of one year, as a file of seven columns.

One row is one lethal event: id, conflict, country, best estimate, type of violence and day. An actor that
UCDP has yet to identify is called XXX and a number; the consolidated release decides who it was. There
are no coordinates and no low or high estimate; they stay null. Candidate events are provisional:
the annual release revises them, mostly upward. Each month came out on about the 20th of the next
one, so one file holds twelve releases (assumed; UCDP publishes Candidate events monthly).

Codebook: https://ucdp.uu.se/downloads/candidateged/ucdp-candidate-codebook.pdf
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core import events
from upstander.core.arrival import dated
from upstander.core.errors import SourceChanged
from upstander.core.months import month_end
from upstander.core.places import Places, load
from upstander.core.reading import files, read_table
from upstander.core.refusals import country_codes, refuse
from upstander.core.tables import EVENT
from upstander.core.types import EXTRACT, Snapshot, Source

# the conflict's name says who killed whom: "RSF - Civilians", or a placeholder, "XXX620 - Civilians"
OPTIONAL = {"conflict_name": str}
COLUMNS = {"id": int, "country": str, "best": int, "type_of_violence": int, "date": str}


def find(path: Path) -> Iterator[Snapshot]:
    """One release a month from January to the file's last month, each known on the 20th of the next (assumed).

    A file whose name does not say its year is an extract of its own places and days, of no known day.
    """
    for file in files(path, "candidate_*_events.csv"):
        days = events.days(file, "date", read_table(file, {"date": str})["date"])
        first, last = pc.min(days).as_py(), pc.max(days).as_py()
        named = re.match(r"candidate_(\d{4})_events", file.name)
        if named is None:
            yield _extract(file, days, first, last)
            continue
        year = int(named[1])
        if not first.year == last.year == year:
            raise SourceChanged(
                f"{file.name}: holds events of {first.year} to {last.year}, should be of {year} alone"
            )
        yield from (
            _month(file, date(year, month, 1)) for month in range(1, last.month + 1)
        )


def _month(file: Path, start: date) -> Snapshot:
    end = month_end(start)
    release = f"{start.year}-{start.month:02d}"
    return Snapshot(file, release, events.published(end), "assumed", start, end)


def _extract(file: Path, days: pa.ChunkedArray, first: date, last: date) -> Snapshot:
    raw = read_table(file, {"country": str})
    codes = country_codes(file, raw["country"], "name", days.combine_chunks(), load())
    only = codes.unique().to_pylist()
    why = f"{file.name} does not say its year, as candidate_2025_events does"
    return Snapshot(
        file, file.stem, *dated(file), first, last, tuple(sorted(only)), EXTRACT, why
    )


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of EVENT for the release's month."""
    path = snapshot.path
    raw = read_table(path, COLUMNS, OPTIONAL)
    day = events.days(path, "date", raw["date"])
    refuse(path, pc.is_null(raw["country"]), "the country is missing")
    columns = {
        "id": raw["id"],
        "place": raw["country"],
        "type_of_violence": raw["type_of_violence"],
        "start_date": day,
        "end_date": day,
        "fatalities_best": raw["best"],
        **_sides(raw),
    }
    rows = events.rows(path, columns, "name", places)
    began = pc.greater_equal(rows["start_date"], pa.scalar(snapshot.first))
    in_time = pc.less_equal(rows["start_date"], pa.scalar(snapshot.last))
    return rows.filter(pc.and_(began, in_time))


def _sides(raw: pa.Table) -> dict[str, pa.Array]:
    """Who killed and who was killed, where the conflict's name says both; else neither."""
    if "conflict_name" not in raw.column_names:
        return {}
    pairs = [(name or "").rsplit(" - ", 1) for name in raw["conflict_name"].to_pylist()]
    sides = [tuple(pair) if len(pair) == 2 else (None, None) for pair in pairs]
    return {
        f"side_{letter}": pa.array([side[n] for side in sides], pa.string())
        for n, letter in enumerate("ab")
    }


SOURCE = Source(
    title="UCDP Candidate Events Dataset, seven-column extract",
    publisher="Uppsala Conflict Data Program",
    homepage="https://ucdp.uu.se/downloads/",
    licence="CC-BY-4.0",
    citation="Hegre, Croicu, Eck & Högbladh (2020), Research & Politics 7(3)",
    table=EVENT,
    rows=(1, 20_000),
    lag_days=20,
    find=find,
    parse=parse,
)
