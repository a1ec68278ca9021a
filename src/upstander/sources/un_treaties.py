"""UN Treaty Collection: who signed, became bound by, or left the treaties on atrocity crimes, and when.

One row of ours is one act of one State; counts are made from acts as of a day
(``core.treaties.parties``), never stored. Two sets of files, one file a treaty:

* ``acts_2015/CHAPTER-NUMBER.csv``, a scrape: days of signature and of becoming bound. A letter after the day tells the act:
  none ratification, a accession, d succession, A acceptance, AA approval, c formal
  confirmation (only the European Union's); in the signature column d is a succession to the
  signature, kept as a signature. Provisional application (n) binds nobody and is left out.
  Sheets differ in age (the Rome Statute's newest act is of February 2013), so each covers only
  the days to its newest act. Withdrawals stood in footnotes and are missing.
* ``status_2022/hr_status_NAME.csv``: UN members only, the year of becoming bound. Kept as ``bound`` with precision ``year`` on 31 December, or on the
  release day for the year of the release. Signatures have no year there and are left out.
  Where the flag and the status disagree (Moldova in ICESCR) the status, which has the year, counts.

Names are those of the release's own day (Swaziland, The former Yugoslav Republic of Macedonia).
The European Union is no State and is passed over. The Geneva Conventions and their Protocols
are deposited with Switzerland and are in neither set.

About: https://treaties.un.org/. Its pages are no tables, so nothing is fetched over HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from upstander.core.arrival import dated, oldest_first, release_name
from upstander.core.errors import SourceChanged, UnknownPlace
from upstander.core.indicators import year_span
from upstander.core.places import Places
from upstander.core.reading import files, header, read_table, stem
from upstander.core.refusals import place
from upstander.core.tables import TREATY_ACT
from upstander.core.text_files import FETCH
from upstander.core.treaties import act_rows, instruments
from upstander.core.types import Snapshot, Source

ROMAN = {"IV": 4, "V": 5, "XVIII": 18, "XXVI": 26}
ACTS = {
    "": "ratification",
    "a": "accession",
    "d": "succession",
    "A": "acceptance",
    "AA": "approval",
    "c": "ratification",
}
# The status tables write Timor-Leste's code of before 2002.
OLD_CODES = {"TP": "TL"}
NOT_STATES = frozenset({"European Union"})
DATED = re.compile(r"(\d{1,2} [A-Z][a-z]{2} \d{4})(?: ([A-Za-z]{1,2}))?$")
STATUSES = ("state party", "signatory state", "no action")
YEAR = "year ratification or accession"
Act = tuple[str, str, date, str]  # country, act, day, precision


def find(path: Path) -> Iterator[Snapshot]:
    """One release per treaty and set; other treaties of the Collection are passed over.

    No sheet says the day it was scraped: ``core/dated.toml`` knows the two sets of 2015-03-31 and 2022-08-31
    by their bytes, and of any other sheet its bringer must say.
    """
    names = _names()
    patterns = [f"{name}.{ending}" for name in names for ending in ("csv", "zip")]
    yield from oldest_first(_snapshot(file, names) for file in files(path, *patterns))


def _snapshot(file: Path, names: Mapping[str, str]) -> Snapshot:
    name = stem(file)
    if name not in names:
        raise SourceChanged(
            f"{file.name}: is no sheet we know (want CHAPTER-NUMBER or hr_status_NAME); {FETCH}"
        )
    known_at, basis = dated(file)
    first, last = _span(file, known_at)
    release = f"{release_name(known_at, last)} {names[name]}"
    return Snapshot(file, release, known_at, basis, first, last)


def _names() -> dict[str, str]:
    """Sheet names of both sets -> instrument id."""
    names: dict[str, str] = {}
    for one in instruments().values():
        if one.untc_id:
            chapter, rest = one.untc_id.split("-", 1)
            names[f"{ROMAN[chapter]}-{rest}"] = one.id
        if one.status_file:
            names[f"hr_status_{one.status_file}"] = one.id
    return names


def _is_status(file: Path) -> bool:
    return "iso2" in header(file)


def _span(file: Path, known: date | None) -> tuple[date, date]:
    """First and last day covered: of a status to the day it was known, of dated acts to the newest."""
    adopted = instruments()[_names()[stem(file)]].adopted
    if _is_status(file):
        years = read_table(file, {YEAR: int}, newline_at_end=False)[YEAR].drop_null()
        last = year_span(file, years)[1] if len(years) else adopted
        return adopted, last if known is None else known
    days = [_dated(file, 0, cell)[0] for _, cell in _cells(file)]
    return min([adopted, *days]), max([adopted, *days])


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of TREATY_ACT, sorted by country and day."""
    instrument = _names()[stem(snapshot.path)]
    read = _status_acts if _is_status(snapshot.path) else _scraped_acts
    return act_rows(
        (country, instrument, act, day, precision)
        for country, act, day, precision in read(snapshot, places)
    )


