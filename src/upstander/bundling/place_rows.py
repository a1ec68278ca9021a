"""The rows of ``place`` and ``place_code``: who exists, since when, under which codes."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from upstander.bundling.facts import FIRST_OF_INTEREST, Facts
from upstander.core.places import key_of

# Scheme of ours: column of country_codes.csv.
COLUMNS = {"iso3": "iso3c", "iso2": "iso2c", "m49": "iso3n", "vdem": "vdem", "unhcr": "unhcr"}

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
    today = {c.place: int(c.value) for c in codes if c.scheme == "m49" and c.last is None}
    listed = sorted(set(facts.listed) | set(facts.ours["place"]))
    return [_place(facts, code, today.get(code), points[code]) for code in listed]


def _place(facts: Facts, code: str, m49: int | None, point: tuple[float, float]) -> dict[str, Any]:
    own: dict[str, Any] = facts.ours["place"].get(code, {})
    unit = own.get("unit", code)
    of_region = code if code in facts.m49 else own.get("booked_under", unit)
    region, subregion = _region(facts, of_region, own)
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


def codes(facts: Facts) -> list[Code]:
    """Every dated code, sorted.

    Raises:
        ValueError: a code would mean two places on one day.
    """
    extra = {_extra(*row) for row in facts.ours["codes"]["extra"]}
    taken = {(c.scheme, c.value) for c in extra} | {("gw", "345"), ("cow", "345")}
    offered = [*_listed(facts), *_unhcr(facts), *_ucdp(facts), *_states(facts)]
    every = extra | {c for c in offered if (c.scheme, c.value) not in taken}
    out = sorted(every, key=lambda c: (c.scheme, c.value, c.first or date.min, c.place))
    refuse_overlap(out)
    return out


def refuse_overlap(codes: list[Code]) -> None:
    """Raise ValueError where a code means two places on one day."""
    spans: dict[tuple[str, str], list[Code]] = {}
    for code in codes:
        first, last = code.first or date.min, code.last or date.max
        for other in spans.setdefault((code.scheme, code.value), []):
            if first <= (other.last or date.max) and (other.first or date.min) <= last:
                raise ValueError(f"{code} and {other} mean two places on one day")
        spans[code.scheme, code.value].append(code)


def name(facts: Facts, code: str) -> str:
    """Short English name: ours, else that of country_codes.csv with its abbreviations written out."""
    if given := facts.ours["place"].get(code, {}).get("name") or facts.ours["short_name"].get(code):
        return str(given)
    english = facts.listed[code]["country.name.en"].replace("&", "and")
    return re.sub(r"\bSt\.", "Saint", english).replace("’", "'")


def _region(facts: Facts, code: str, own: dict[str, Any]) -> tuple[str, str]:
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
    own = facts.ours["place"].get(code, {})
    if given := facts.ours["note"].get(code):
        return str(given)
    if booked := own.get("booked_under"):
        here, there = name(facts, code), name(facts, booked)
        return f"UCDP has no figures for {here}: deaths there, if any, are counted under {there}."
    return ""


def _extra(place: str, scheme: str, value: str, first: str, last: str) -> Code:
    days = [date.fromisoformat(d) if d else None for d in (first, last)]
    return Code(place, scheme, key_of(value, scheme), days[0], days[1])


def _listed(facts: Facts) -> list[Code]:
    """Codes of country_codes.csv and, for V-Dem, also the text id, which is the ISO code."""
    out = []
    for place, row in facts.listed.items():
        for scheme, column in COLUMNS.items():
            if row[column]:
                out.append(Code(place, scheme, key_of(row[column], scheme), None, None))
        if row["vdem"]:
            out.append(Code(place, "vdem", place, None, None))
    return out


def _unhcr(facts: Facts) -> list[Code]:
    table = pq.read_table(
        facts.shared / "covariates" / "unhcr_countries.parquet", columns=["iso_code", "unhcr_code"]
    )
    pairs = zip(table["iso_code"].to_pylist(), table["unhcr_code"].to_pylist(), strict=True)
    return [Code(iso, "unhcr", unhcr, None, None) for iso, unhcr in pairs if iso in facts.listed]


def _ucdp(facts: Facts) -> list[Code]:
    """UCDP's numbers: Gleditsch and Ward's, and theirs for the microstates of 2025 (970 Kiribati ...)."""
    gw = {int(float(r["gwn"])): code for code, r in facts.listed.items() if r["gwn"]}
    cow = {int(float(r["cown"])): code for code, r in facts.listed.items() if r["cown"]}
    out = []
    for number in facts.ucdp:
        place = gw.get(number) or PACIFIC.get(number) or cow.get(number)
        if place:
            out.append(Code(place, "ucdp", str(number), None, None))
            if number not in gw:
                out.append(Code(place, "gw", str(number), facts.ours["start"].get(place), None))
    return out


def _states(facts: Facts) -> list[Code]:
    """Gleditsch & Ward's and the Correlates of War's numbers, with their spells since 1816."""
    out = []
    for scheme, column in (("gw", "gwn"), ("cow", "cown")):
        for place, row in facts.listed.items():
            if not row[column]:
                continue
            number = int(float(row[column]))
            for _, first, last in facts.spells[scheme].get(number, []):
                if last is None or last >= FIRST_OF_INTEREST or scheme == "gw":
                    out.append(Code(place, scheme, str(number), first, last))
    return out
