"""PaCE's country-month deaths: the UCDP yearly and monthly event files joined, to last month.

One row of ours is a country and month with deaths; the file is wide (one column a country, one
line a month) and writes its zeros, so a month inside the coverage without a row had none. It
comes on about the 24th for the month before. THE DEATHS ARE A LOWER BOUND: events that span
months are dropped (24.5 % low for 1989-2024 against GED). Where it follows the Candidate
events (2025 on) the definition changes: mark it on every chart and never score across it. The
value of January 2026 for Iran (19,886) is unconfirmed.

Each dated copy ``Conf_DATE_*.csv`` is the file as it stood that day: a real as-of record. The
months after the last one written are not covered. The copy of 2025-01-21 stops at 2023-12 (a
bad run, mended the next day): it is kept, for that is what stood there. Two copies carry
2025-02-21; they differ in one column (Costa Rica) and keep the order of their names. The
undated file to 2026-02 is byte for byte the copy of 2026-03-29, so the twin is passed over.

Columns are named in two styles (UCDP's, "DR Congo (Zaire)"; Natural Earth's, "Dem. Rep.
Congo") and resolved on the last covered day: one column is one series, so Serbia (Yugoslavia)
is SRB and Yemen (North Yemen) is YEM throughout, as UCDP books them. Two columns of one place
are added up. A column without a name must hold only zeros.

About: https://github.com/ThomasSchinca/PaCE. No address of the file could be verified offline,
so nothing is fetched over HTTP.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from upstander.core.arrival import dated as listed
from upstander.core.arrival import oldest_first, release_name
from upstander.core.errors import SourceChanged, UnknownPlace
from upstander.core.months import month_after
from upstander.core.places import Places
from upstander.core.reading import files, records
from upstander.core.tables import VIOLENCE_MONTH
from upstander.core.text_files import FETCH
from upstander.core.types import Snapshot, Source

DATED = re.compile(r"Conf_(\d{4}-\d\d-\d\d)_")
TO_MONTH = re.compile(r"_(\d{4})m(\d{1,2})$")
MOST = 10**10  # deaths in a month: more than there are people
UNNAMED = re.compile(r"(Unnamed: \d+)?$")


def find(path: Path) -> Iterator[Snapshot]:
    """Dated copies by their day (published); when an undated one was known, ``core/dated.toml`` or its bringer says."""
    releases = oldest_first((_snapshot(file) for file in _unlike(path)), by_file=True)
    copies = Counter(s.release for s in releases)
    numbers: Counter[str] = Counter()
    for s in releases:
        numbers[s.release] += 1
        twin = f".{numbers[s.release]}" if copies[s.release] > 1 else ""
        yield Snapshot(s.path, s.release + twin, s.known_at, s.basis, s.first, s.last)


def _unlike(path: Path) -> list[Path]:
    """The files, without undated ones that equal a dated copy byte for byte."""
    all_files = files(path, "Conf_*.csv", "pace_country_month_*.csv")
    dated = [file for file in all_files if DATED.match(file.name)]
    dated_bytes = {_digest(file) for file in dated}
    undated = [file for file in all_files if file not in dated]
    return dated + [file for file in undated if _digest(file) not in dated_bytes]


def _digest(file: Path) -> bytes:
    return hashlib.sha256(file.read_bytes()).digest()


def _snapshot(file: Path) -> Snapshot:
    ends = [
        _month_end(f"{file.name}, line {line}", cells[0])
        for line, cells in records(file)
        if line > 1
    ]
    if not ends:
        raise SourceChanged(f"{file.name}: has a header and no months; {FETCH}")
    first, last = ends[0].replace(day=1), ends[-1]
    _check_name(file, last)
    if dated := DATED.match(file.name):
        return Snapshot(
            file, dated[1], date.fromisoformat(dated[1]), "published", first, last
        )
    known, basis = listed(file)
    return Snapshot(file, release_name(known, last), known, basis, first, last)


def _check_name(file: Path, last: date) -> None:
    named = TO_MONTH.search(file.stem)
    if named and (last.year, last.month) != (int(named[1]), int(named[2])):
        raise SourceChanged(
            f"{file.name}: ends in {last:%Y-%m}, its name says {named[1]}-{int(named[2]):02d}; {FETCH}"
        )


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of VIOLENCE_MONTH for the months with deaths; only ``fatalities_best`` is known."""
    lines = records(snapshot.path)
    names = next(lines)[1]
    codes = _columns(snapshot, names, places)
    deaths: Counter[tuple[str, date]] = Counter()
    expected = snapshot.first
    for line, cells in lines:
        where = f"{snapshot.path.name}, line {line}"
        month = _month_end(where, cells[0]).replace(day=1)
        if len(cells) != len(names):
            raise SourceChanged(
                f"{where}: has {len(cells)} cells, the header {len(names)}; {FETCH}"
            )
        _check_month(where, month, expected, snapshot)
        expected = month_after(month, 1)
        for name, code, cell in zip(names[1:], codes, cells[1:], strict=True):
            if number := _count(where, name, cell):
                deaths[_named(where, code, number), month] += number
    return _rows(deaths)


