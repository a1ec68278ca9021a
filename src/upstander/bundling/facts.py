"""What the place tables are made from: publishers' code lists, and ``places.toml`` for what they lack."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Row = dict[str, str]
Spell = tuple[str, date, date | None]  # of a State: name, first day, last day
Spells = dict[int, list[Spell]]
FIRST_OF_INTEREST = date(1945, 1, 1)  # States that ended before are in no data of ours


@dataclass(frozen=True)
class Facts:
    """Everything read, nothing decided.

    Attributes:
        shared: the folder it came from.
        ours: ``places.toml``.
        listed: rows of country_codes.csv that have an ISO code, by ISO 3166-1 alpha-3.
        m49: rows of un_m49.csv by ISO 3166-1 alpha-3.
        members: codes of the 193 members of the United Nations.
        ucdp: (UCDP number, name) of every State in the country-year file.
        spells: {"gw": ..., "cow": ...}, each code's (name, first day, last day or None where it still holds).
    """

    shared: Path
    ours: dict[str, Any]
    listed: dict[str, Row]
    m49: dict[str, Row]
    members: frozenset[str]
    ucdp: dict[int, str]
    spells: dict[str, Spells]


def read(shared: Path) -> Facts:
    """Read the code lists below ``shared``."""
    places = shared / "places"
    ours = (Path(__file__).parent / "places.toml").read_text(encoding="utf-8")
    listed = _by_column(rows(places / "country_codes.csv"), "iso3c")
    yearly = rows(shared / "ucdp" / "organizedviolencecy_v25_1.csv")
    return Facts(
        shared=shared,
        ours=tomllib.loads(ours),
        listed=listed,
        m49=_by_column(rows(places / "un_m49.csv", ";"), "ISO-alpha3 Code"),
        members=_members(shared, listed),
        ucdp={int(r["country_id_cy"]): r["country_cy"] for r in yearly},
        spells={
            "gw": _spells(map(_gw, _listed(places / "gw_states.parquet"))),
            "cow": _spells(map(_cow, _listed(places / "cow_states.parquet"))),
        },
    )


def _by_column(table: list[Row], column: str) -> dict[str, Row]:
    """Rows by a column, without those where it is empty."""
    return {row[column]: row for row in table if row[column]}


def rows(file: Path, delimiter: str = ",") -> list[Row]:
    """Rows of a text file in UTF-8, with or without a byte order mark."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text, delimiter=delimiter))


def _members(shared: Path, listed: dict[str, Row]) -> frozenset[str]:
    """The members are those of the CRC status file, which writes Timor-Leste as TP (its code until 2002)."""
    by_iso2 = {r["iso2c"]: code for code, r in listed.items()} | {"TP": "TLS"}
    status = rows(shared / "treaties" / "status_2022" / "hr_status_crc.csv")
    return frozenset(by_iso2[r["iso2"]] for r in status)


def _spells(states: Iterable[tuple[int, Spell]]) -> Spells:
    """Each code's spells, in order of their first days."""
    by_code: Spells = {}
    for code, spell in states:
        by_code.setdefault(code, []).append(spell)
    return {
        code: sorted(spells, key=lambda s: s[1]) for code, spells in sorted(by_code.items())
    }


def _listed(file: Path) -> list[dict[str, Any]]:
    states: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    return states


def _gw(row: dict[str, Any]) -> tuple[int, Spell]:
    # the list's last day
    end = None if row["enddate"] >= date(2017, 12, 31) else row["enddate"]
    return int(row["gwcode"]), (row["statename"], row["startdate"], end)


def _cow(row: dict[str, Any]) -> tuple[int, Spell]:
    first = date(int(row["styear"]), int(row["stmonth"]), int(row["stday"]))
    last = date(int(row["endyear"]), int(row["endmonth"]), int(row["endday"]))
    end = None if last >= date(2016, 12, 31) else last  # the list's last day
    return int(row["ccode"]), (row["statenme"], first, end)
