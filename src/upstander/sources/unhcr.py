"""UNHCR Refugee Data Finder: people displaced across and within borders, by country and year, since 1951.

One row of ours is one sum for one country and year. The end-of-year figures of Y come in mid
June of Y+1 and past years are revised with them. Three files, told apart by
their columns; each one speaks only of its own indicators:

* population (stocks at the end of the year): refugees, asylum seekers and internally displaced
  people by country of origin, refugees by country of asylum. Internally displaced people are
  those UNHCR protects or assists, fewer than there are.
* flows (new in the year): refugees and asylum seekers who left each country.
* idmc (the Internal Displacement Monitoring Centre's stocks of people displaced by conflict).

Quirks: a line holds a 0 in every column it says nothing of, so a 0 of internally displaced people is
no figure: most stand in lines of people who fled elsewhere, and UNHCR counts only where it works. Small cells were published as 5 for privacy; South Sudan's people stand under Sudan
before 2011; Palestinians under UNRWA's care are in none of these files (the UNRWA table is
refused: it counts registration, not displacement). Origins that are no country (unknown,
stateless, Tibetan, the Abyei area) are passed over by the list below. A country without a line
has no row: nobody was recorded, which is not the same as nobody fled.

The download of the Refugee Data Finder writes its columns in words ("Country of origin (ISO)", "IDPs of
concern to UNHCR") and ``-`` where it knows nothing; it must hold countries of origin and of asylum.
A file of fewer than 100 countries of origin is a cut, and speaks of its own alone.

Codebook: https://www.unhcr.org/refugee-statistics/methodology/. The API answers page by page
and per query; its address for a whole table could not be verified offline, so nothing is
fetched over HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.agreement import refuse_another_country
from upstander.core.arrival import dated, oldest_first
from upstander.core.errors import SourceChanged
from upstander.core.indicators import check_years, last_days, melt, year_span
from upstander.core.places import Places, load
from upstander.core.reading import files, header, read_table
from upstander.core.refusals import country_codes, refuse, refuse_negative, refuse_repeats
from upstander.core.tables import INDICATOR_YEAR
from upstander.core.text_files import FETCH
from upstander.core.types import Snapshot, Source

Indicator = tuple[str, tuple[str, ...]]  # the side counted, and the columns added up
FLED = ("refugees", "asylum_seekers", "refugee_like")
# Per file: a column that tells it, and its indicators.
TABLES: dict[str, tuple[str, Mapping[str, Indicator]]] = {
    "population": (
        "idps",
        {
            "unhcr_refugees_origin": ("coo_iso", ("refugees",)),
            "unhcr_asylum_seekers_origin": ("coo_iso", ("asylum_seekers",)),
            "unhcr_idps": ("coo_iso", ("idps",)),
            "unhcr_refugees_asylum": ("coa_iso", ("refugees",)),
        },
    ),
    "flows": ("refugee_like", {"unhcr_newly_fled_origin": ("coo_iso", FLED)}),
    "idmc": ("total", {"unhcr_idmc_displaced": ("coo_iso", ("total",))}),
}
# The download's words for the API's columns, in small letters without brackets.
WORDS = {
    "country of origin": "coo_name",
    "country of origin iso": "coo_iso",
    "country of asylum": "coa_name",
    "country of asylum iso": "coa_iso",
    "refugees under unhcr's mandate": "refugees",
    "asylum-seekers": "asylum_seekers",
    "idps of concern to unhcr": "idps",
}
MISSING = ("-",)
WITH_COUNTRIES = "download it with countries of origin and of asylum"
WORLD = 100  # countries of origin; a year of the whole table has about 200
# Stocks that UNHCR has only of countries where it protects such people: elsewhere its table writes a 0 as filler.
COUNTED_WHERE_IT_WORKS = frozenset({"unhcr_idps"})
# Codes of no country: unknown (two spellings), stateless (two), Tibetan, the Abyei area.
NOT_PLACES = ("UNK", "UKN", "XXA", "STA", "TIB", "AB9")


def find(path: Path) -> Iterator[Snapshot]:
    """Releases by last year and file; when one was known, ``core/dated.toml`` or its bringer says."""
    names = ("unhcr_population.*", "unhcr_flows.*", "unhcr_idmc.*")
    yield from oldest_first(_snapshot(file) for file in files(path, *names))


def _snapshot(file: Path) -> Snapshot:
    raw = _read(file, {"year": int, "coo_iso": str})
    first, last = year_span(file, raw["year"])
    return Snapshot(
        file, f"{last.year}-{_kind(file)}", *dated(file), first, last, _only(file, raw)
    )


def _spelt(file: Path) -> dict[str, str]:
    """The API's name of each column -> the file's."""
    plain = {_plain(name): name for name in header(file)}
    return {WORDS.get(words, words): name for words, name in plain.items()}


def _plain(name: str) -> str:
    return re.sub(r"[()]", "", name).strip().lower().replace("’", "'")


def _read(file: Path, columns: dict[str, type]) -> pa.Table:
    spelt = _spelt(file)
    asked = {spelt.get(name, name): kind for name, kind in columns.items()}
    raw = (
        read_table(file, asked, missing=MISSING)
        .select(list(asked))
        .rename_columns(list(columns))
    )
    for side in {"coo_iso", "coa_iso"} & columns.keys():
        nobody = pc.is_in(raw[side], pa.array(MISSING))
        refuse(file, nobody, "has no country", None, WITH_COUNTRIES)
    return raw


def _only(file: Path, raw: pa.Table) -> tuple[str, ...] | None:
    """The countries of origin of a cut; None for the world."""
    countries = _side(file, raw, "coo_iso", load()).drop_null().unique().to_pylist()
    return (
        tuple(sorted(countries))
        if len(countries) < WORLD and _kind(file) != "idmc"
        else None
    )


def _kind(file: Path) -> str:
    names = _spelt(file)
    for kind, (told_by, _) in TABLES.items():
        if told_by in names:
            return kind
    raise SourceChanged(
        f"{file.name}, line 1: is neither population, flows nor idmc (no column idps, refugee_like or total); {FETCH}"
    )


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of INDICATOR_YEAR, one per country, year and indicator with a figure."""
    path, kind = snapshot.path, _kind(snapshot.path)
    indicators = TABLES[kind][1]
    sides = sorted({side for side, _ in indicators.values()})
    numbers = list(dict.fromkeys(c for _, columns in indicators.values() for c in columns))
    names = _names_of(path, sides)
    raw = _read(path, _asked(numbers, names.values()))
    check_years(path, snapshot, raw["year"])
    refuse_negative(path, raw, numbers)
    if kind == "idmc":
        _refuse_other_asylum(path, raw)
    refuse_repeats(path, {name: raw[name] for name in ("coo_iso", "coa_iso", "year")})
    countries = {side: _side(path, raw, side, places) for side in sides}
    _check_names(path, raw, names, countries, places)
    sums = [
        _sum(raw, countries[side], indicator, columns)
        for indicator, (side, columns) in indicators.items()
    ]
    return pa.concat_tables(sums).sort_by(
        [(name, "ascending") for name in INDICATOR_YEAR.key]
    )


