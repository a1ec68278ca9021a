"""Public series beside an indicator: dated, with the place's standing among States and the direction of risk.

They inform the level that people give; they never tick an indicator, and no rating reads them. An indicator whose
tags are all kept by hand, or inside an office, has no public proxy, and that is said.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from upstander.assess.frameworks import Indicator
from upstander.core.treaties import instruments, parties

Series = Mapping[
    str, Mapping[str, Sequence[tuple[int, float]]]
]  # by indicator and place: (year, value), oldest first
NONE = "no public proxy"
NOT_HELD = "public series exist, none is held here"
CHANGE_YEARS = 5  # what a tag's "change" is measured over
DIRECTIONS = {"+": "higher is more risk", "-": "lower is more risk"}
_TAG = re.compile(r"(?P<name>.+?)(?: (?P<change>change))?\((?P<sign>[+-])\)$")
_BY_HAND = re.compile(r"\[(manual|internal)|^manual$|^\[manual")
_VIOLENCE = (
    "state_based_best",
    "non_state_best",
    "one_sided_best",
    "one_sided_government_best",
)


@dataclass(frozen=True)
class Standing:
    """One series of one place.

    Attributes:
        value: of ``year``, or its change over five years where ``is_change``.
        riskier_than: share of the places with that year, 0 to 1, that stand lower in the direction of risk; places
            that stand level count half.
        of: number of places compared.
        direction: in words; near: what differs from the series the indicator names, '' where it is the same.
    """

    tag: str
    indicator: str
    label: str
    unit: str
    year: int
    value: float
    is_change: bool
    riskier_than: float
    of: int
    direction: str
    near: str


@dataclass(frozen=True)
class Beside:
    """What stands beside an indicator.

    Attributes:
        not_known: labels of the public series of which no value is held for the place.
        not_held: those of them of which no value is held for any place.
        words: where nothing can stand beside it: no public proxy, or none held here; '' otherwise.
    """

    standings: tuple[Standing, ...]
    not_known: tuple[str, ...]
    not_held: tuple[str, ...]
    words: str


@cache
def known() -> Mapping[str, Mapping[str, str]]:
    """By tag: the lake's series that stands for it, its label and unit."""
    text = files("upstander.assess").joinpath("proxies.toml").read_text("utf-8")
    series: Mapping[str, Mapping[str, str]] = tomllib.loads(text)["series"]
    return series


def is_public(tag: str) -> bool:
    """Whether anybody publishes it, as against what is kept by hand or inside an office."""
    return not _BY_HAND.search(tag)


def beside(indicator: Indicator, series: Series, place: str) -> Beside:
    """The public series that bear on an indicator: where the place stands, and those that are not known for it."""
    found: dict[tuple[str, bool], Standing] = {}
    lost: dict[str, bool] = {}  # by label, whether the series is held for other places
    for tag in filter(is_public, indicator.proxies):
        if (standing := _standing(tag, series, place)) is not None:
            found.setdefault((standing.indicator, standing.is_change), standing)
        else:
            lost[_label(tag)] = _is_held(tag, series)
    words = "" if found else NOT_HELD if lost else NONE
    return Beside(
        tuple(found.values()),
        tuple(lost),
        tuple(x for x, held in lost.items() if not held),
        words,
    )


def _is_held(tag: str, series: Series) -> bool:
    m = _TAG.fullmatch(tag)
    entry = _entry(m["name"]) if m else None
    return entry is not None and bool(series.get(entry["indicator"]))


def _label(tag: str) -> str:
    """What the series of a tag is called: by our table, else as the tag names it."""
    m = _TAG.fullmatch(tag)
    entry = _entry(m["name"]) if m else None
    if m is None or entry is None:
        return m["name"] if m else tag
    return named(entry["label"], bool(m["change"]))


def named(label: str, is_change: bool) -> str:
    """What a series, or its change, is called."""
    return f"{label}, change over {CHANGE_YEARS} years" if is_change else label


def _standing(tag: str, series: Series, place: str) -> Standing | None:
    m = _TAG.fullmatch(tag)
    if m is None:
        return None
    entry = _entry(m["name"])
    if entry is None or not (own := series.get(entry["indicator"], {}).get(place)):
        return None
    year, is_change = own[-1][0], bool(m["change"])
    value = _at(own, year, is_change)
    if value is None:
        return None
    peers = sorted(
        v
        for s in series[entry["indicator"]].values()
        if (v := _at(s, year, is_change)) is not None
    )
    below = (bisect_left(peers, value) + bisect_right(peers, value)) / 2 / len(peers)
    return Standing(
        tag,
        entry["indicator"],
        entry["label"],
        entry["unit"],
        year,
        value,
        is_change,
        below if m["sign"] == "+" else 1 - below,
        len(peers),
        DIRECTIONS[m["sign"]],
        entry.get("near", ""),
    )


def _entry(name: str) -> Mapping[str, str] | None:
    """The series that stands for a tag's name; None when there is none."""
    publisher, _, code = name.partition(":")
    if name in known() or publisher != "vdem" or not code:
        return known().get(name)
    return {"indicator": f"vdem_{code}", "label": f"V-Dem {code}", "unit": "V-Dem scale"}


def _at(values: Sequence[tuple[int, float]], year: int, is_change: bool) -> float | None:
    """The value of a year, or its change over five years; values are by year, oldest first."""
    i = bisect_left(values, (year, float("-inf")))
    if i == len(values) or values[i][0] != year:
        return None
    if not is_change:
        return values[i][1]
    before = _at(values, year - CHANGE_YEARS, False)
    return None if before is None else values[i][1] - before


def counted(
    violence_rows: Iterable[Mapping[str, Any]],
    acts: Sequence[Mapping[str, Any]],
    states: Iterable[str],
    known_to: Mapping[str, date],
) -> Series:
    """The series that are not in INDICATOR_YEAR, out of rows of VIOLENCE_YEAR and TREATY_ACT as of a day.

    Args:
        states: places that can be party to a treaty.
        known_to: by instrument, the last day its acts were looked at; an instrument without one is left out.
    """
    found: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for row in violence_rows:
        for column in _VIOLENCE:
            if row[column] is not None:
                by_place = found.setdefault(f"ucdp_{column}", {})
                by_place.setdefault(row["country"], []).append(
                    (row["year"], float(row[column]))
                )
    codes = tuple(states)
    for instrument in instruments():
        if (on := known_to.get(instrument)) is not None:
            bound = parties(acts, instrument, on)
            found[f"treaty_{instrument}"] = {
                code: [(on.year, float(code in bound))] for code in codes
            }
    for by_place in found.values():
        for values in by_place.values():
            values.sort()
    return found


def wanted(indicators: Iterable[Indicator]) -> frozenset[str]:
    """Names of INDICATOR_YEAR that these indicators could show; what a reader of the lake asks for."""
    tags = (m["name"] for i in indicators for t in i.proxies if (m := _TAG.fullmatch(t)))
    return frozenset(e["indicator"] for name in tags if (e := _entry(name)))
