"""The rows of ``place`` and ``place_code``: who exists, since when, under which codes."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from upstander.bundling.facts import FIRST_OF_INTEREST, Facts
from upstander.core.places import key_of

# Scheme of ours: column of country_codes.csv.
COLUMNS = {
    "iso3": "iso3c",
    "iso2": "iso2c",
    "m49": "iso3n",
    "vdem": "vdem",
    "unhcr": "unhcr",
}


# UCDP and Gleditsch & Ward number these States of the Pacific alike, the Correlates of War do not.
PACIFIC = {970: "KIR", 971: "NRU", 972: "TON", 973: "TUV"}


class Code(NamedTuple):
    """A code that means ``place`` from ``first`` to ``last``, both included; None is open."""

    place: str
    scheme: str
    value: str
    first: date | None
    last: date | None


def places(
    facts: Facts, codes: list[Code], points: dict[str, tuple[float, float]]
) -> list[dict[str, Any]]:
    """One row per place, sorted by code, with the columns of ``core.places.Place`` but the names."""
    m49 = {c.place: int(c.value) for c in codes if c.scheme == "m49" and c.last is None}
    every = sorted(set(facts.listed) | set(facts.ours["place"]))
    return [_place(facts, code, m49.get(code), points[code]) for code in every]


def _place(
    facts: Facts, code: str, m49: int | None, point: tuple[float, float]
) -> dict[str, Any]:
    own = _own(facts, code)
    unit = own.get("unit", code)
    stands_for = code if code in facts.m49 else own.get("booked_under", unit)
    region, subregion = _region(facts, stands_for, own)
    longitude, latitude = point
    return {
        "code": code,
        "name": name(facts, code),
        "start": own.get("start") or _start(facts, code),
        "end": own.get("end"),
        "kind": own.get("kind", "member"),
        "m49": m49,
        "region": region,
        "subregion": subregion,
        "latitude": latitude,
        "longitude": longitude,
        "booked_under": own.get("booked_under"),
        "note": _note(facts, code),
        "successors": " ".join(own.get("successors", [])),
        "unit": unit,
    }


def _own(facts: Facts, code: str) -> dict[str, Any]:
    """What ``places.toml`` says of a place."""
    own: dict[str, Any] = facts.ours["place"].get(code, {})
    return own


def codes(facts: Facts) -> list[Code]:
    """Every dated code, sorted.

    Raises:
        ValueError: a code would mean two places on one day.
    """
    every = {_extra(*row) for row in facts.ours["codes"]["extra"]}
    taken = {(c.scheme, c.value) for c in every} | {("gw", "345"), ("cow", "345")}
    offered = [*_listed(facts), *_unhcr(facts), *_ucdp(facts), *_states(facts)]
    every.update(c for c in offered if (c.scheme, c.value) not in taken)
    ordered = sorted(every, key=_order)
    refuse_overlap(ordered)
    return ordered


def _order(code: Code) -> tuple[str, str, date, str]:
    return code.scheme, code.value, code.first or date.min, code.place


def refuse_overlap(codes: list[Code]) -> None:
    """Raise ValueError where a code means two places on one day."""
    spans: dict[tuple[str, str], list[Code]] = {}
    for code in codes:
        same = spans.setdefault((code.scheme, code.value), [])
        for other in same:
            if _overlap(code, other):
                raise ValueError(f"{code} and {other} mean two places on one day")
        same.append(code)


def _overlap(a: Code, b: Code) -> bool:
    starts_before_end = (a.first or date.min) <= (b.last or date.max)
    return starts_before_end and (b.first or date.min) <= (a.last or date.max)


def name(facts: Facts, code: str) -> str:
    """Short English name: ours, else that of country_codes.csv with its abbreviations written out."""
    if given := _own(facts, code).get("name") or facts.ours["short_name"].get(code):
        return str(given)
    listed = facts.listed[code]["country.name.en"].replace("&", "and")
    return re.sub(r"\bSt\.", "Saint", listed).replace("’", "'")


def _region(
    facts: Facts,
    code: str,
    own: dict[str, Any],
) -> tuple[str, str]:
    if "region" in own:
        return own["region"][0], own["region"][1]
    row = facts.m49[code]
    # Antarctica is in no region of M49.
    return row["Region Name"] or "Antarctica", row["Sub-region Name"] or "Antarctica"


def _start(facts: Facts, code: str) -> date | None:
    """First day: ours, else the last beginning in Gleditsch and Ward's list (Haiti began twice)."""
    if given := facts.ours["start"].get(code):
        return date.fromisoformat(str(given))
    if code not in facts.members and code != "TWN":
        return None
    number = facts.listed[code]["gwn"]
    wanted = {"VNM": 816, "YEM": 678}.get(code) or int(float(number))
    return facts.spells["gw"][wanted][-1][1]


def _note(facts: Facts, code: str) -> str:
    if given := facts.ours["note"].get(code):
        return str(given)
    if booked := _own(facts, code).get("booked_under"):
        here, there = name(facts, code), name(facts, booked)
        return f"UCDP has no figures for {here}: deaths there, if any, are counted under {there}."
    return ""


def _extra(
    place: str,
    scheme: str,
    value: str,
    first: str,
    last: str,
) -> Code:
    return Code(place, scheme, key_of(value, scheme), _day(first), _day(last))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _listed(facts: Facts) -> list[Code]:
    """Codes of country_codes.csv and, for V-Dem, also the text id, which is the ISO code."""
    codes = []
    for place, row in facts.listed.items():
        for scheme, column in COLUMNS.items():
            if row[column]:
                codes.append(_open(place, scheme, key_of(row[column], scheme)))
        if row["vdem"]:
            codes.append(_open(place, "vdem", place))
    return codes


def _open(
    place: str,
    scheme: str,
    value: str,
) -> Code:
    """A code that means the place on every day."""
    return Code(place, scheme, value, None, None)


def _unhcr(facts: Facts) -> list[Code]:
    file = facts.shared / "covariates" / "unhcr_countries.parquet"
    table = pq.read_table(file, columns=["iso_code", "unhcr_code"])
    pairs = zip(table["iso_code"].to_pylist(), table["unhcr_code"].to_pylist(), strict=True)
    return [_open(iso, "unhcr", unhcr) for iso, unhcr in pairs if iso in facts.listed]


def _ucdp(facts: Facts) -> list[Code]:
    """UCDP's numbers: Gleditsch and Ward's, and theirs for the microstates of 2025 (970 Kiribati ...)."""
    gw, cow = _by_number(facts, "gwn"), _by_number(facts, "cown")
    codes = []
    for number in facts.ucdp:
        place = gw.get(number) or PACIFIC.get(number) or cow.get(number)
        if place:
            codes.append(_open(place, "ucdp", str(number)))
            if number not in gw:
                start = facts.ours["start"].get(place)
                codes.append(Code(place, "gw", str(number), start, None))
    return codes


def _by_number(facts: Facts, column: str) -> dict[int, str]:
    """Places by a column of numbers of country_codes.csv."""
    return {int(float(row[column])): p for p, row in facts.listed.items() if row[column]}


def _states(facts: Facts) -> list[Code]:
    """Gleditsch & Ward's and the Correlates of War's numbers, with their spells since 1816."""
    codes = []
    for scheme, column in (("gw", "gwn"), ("cow", "cown")):
        for place, row in facts.listed.items():
            if not row[column]:
                continue
            number = int(float(row[column]))
            for _, first, last in facts.spells[scheme].get(number, []):
                if last is None or last >= FIRST_OF_INTEREST or scheme == "gw":
                    codes.append(Code(place, scheme, str(number), first, last))
    return codes