def _check_names(
    path: Path,
    raw: pa.Table,
    names: Mapping[str, str],
    countries: Mapping[str, pa.Array],
    places: Places,
) -> None:
    """Refuse a row whose code of a country is another one than its name."""
    days = last_days(raw["year"])
    for side, name in names.items():
        refuse_another_country(path, raw[name], countries[side], days, places)


def _names_of(path: Path, sides: Iterable[str]) -> dict[str, str]:
    """The column of countries' names beside each column of their codes, where the file has one."""
    spelt = _spelt(path)
    names = {side: side.replace("_iso", "_name") for side in sides}
    return {side: name for side, name in names.items() if name in spelt}


def _asked(numbers: Iterable[str], names: Iterable[str]) -> dict[str, type]:
    codes = {"year": int, "coo_iso": str, "coa_iso": str}
    return {**codes, **dict.fromkeys(numbers, int), **dict.fromkeys(names, str)}


def _refuse_other_asylum(path: Path, raw: pa.Table) -> None:
    other = pc.not_equal(raw["coo_iso"], raw["coa_iso"])
    problem = (
        "people displaced within a country stand under another one: is this UNRWA's table?"
    )
    refuse(path, other, problem)


def _side(path: Path, raw: pa.Table, side: str, places: Places) -> pa.Array:
    no_place = pc.is_in(raw[side], pa.array(NOT_PLACES))
    days = last_days(raw["year"])
    return country_codes(path, raw[side], "iso3", days, places, leave_out=no_place)


def _sum(
    raw: pa.Table, country: pa.Array, indicator: str, columns: tuple[str, ...]
) -> pa.Table:
    """Sum of the columns per country and year; null only where every cell is."""
    rows = pa.concat_tables(
        pa.table({"country": country, "year": raw["year"], "value": raw[column]})
        for column in columns
    )
    if indicator in COUNTED_WHERE_IT_WORKS:
        rows = rows.filter(pc.fill_null(pc.greater(rows["value"], 0), False))
    rows = rows.filter(pc.and_(pc.is_valid(rows["country"]), pc.is_valid(rows["value"])))
    sums = rows.group_by(["country", "year"], use_threads=False).aggregate(
        [("value", "sum")]
    )
    return melt(sums["country"], sums["year"], {indicator: sums["value_sum"]})


SOURCE = Source(
    title="Refugee Data Finder: stocks, flows, and IDMC's internal displacement",
    publisher="UNHCR",
    homepage="https://www.unhcr.org/refugee-statistics/",
    licence="CC-BY-4.0",
    citation="UNHCR (2026), Refugee Data Finder; IDMC (2026), Global Internal Displacement Database",
    table=INDICATOR_YEAR,
    rows=(500, 200_000),
    lag_days=166,  # 31 December to 15 June
    find=find,
    parse=parse,
)
