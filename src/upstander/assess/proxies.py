"""Public series beside an indicator: dated, with the place's standing among States and the direction of risk.

They inform the level that people give; they never tick an indicator, and no rating reads them. An indicator whose
tags are all kept by hand, or inside an office, has no public proxy, and that is said.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from upstander.assess.data_files import data_of
from upstander.assess.frameworks import Indicator
from upstander.core.messages import say
from upstander.core.treaties import instruments, parties

Values = Sequence[tuple[int, float]]  # (year, value), oldest first
Series = Mapping[str, Mapping[str, Values]]  # by indicator and place
NONE = say("assess.no_public_proxy")
NOT_HELD = say("assess.public_series_exist_none_is_held_here")
A_YEAR = timedelta(days=366)
CHANGE_YEARS = 5  # what a tag's "change" is measured over
DIRECTIONS = {"+": say("assess.higher_is_more_risk"), "-": say("assess.lower_is_more_risk")}
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
    series: Mapping[str, Mapping[str, str]] = data_of("proxies.toml")["series"]
    return series


def is_public(tag: str) -> bool:
    """Whether anybody publishes it, as against what is kept by hand or inside an office."""
    return not _BY_HAND.search(tag)


def beside(indicator: Indicator, series: Series, place: str) -> Beside:
    """The public series that bear on an indicator: where the place stands, and those that are not known for it."""
    standings: dict[tuple[str, bool], Standing] = {}
    lost: dict[str, bool] = {}  # by label, whether the series is held for other places
    for tag in filter(is_public, indicator.proxies):
        standing = _standing(tag, series, place)
        if standing is not None:
            standings.setdefault((standing.indicator, standing.is_change), standing)
        else:
            lost[_label(tag)] = _is_held(tag, series)
    not_held = tuple(label for label, is_held in lost.items() if not is_held)
    words = ""
    if not standings:
        words = NOT_HELD if lost else NONE
    return Beside(tuple(standings.values()), tuple(lost), not_held, words)


@dataclass(frozen=True)
class _Tag:
    """A tag that our table, or a publisher's own code, names a series for."""

    entry: Mapping[str, str]
    is_change: bool
    sign: str

    @property
    def indicator(self) -> str:
        return self.entry["indicator"]


def _read(tag: str) -> _Tag | None:
    """A tag taken apart; None for one that no series stands for."""
    parts = _TAG.fullmatch(tag)
    entry = _entry(parts["name"]) if parts else None
    if parts is None or entry is None:
        return None
    return _Tag(entry, bool(parts["change"]), parts["sign"])


def _is_held(tag: str, series: Series) -> bool:
    read = _read(tag)
    return read is not None and bool(series.get(read.indicator))


def _label(tag: str) -> str:
    """What the series of a tag is called: by our table, else as the tag names it."""
    read = _read(tag)
    if read is not None:
        return named(read.entry["label"], read.is_change)
    parts = _TAG.fullmatch(tag)
    return parts["name"] if parts else tag


def named(label: str, is_change: bool) -> str:
    """What a series, or its change, is called."""
    return (
        say("assess.change_over_years", label=label, change_years=CHANGE_YEARS)
        if is_change
        else label
    )


def _standing(tag: str, series: Series, place: str) -> Standing | None:
    read = _read(tag)
    own = series.get(read.indicator, {}).get(place) if read else None
    if read is None or not own:
        return None
    year = own[-1][0]
    value = _at(own, year, read.is_change)
    if value is None:
        return None
    at = (_at(values, year, read.is_change) for values in series[read.indicator].values())
    peers = sorted(v for v in at if v is not None)
    below = _share_below(value, peers)
    return Standing(
        tag=tag,
        indicator=read.indicator,
        label=read.entry["label"],
        unit=read.entry["unit"],
        year=year,
        value=value,
        is_change=read.is_change,
        riskier_than=below if read.sign == "+" else 1 - below,
        of=len(peers),
        direction=DIRECTIONS[read.sign],
        near=read.entry.get("near", ""),
    )


def _share_below(value: float, peers: Sequence[float]) -> float:
    """Of sorted peers; those that stand level count half."""
    return (bisect_left(peers, value) + bisect_right(peers, value)) / 2 / len(peers)


def _entry(name: str) -> Mapping[str, str] | None:
    """The series that stands for a tag's name; None when there is none."""
    publisher, _, code = name.partition(":")
    if name in known() or publisher != "vdem" or not code:
        return known().get(name)
    return {
        "indicator": f"vdem_{code}",
        "label": say("assess.v_dem", code=code),
        "unit": say("assess.v_dem_scale"),
    }


def _at(values: Values, year: int, is_change: bool) -> float | None:
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
    as_of: date,
) -> Series:
    """The series that are not in INDICATOR_YEAR, out of rows of VIOLENCE_YEAR and TREATY_ACT as of a day.

    Args:
        states: places that can be party to a treaty.
        known_to: by instrument, the last day its acts were looked at. One without such a day, or whose acts were last looked
            at more than a year before ``as_of``, is left out: a State that had not acted then may have acted since.
    """
    series = _violence(violence_rows)
    codes = tuple(states)
    for instrument in instruments():
        on = known_to.get(instrument)
        if on is not None and as_of - on <= A_YEAR:
            bound = parties(acts, instrument, on)
            in_force = {code: [(on.year, float(code in bound))] for code in codes}
            series[f"treaty_{instrument}"] = in_force
    return series


def _violence(
    rows: Iterable[Mapping[str, Any]],
) -> dict[str, dict[str, list[tuple[int, float]]]]:
    """Deaths by column, place and year."""
    series: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for row in rows:
        for column in _VIOLENCE:
            if row[column] is not None:
                by_place = series.setdefault(f"ucdp_{column}", {})
                values = by_place.setdefault(row["country"], [])
                values.append((row["year"], float(row[column])))
    for by_place in series.values():
        for values in by_place.values():
            values.sort()
    return series


def wanted(indicators: Iterable[Indicator]) -> frozenset[str]:
    """Names of INDICATOR_YEAR that these indicators could show; what a reader of the lake asks for."""
    tags = (_read(tag) for indicator in indicators for tag in indicator.proxies)
    return frozenset(tag.indicator for tag in tags if tag is not None)
