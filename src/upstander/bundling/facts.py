"""What the place tables are made from: publishers' code lists, and ``places.toml`` for what they lack."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Row = dict[str, str]
Spells = dict[int, list[tuple[str, date, date | None]]]
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
    listed = {r["iso3c"]: r for r in rows(places / "country_codes.csv") if r["iso3c"]}
    m49 = {
        r["ISO-alpha3 Code"]: r for r in rows(places / "un_m49.csv", ";") if r["ISO-alpha3 Code"]
    }
    yearly = rows(shared / "ucdp" / "organizedviolencecy_v25_1.csv")
    return Facts(
        shared=shared,
        ours=tomllib.loads((Path(__file__).parent / "places.toml").read_text(encoding="utf-8")),
        listed=listed,
        m49=m49,
        members=_members(shared, listed),
        ucdp={int(r["country_id_cy"]): r["country_cy"] for r in yearly},
        spells={
            "gw": _gw(places / "gw_states.parquet"),
            "cow": _cow(places / "cow_states.parquet"),
        },
    )


def rows(file: Path, delimiter: str = ",") -> list[Row]:
    """Rows of a text file in UTF-8, with or without a byte order mark."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text, delimiter=delimiter))


def _members(shared: Path, listed: dict[str, Row]) -> frozenset[str]:
    """The members are those of the CRC status file, which writes Timor-Leste as TP (its code until 2002)."""
    by_iso2 = {r["iso2c"]: code for code, r in listed.items()} | {"TP": "TLS"}
    status = rows(shared / "treaties" / "status_2022" / "hr_status_crc.csv")
    return frozenset(by_iso2[r["iso2"]] for r in status)


def _gw(file: Path) -> Spells:
    found: Spells = {}
    for row in pq.read_table(file).to_pylist():
        end = (
            None if row["enddate"] >= date(2017, 12, 31) else row["enddate"]
        )  # the list's last day
        found.setdefault(int(row["gwcode"]), []).append((row["statename"], row["startdate"], end))
    return {code: sorted(spells, key=lambda s: s[1]) for code, spells in sorted(found.items())}


def _cow(file: Path) -> Spells:
    found: Spells = {}
    for row in pq.read_table(file).to_pylist():
        first = date(int(row["styear"]), int(row["stmonth"]), int(row["stday"]))
        last = date(int(row["endyear"]), int(row["endmonth"]), int(row["endday"]))
        end = None if last >= date(2016, 12, 31) else last  # the list's last day
        found.setdefault(int(row["ccode"]), []).append((row["statenme"], first, end))
    return {code: sorted(spells, key=lambda s: s[1]) for code, spells in sorted(found.items())}
