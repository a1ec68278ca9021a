"""UCDP organised violence by country and year: deaths by type, and who killed civilians, since 1989.

One row is a country and year, zeros written, for every State of the year. Published in June for
the years to the last one; each release revises the past. ``country_id_cy`` is Gleditsch-Ward
with UCDP extras (345 Serbia/Yugoslavia, 678 Yemen, 816 Vietnam, 347 Kosovo, 365 Russia and
before it the Soviet Union). A former State and its successor have different codes in the year
they share (265 and 260 in 1990, 680 and 678). "Government" is any government killing inside the
country, not only its own (125 country-years of 25.1 differ).

The release of 26.1 (June 2026) writes its columns without the ending ``_cy`` and ``Version`` with a
capital; both spellings are read. That spelling, and the addresses below, are taken from public
programs that fetch them, for we could not fetch them here.

Codebook: https://ucdp.uu.se/downloads/organizedviolencecy/UCDP_OrganizedViolenceCY_Codebook_261.pdf
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.agreement import refuse_another_country
from upstander.core.arrival import oldest_first
from upstander.core.errors import SourceChanged
from upstander.core.events import consolidated
from upstander.core.indicators import check_years, last_days, year_span
from upstander.core.places import Places
from upstander.core.reading import files, header, read_table
from upstander.core.refusals import country_codes, refuse_bad_counts, refuse_repeats
from upstander.core.tables import VIOLENCE_YEAR
from upstander.core.text_files import FETCH
from upstander.core.types import Download, Snapshot, Source

NUMBERS = {
    **{
        f"{theirs}_total_deaths_{level}": f"{ours}_{level}"
        for theirs, ours in (
            ("sb", "state_based"),
            ("ns", "non_state"),
            ("os", "one_sided"),
        )
        for level in ("low", "best", "high")
    },
    "os_any_govt_killings_best": "one_sided_government_best",
    "os_nsgroup_killings_best": "one_sided_other_best",
}
COLUMNS = {
    "country_id": int,
    "country": str,
    "year": int,
    "version": str,
    **dict.fromkeys(NUMBERS, int),
}
PATTERNS = tuple(
    f"{name}*.{ending}"
    for name in ("organizedviolencecy", "OrganizedViolenceCY")
    for ending in ("csv", "zip", "xlsx", "parquet")
)


def _read(file: Path, *names: str) -> pa.Table:
    """The named columns of COLUMNS, in either spelling, under the plain names."""
    spelt = _spelt(file, names)
    raw = read_table(file, {theirs: COLUMNS[name] for name, theirs in spelt.items()})
    return raw.select(list(spelt.values())).rename_columns(list(spelt))


def _spelt(file: Path, names: Iterable[str]) -> dict[str, str]:
    """The plain name of each column -> the file's."""
    columns = header(file)
    ending = "" if "country_id" in columns else "_cy"
    spelt = {name: f"{name}{ending}" for name in names}
    if "version" in spelt:
        spelt["version"] = "Version" if "Version" in columns else "version"
    return spelt


def find(path: Path) -> Iterator[Snapshot]:
    """Releases by the version written inside: YY.n, known from the day UCDP put it out, covering to 20YY-1."""
    yield from oldest_first(_snapshot(file) for file in files(path, *PATTERNS))


def _snapshot(file: Path) -> Snapshot:
    raw = _read(file, "year", "version")
    first, _ = year_span(file, raw["year"])
    version = _version(file, raw["version"])
    year = 2000 + int(version.split(".")[0])
    known_at, basis = consolidated(version)
    return Snapshot(file, version, known_at, basis, first, date(year - 1, 12, 31))


def _version(file: Path, column: pa.ChunkedArray) -> str:
    versions = pc.unique(column).to_pylist()
    if len(versions) != 1 or not re.fullmatch(r"\d\d\.\d+", str(versions[0])):
        raise SourceChanged(
            f"{file.name}: version should be one number like 25.1, is {versions[:3]}; {FETCH}"
        )
    return str(versions[0])


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of VIOLENCE_YEAR, one per country and year, zeros included."""
    path = snapshot.path
    has_names = bool({"country", "country_cy"} & set(header(path)))
    raw = _read(path, *(name for name in COLUMNS if has_names or name != "country"))
    check_years(path, snapshot, raw["year"])
    refuse_bad_counts(path, raw, NUMBERS)
    days = last_days(raw["year"])
    country = country_codes(path, raw["country_id"], "ucdp", days, places)
    refuse_repeats(path, {"country": country, "year": raw["year"]})
    if has_names:
        refuse_another_country(path, raw["country"], country, days, places)
    _check_gaps(path, raw)
    numbers = {ours: raw[theirs] for theirs, ours in NUMBERS.items()}
    rows = {"country": country, "year": raw["year"], **numbers}
    return pa.table({name: rows[name] for name in VIOLENCE_YEAR.names})


def _check_gaps(path: Path, raw: pa.Table) -> None:
    """A State has every year from its first to its last: a missing line would read as peace."""
    of_years = [("year", "min"), ("year", "max"), ("year", "count")]
    spans = raw.group_by("country_id").aggregate(of_years)
    rows = zip(*(column.to_pylist() for column in spans.columns), strict=True)
    for code, low, high, count in rows:
        if count != high - low + 1:
            raise SourceChanged(
                f"{path.name}: country_id {code} has {count} rows for {low} to {high}; {FETCH}"
            )


def _download(version: str) -> Download:
    return Download(
        f"https://ucdp.uu.se/downloads/organizedviolencecy/organizedviolencecy-{version}-csv.zip",
        f"organizedviolencecy_v{version[:2]}_{version[2]}.zip",
        least_bytes=50_000,
        most_bytes=50_000_000,
        magic=b"PK\x03\x04",
    )


SOURCE = Source(
    title="UCDP Country-Year Dataset on Organized Violence within Country Borders",
    publisher="Uppsala Conflict Data Program",
    homepage="https://ucdp.uu.se/downloads/",
    licence="CC-BY-4.0",
    citation="Davies, Pettersson, Sollenberg & Öberg (2025), Organized violence 1989-2024, Journal of Peace Research",
    table=VIOLENCE_YEAR,
    rows=(6_800, 20_000),
    lag_days=166,  # 31 December to 15 June
    find=find,
    parse=parse,
    downloads=tuple(_download(version) for version in ("251", "261")),
)
