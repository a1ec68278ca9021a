"""Acts of States after the sheets of 2015 end, as an office lists them: one row an act, with how sure each is.

Columns ``instrument`` (id, short or full title), ``country``, ``iso3``, ``act``, ``date_of_act``, ``effective``,
``verification``, ``note``, and ``status_as_at`` where the list says up to which day it is complete; else it reaches to the
newest day in it.

* A withdrawal has two days: the notice, which changes nothing yet, and the day it takes effect, from which the State is
  not bound (Rome Statute, article 127: one year after the notice). Both are kept.
* A notice that was rescinded or revoked before it took effect is kept with its end, and never counts. The day
  of its end stands in the note: ``rescinded 2017-02-10``.
* A row whose verification begins with ``read`` was read at a source. Any other is kept with precision ``recalled``, and
  whatever shows it must say that it was not checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from upstander.core.arrival import dated, oldest_first, release_name
from upstander.core.errors import SourceChanged, UnknownPlace
from upstander.core.name_folding import fold
from upstander.core.places import Places
from upstander.core.reading import files, read_table
from upstander.core.refusals import place
from upstander.core.tables import TREATY_ACT
from upstander.core.treaties import ACTS, act_rows, instruments
from upstander.core.types import Snapshot, Source

COLUMNS = {
    "instrument": str,
    "iso3": str,
    "act": str,
    "date_of_act": date,
    "effective": date,
    "verification": str,
    "note": str,
}
OPTIONAL = {"status_as_at": date}
NOTICE, RESCINDED = "withdrawal_notice", "withdrawal_rescinded"
ENDED = re.compile(r"(?:rescinded|revoked) (\d{4}-\d{2}-\d{2})")
Act = tuple[str, str, str, date, str]  # country, instrument, act, day, precision


def find(path: Path) -> Iterator[Snapshot]:
    """One release a file. Its day is its bringer's to say."""
    yield from oldest_first(_snapshot(file) for file in files(path, "acts_after_*.csv"))


def _snapshot(file: Path) -> Snapshot:
    rows = _rows(file)
    if not rows:
        raise SourceChanged(f"{file.name}: holds no act; give a list of acts")
    known_at, basis = dated(file)
    first = min(row["date_of_act"] for row in rows)
    said = [row["status_as_at"] for row in rows if row.get("status_as_at")]
    last = (
        max(said) if said else max(row["effective"] or row["date_of_act"] for row in rows)
    )
    return Snapshot(file, release_name(known_at, last), known_at, basis, first, last)


def _rows(file: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read_table(file, COLUMNS, OPTIONAL).to_pylist()
    for number, row in enumerate(rows):
        missing = [n for n in ("instrument", "iso3", "act", "date_of_act") if not row[n]]
        if missing:
            raise SourceChanged(
                f"{file.name}, {place(file, number)}: {', '.join(missing)} is empty; fill it in"
            )
    return rows


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of TREATY_ACT, sorted by country, instrument and day."""
    acts = [
        act
        for number, row in enumerate(_rows(snapshot.path))
        for act in _acts(snapshot, number, row, places)
    ]
    return act_rows(acts)


def _acts(
    snapshot: Snapshot, number: int, row: Mapping[str, Any], places: Places
) -> Iterator[Act]:
    where = f"{snapshot.path.name}, {place(snapshot.path, number)}"
    instrument = _instrument(where, row["instrument"])
    country = _country(where, row["iso3"], places, snapshot)
    is_read = str(row["verification"] or "").startswith("read")
    precision = "day" if is_read else "recalled"
    for act, day in _days(where, row):
        yield country, instrument, act, day, precision


def _days(where: str, row: Mapping[str, Any]) -> Iterator[tuple[str, date]]:
    """What a row tells: an act, or a notice with the day it takes effect or is taken back."""
    act, day = row["act"].replace(" ", "_"), row["date_of_act"]
    if act not in ACTS:
        raise SourceChanged(f"{where}: the act {row['act']!r} is none of {sorted(ACTS)}")
    if act == "withdrawal" and row["effective"]:
        yield NOTICE, day
        yield act, row["effective"]
        return
    yield act, day
    if act == NOTICE and (ended := ENDED.search(row["note"] or "")):
        yield RESCINDED, date.fromisoformat(ended[1])


def _instrument(where: str, written: str) -> str:
    names = {
        fold(name): i.id
        for i in instruments().values()
        for name in (i.id, i.short, i.title)
    }
    if fold(written) not in names:
        raise SourceChanged(
            f"{where}: no instrument is called {written!r}; have {', '.join(instruments())}"
        )
    return names[fold(written)]


def _country(where: str, code: str, places: Places, snapshot: Snapshot) -> str:
    try:
        return places.resolve(code, "iso3", snapshot.known_at or snapshot.last).code
    except UnknownPlace as unknown:
        raise SourceChanged(f"{where}: {unknown}") from unknown


SOURCE = Source(
    title="Acts of treaties after March 2015, as an office lists them",
    publisher="the office that brings it",
    homepage="https://treaties.un.org/",
    licence="facts",
    citation="United Nations Treaty Collection; depositary notifications",
    table=TREATY_ACT,
    rows=(1, 5_000),
    lag_days=0,
    projects=True,
    find=find,
    parse=parse,
)
