"""Women, peace and security: the resolutions, women's share where decisions are made, and UN listings (P06)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from upstander.assess.measures import NOT_ASSESSED, Measure, measure, of
from upstander.core.messages import say, texts
from upstander.records import Record
from upstander.records.forms import form

SPHERES = ("mechanism", "dialogue", "peace_process")


@dataclass(frozen=True)
class Resolution:
    """A Security Council resolution and what it is about, in our own words."""

    number: int
    year: int
    about: str

    @property
    def symbol(self) -> str:
        """``S/RES/1325 (2000)``."""
        return say("assess.s_res", number=self.number, year=self.year)


@cache
def resolutions() -> tuple[Resolution, ...]:
    """The ten resolutions, oldest first."""
    loaded = texts(
        tomllib.loads(files(__package__).joinpath("women.toml").read_text("utf-8"))
    )
    return tuple(Resolution(**row) for row in loaded["resolution"])


def womens_share(records: Sequence[Record], on: date) -> dict[str, Measure]:
    """Women's share of women and men in the mechanism, the dialogues and the peace processes, 0 to 1.

    Bodies are added up, each with its newest record that counts both; a record about one group alone is left out.
    """
    of_all = [r for r in of(records, "participation", on) if not r.body.get("group")]
    by_sphere = {s: [r for r in of_all if r.body["sphere"] == s] for s in SPHERES}
    return {sphere: _share(sphere, own) for sphere, own in by_sphere.items()}


def _share(sphere: str, records: Sequence[Record]) -> Measure:
    used = _newest_of_each_body(records)
    women, men = (sum(r.body[sex] for r in used) for sex in ("women", "men"))
    share, words = (
        None,
        say("assess.women_and_men_are_not_counted", not_assessed=NOT_ASSESSED),
    )
    if women + men:
        share = women / (women + men)
        words = say("assess.women_of", women=women, men=women + men)
    name = form("participation").field("sphere").choices[sphere]
    return measure(
        "P06",
        say("assess.women_in", name=name),
        share,
        "share",
        words,
        used,
    )


def _newest_of_each_body(records: Sequence[Record]) -> list[Record]:
    """Of the records that count both."""
    newest: dict[str, Record] = {}
    for r in sorted(records, key=lambda r: (r.body["day"], r.id)):
        if r.body.get("women") is not None and r.body.get("men") is not None:
            newest[r.body.get("label") or ""] = r
    return list(newest.values())


@dataclass(frozen=True)
class Listing:
    """A party's standing in the newest report on record of one kind."""

    party: str
    report: str
    year: int
    status: str
    symbol: str
    violations: tuple[str, ...]
    record: str
    source: str = "SC-WPS"


def listings(records: Sequence[Record], on: date) -> tuple[Listing, ...]:
    """Parties named in the annual reports, each with its newest report, by report and party."""
    newest: dict[tuple[str, str], Record] = {}
    for r in sorted(of(records, "listing", on), key=lambda r: (r.body["year"], r.id)):
        if r.body["year"] <= on.year:
            newest[r.body["report"], r.body["party"]] = r
    return tuple(_listing(newest[key]) for key in sorted(newest))


def _listing(record: Record) -> Listing:
    body = record.body
    return Listing(
        party=body["party"],
        report=body["report"],
        year=body["year"],
        status=body["status"],
        symbol=body["symbol"],
        violations=tuple(body["violations"]),
        record=record.id,
        source="SC-WPS" if body["report"] == "crsv" else "SC-CAAC",
    )