def _named(where: str, code: str | None, number: int) -> str:
    """The place of a column that holds deaths. Raises SourceChanged when the column has no name."""
    if code is None:
        raise SourceChanged(
            f"{where}: a column without a name holds {number} deaths; {FETCH}"
        )
    return code


def _check_month(where: str, month: date, expected: date, snapshot: Snapshot) -> None:
    if month != expected or month > snapshot.last:
        raise SourceChanged(
            f"{where}: {month:%Y-%m} stands where {expected:%Y-%m} should "
            f"(the release covers {snapshot.first:%Y-%m} to {snapshot.last:%Y-%m}); {FETCH}"
        )


def _columns(snapshot: Snapshot, names: list[str], places: Places) -> list[str | None]:
    """Place code of each column of countries; None for a column without a name."""
    codes: list[str | None] = []
    for name in names[1:]:
        if UNNAMED.match(name):
            codes.append(None)
            continue
        try:
            codes.append(places.resolve(name, "name", snapshot.last).code)
        except UnknownPlace as unknown:
            raise SourceChanged(
                f"{snapshot.path.name}, line 1: {unknown}; {FETCH}"
            ) from unknown
    return codes


def _rows(deaths: Counter[tuple[str, date]]) -> pa.Table:
    keys = sorted(deaths)
    unknown = pa.nulls(len(keys), pa.int64())
    columns = {
        "country": pa.array([country for country, _ in keys], pa.string()),
        "month": pa.array([month for _, month in keys], pa.date32()),
        "fatalities_best": pa.array([deaths[key] for key in keys], pa.int64()),
    }
    return pa.table({name: columns.get(name, unknown) for name in VIOLENCE_MONTH.names})


def _month_end(where: str, cell: str) -> date:
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        raise SourceChanged(
            f"{where}: {cell!r} is not a day (YYYY-MM-DD); {FETCH}"
        ) from None
    if (day + timedelta(days=1)).day != 1:
        raise SourceChanged(f"{where}: {cell} is not the last day of a month; {FETCH}")
    return day


def _count(where: str, name: str, cell: str) -> int:
    column = name or "a nameless column"
    try:
        number = float(cell)
    except ValueError:
        number = float("nan")
    if number > MOST:
        raise SourceChanged(
            f"{where}: {column} holds more people than there are ({cell[:30]}); {FETCH}"
        )
    if number < 0:
        raise SourceChanged(f"{where}: {column} is negative ({cell}); {FETCH}")
    if not number.is_integer():  # empty, text, NaN, infinite or a fraction
        raise SourceChanged(
            f"{where}: {column} should be a whole number, is {cell!r}; {FETCH}"
        )
    return int(number)


SOURCE = Source(
    title="PaCE country-month deaths from UCDP GED and Candidate events",
    publisher="Patterns of Conflict Emergence (PaCE), from Uppsala Conflict Data Program data",
    homepage="https://github.com/ThomasSchinca/PaCE",
    licence="CC-BY-4.0",
    citation="Schincariol, Frank & Chadefaux (2025), PaCE; "
    "Hegre, Croicu, Eck & Högbladh (2020), Research & Politics 7(3)",
    table=VIOLENCE_MONTH,
    rows=(10_000, 60_000),
    lag_days=24,
    find=find,
    parse=parse,
)
