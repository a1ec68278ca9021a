"""Coups: attempts and successes by country and year, from two lists.

One row of ours is one count of one country and year. Two files, told apart by their columns:

* Powell and Thyne, 1950 on, every State of every year with zeros (Gleditsch-Ward codes):
  ``coups_attempts`` and ``coups_successes`` are numbers of the year, and
  ``coups_years_since_attempt`` counts from 1950 where there never was one (76 in 2025 means
  "none since 1950", not 76 years of calm after a coup).
* A list of country-years since 1945 (Correlates of War codes; ``cou.any``), kept as
  ``coups_any``. After 1949 it writes only years with a coup or a plot: a year without a line is
  not known to be without one, and has no row here.

Updated within weeks; the files do not say when they were published.

Codebook: https://www.uky.edu/~clthyn2/coup_data/home.htm (address not verified offline).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from upstander.core.arrival import dated, oldest_first
from upstander.core.errors import SourceChanged
from upstander.core.indicators import check_years, last_days, melt, year_span
from upstander.core.places import Places
from upstander.core.reading import files, header, read_table
from upstander.core.refusals import country_codes, refuse_bad_counts, refuse_repeats
from upstander.core.tables import INDICATOR_YEAR
from upstander.core.text_files import FETCH
from upstander.core.types import Snapshot, Source

# Per list: its key and scheme, and indicator -> column. The first column also tells the list.
LISTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "powell_thyne": (
        "gwcode",
        "gw",
        {
            "coups_attempts": "pt_attempt_num",
            "coups_successes": "pt_coup_num",
            "coups_years_since_attempt": "years_since_last_pt_attempt",
        },
    ),
    "any": ("ccode", "cow", {"coups_any": "cou.any"}),
}
PATTERNS = ("powell_thyne_coups_*.csv", "coups_[0-9]*.csv")


def find(path: Path) -> Iterator[Snapshot]:
    """Releases by last year and list; when one was known, ``core/dated.toml`` or its bringer says."""
    releases = [_snapshot(file) for file in files(path, *PATTERNS)]
    yield from oldest_first(releases)


def _snapshot(file: Path) -> Snapshot:
    first, last = year_span(file, read_table(file, {"year": int})["year"])
    return Snapshot(file, f"{last.year}-{_which(file)}", *dated(file), first, last)


def _which(file: Path) -> str:
    names = header(file)
    for which, (_, _, columns) in LISTS.items():
        if next(iter(columns.values())) in names:
            return which
    raise SourceChanged(
        f"{file.name}, line 1: is neither list of coups (no column pt_attempt_num or cou.any); {FETCH}"
    )


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of INDICATOR_YEAR, one per country, year and indicator."""
    path = snapshot.path
    key, scheme, columns = LISTS[_which(path)]
    raw = read_table(path, {key: int, "year": int, **dict.fromkeys(columns.values(), int)})
    check_years(path, snapshot, raw["year"])
    refuse_bad_counts(path, raw, columns.values())
    country = country_codes(path, raw[key], scheme, last_days(raw["year"]), places)
    refuse_repeats(path, {"country": country, "year": raw["year"]})
    values = {ours: raw[theirs] for ours, theirs in columns.items()}
    return melt(country, raw["year"], values)


SOURCE = Source(
    title="Coups d'état: Powell and Thyne, and a list since 1945",
    publisher="Jonathan Powell and Clayton Thyne; list since 1945 as used by the Early Warning Project",
    homepage="https://www.uky.edu/~clthyn2/coup_data/home.htm",
    licence="free to use, cite",
    citation="Powell & Thyne (2011), Global instances of coups from 1950 to 2010, Journal of Peace Research 48(2)",
    table=INDICATOR_YEAR,
    rows=(700, 100_000),
    lag_days=31,
    find=find,
    parse=parse,
)