def _cells(file: Path) -> Iterator[tuple[tuple[int, str, bool], str]]:
    """((row, participant, is a signature), cell) of every cell with an act, row by row."""
    signed, bound = _act_columns(file)
    columns = {"Participant": str, **dict.fromkeys([*signed, bound], str)}
    for row, cells in enumerate(read_table(file, columns).to_pylist()):
        for name in (*signed, bound):
            if cells[name] is not None:
                yield (row, cells["Participant"], name in signed), cells[name]


def _act_columns(file: Path) -> tuple[list[str], str]:
    """The columns of signatures, and the one of the acts that bind."""
    names = [name for name in header(file) if name != "Participant"]
    signed = [name for name in names if name.startswith("Signature")]
    bound = [name for name in names if "Accession(a)" in name]
    left = set(names) - set(signed) - set(bound)
    if len(bound) != 1 or any(
        not name.startswith("Provisional application") for name in left
    ):
        raise SourceChanged(
            f"{file.name}, line 1: want Participant, Signature and one Accession(a) column, has {names}; {FETCH}"
        )
    return signed, bound[0]


def _dated(file: Path, row: int, cell: str) -> tuple[date, str]:
    """Day and letter of a cell such as ``22 Mar 1956 a``."""
    match = DATED.match(cell.strip())
    try:
        if match is None:
            raise ValueError(cell)
        return datetime.strptime(match[1], "%d %b %Y").date(), match[2] or ""
    except ValueError:
        raise SourceChanged(
            f"{file.name}, {place(file, row)}: {cell!r} is not a day like 22 Mar 1956 a; {FETCH}"
        ) from None


def _scraped_acts(snapshot: Snapshot, places: Places) -> Iterator[Act]:
    file = snapshot.path
    for (row, name, is_signature), cell in _cells(file):
        if name in NOT_STATES:
            continue
        day, letter = _dated(file, row, cell)
        letters = {"", "d"} if is_signature else set(ACTS)
        if letter not in letters:
            raise SourceChanged(
                f"{file.name}, {place(file, row)}: the letter {letter!r} after a day is unknown; {FETCH}"
            )
        _inside(snapshot, row, day)
        country = _country(snapshot, row, name, "name", places)
        yield country, "signature" if is_signature else ACTS[letter], day, "day"


def _status_acts(snapshot: Snapshot, places: Places) -> Iterator[Act]:
    columns = {"iso2": str, "member": str, YEAR: int, "status": str}
    raw = read_table(snapshot.path, columns, newline_at_end=False)
    for row, cells in enumerate(raw.to_pylist()):
        _check_status(snapshot.path, row, cells)
        if cells["status"] != "state party":
            continue
        _inside(snapshot, row, date(min(max(cells[YEAR], 1), 9999), 12, 31), to_year=True)
        day = min(date(cells[YEAR], 12, 31), snapshot.last)
        code = OLD_CODES.get(cells["iso2"], cells["iso2"])
        yield _country(snapshot, row, code, "iso2", places), "bound", day, "year"


def _check_status(file: Path, row: int, cells: Mapping[str, Any]) -> None:
    status = cells["status"]
    if status not in STATUSES:
        raise SourceChanged(
            f"{file.name}, {place(file, row)}: status {status!r} is none of {STATUSES}; {FETCH}"
        )
    if status == "state party" and cells[YEAR] is None:
        raise SourceChanged(
            f"{file.name}, {place(file, row)}: {cells['member']} is a party without a year; {FETCH}"
        )


def _inside(snapshot: Snapshot, row: int, day: date, to_year: bool = False) -> None:
    last = date(snapshot.last.year, 12, 31) if to_year else snapshot.last
    if not snapshot.first <= day <= last:
        where = f"{snapshot.path.name}, {place(snapshot.path, row)}"
        raise SourceChanged(
            f"{where}: {day} is outside the release's {snapshot.first} to {snapshot.last}; {FETCH}"
        )


def _country(
    snapshot: Snapshot, row: int, name: str | None, scheme: str, places: Places
) -> str:
    file = snapshot.path
    if name is None:
        raise SourceChanged(
            f"{file.name}, {place(file, row)}: the country is missing; {FETCH}"
        )
    try:
        return places.resolve(name, scheme, snapshot.known_at or snapshot.last).code
    except UnknownPlace as unknown:
        raise SourceChanged(
            f"{file.name}, {place(file, row)}: {unknown}; {FETCH}"
        ) from unknown


SOURCE = Source(
    title="UN Treaty Collection: dated acts to March 2015, status of August 2022",
    publisher="United Nations Treaty Collection, by way of two public scrapes",
    homepage="https://treaties.un.org/",
    licence="facts",
    citation="United Nations Treaty Collection; zmjones/untreaties (2015); world-politics-datalab (2022)",
    table=TREATY_ACT,
    rows=(40, 1_000),
    lag_days=0,
    find=find,
    parse=parse,
)
