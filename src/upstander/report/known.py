"""What was known on a day: the lake's tables and the last issue, each read once.

This is the one place where a ``LeakageError`` becomes words: a table that nobody could have read
by that day is named as such, and the pages go on without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any, Protocol

import pyarrow as pa

from upstander.assess import proxies
from upstander.assess.prevalence import prevalence, stand_ins
from upstander.assess.proxies import Series
from upstander.core.errors import ConfigError, LeakageError
from upstander.core.places import Place, Places
from upstander.core.tables import INDICATOR_YEAR, TREATY_ACT, VIOLENCE_MONTH, VIOLENCE_YEAR
from upstander.lake import Lake, Release, series
from upstander.report import history
from upstander.report.chances import Ties, ties_of
from upstander.report.drivers import NAMES

Rows = Mapping[str, list[dict[str, Any]]]
TITLES = {
    "violence_month": "deaths in organised violence by month",
    "violence_year": "deaths by type of violence by year",
    "indicator_year": "structural indicators",
    "treaty_act": "treaty acts",
}


class Issue(Protocol):
    """What the reports read from an issue of forecasts (tables of ``core.tables.ISSUE_TABLES``)."""

    @property
    def draws(self) -> pa.Table: ...
    @property
    def chances(self) -> pa.Table: ...
    @property
    def reasons(self) -> pa.Table: ...
    @property
    def cases(self) -> pa.Table: ...
    @property
    def meta(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Known:
    """Everything the pages are made of, as of one day.

    Attributes:
        tables: lake tables by name; a table nobody could have read by then is absent.
        missing: by table name, the sentence that says so.
        releases: releases known that day, oldest first.
        issue, previous: the last issue, and the one before it that speaks from an earlier day.
    """

    as_of: date
    places: Places
    tables: Mapping[str, pa.Table]
    missing: Mapping[str, str]
    releases: tuple[Release, ...]
    issue: Issue | None
    previous: Issue | None = None
    listed: tuple[Place, ...] = field(default=())
    _rows: dict[str, pa.Table] = field(default_factory=dict, init=False, repr=False)
    _series: dict[str, Mapping[str, list[tuple[int, float]]]] = field(default_factory=dict, init=False, repr=False)
    _years_of: dict[str, tuple[history.Year, ...]] = field(default_factory=dict, init=False, repr=False)
    _months_of: dict[str, tuple[history.Month, ...]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def chances(self) -> Rows:
        """Rows of forecast_chance by place."""
        return _by(self.issue.chances, "unit") if self.issue else {}

    @cached_property
    def ties(self) -> Ties:
        """Which probabilities of the issue several places share."""
        return ties_of(chain.from_iterable(self.chances.values()))

    @cached_property
    def reasons(self) -> Rows:
        """Rows of forecast_reason by place."""
        return _by(self.issue.reasons, "unit") if self.issue else {}

    @cached_property
    def chances_before(self) -> Rows:
        """Rows of forecast_chance of the issue before by place."""
        return _by(self.previous.chances, "unit") if self.previous else {}

    @cached_property
    def reasons_before(self) -> Rows:
        """Rows of forecast_reason of the issue before by place."""
        return _by(self.previous.reasons, "unit") if self.previous else {}

    @cached_property
    def cases(self) -> Rows:
        """Rows of forecast_case by place."""
        return _by(self.issue.cases, "unit") if self.issue else {}

    @cached_property
    def years(self) -> Rows:
        """Rows of violence_year by place."""
        return _by(self.tables["violence_year"], "country") if "violence_year" in self.tables else {}

    @cached_property
    def months(self) -> Rows:
        """Rows of violence_month by place, every source."""
        return _by(self.tables["violence_month"], "country") if "violence_month" in self.tables else {}

    @cached_property
    def indicators(self) -> Mapping[str, Mapping[str, list[tuple[int, float]]]]:
        """The series that pages name, each as ``series`` gives it."""
        return {name: self.series(name) for name in NAMES}

    def series(self, indicator: str) -> Mapping[str, list[tuple[int, float]]]:
        """(year, value) of an indicator by place, oldest first; read when it is first asked for."""
        if indicator not in self._series:
            found: dict[str, list[tuple[int, float]]] = defaultdict(list)
            rows = self.rows_of(indicator).select(["country", "year", "value"])
            for country, year, value in zip(*(c.to_pylist() for c in rows.columns), strict=True):
                found[country].append((year, value))
            for values in found.values():
                values.sort()
            self._series[indicator] = found
        return self._series[indicator]

    def rows_of(self, indicator: str) -> pa.Table:
        """Rows of indicator_year of one indicator, or of a choice between several; none where it was not known."""
        if indicator not in self._rows:
            every = self.tables.get("indicator_year", INDICATOR_YEAR.schema.empty_table())
            self._rows[indicator] = series.chosen(every, indicator)
        return self._rows[indicator]

    @cached_property
    def acts(self) -> Rows:
        """Rows of treaty_act by place."""
        return _by(self.tables["treaty_act"], "country") if "treaty_act" in self.tables else {}

    @cached_property
    def known_to(self) -> Mapping[str, date]:
        """Last day of knowledge by instrument: the newest release that speaks for it."""
        if "treaty_act" not in self.tables:
            return {}
        rows = self.tables["treaty_act"].group_by(["instrument", "source", "release"]).aggregate([("known_at", "max")])
        last = {(r.source, r.release): r.last for r in self.releases}
        found: dict[str, date] = {}
        for row in rows.to_pylist():
            end = last.get((row["source"], row["release"]), row["known_at_max"])
            found[row["instrument"]] = max(found.get(row["instrument"], date.min), min(end, row["known_at_max"]))
        return found

    @cached_property
    def counted(self) -> Series:
        """Violence by year and treaties in force, as the series that stand beside indicators."""
        flat = chain.from_iterable
        states = [p.code for p in self.listed if p.kind == "member"]
        violence = flat(self._violence_rows(p.code) for p in self.listed)
        return proxies.counted(violence, list(flat(self.acts.values())), states, self.known_to)

    def _violence_rows(self, code: str) -> list[dict[str, Any]]:
        """Deaths by year and type as the pages have them; who killed is known of the annual file's years alone."""
        if code not in self.years:
            return []
        government = {r["year"]: r["one_sided_government_best"] for r in self.years[code]}
        return [
            {
                "country": code,
                "year": y.year,
                **{f"{kind}_best": getattr(y, kind) for kind in history.KINDS},
                "one_sided_government_best": government.get(y.year),
            }
            for y in self.years_of(code)
        ]

    def years_of(self, code: str) -> tuple[history.Year, ...]:
        """The years by type of whatever is booked under a code; worked out when they are first asked for."""
        if code not in self._years_of:
            self._years_of[code] = history.years(
                self.years.get(code, []), self.months.get(code, []), self.releases, code
            )
        return self._years_of[code]

    def months_of(self, code: str) -> tuple[history.Month, ...]:
        """The months of whatever is booked under a code; worked out when they are first asked for."""
        if code not in self._months_of:
            self._months_of[code] = history.months(self.months.get(code, []), self.releases, code)
        return self._months_of[code]

    @cached_property
    def prevalence(self) -> Mapping[str, str]:
        """By factor of the report, how often it stood before past cases and in quiet years, in a sentence."""
        counts = {code: {r["year"]: float(r["one_sided_best"]) for r in rows} for code, rows in self.years.items()}
        series = {s.indicator: self.counted.get(s.indicator) or self.series(s.indicator) for s in stand_ins()}
        return {p.factor: p.words for p in prevalence(series, counts)}

    def newest(self, source: str) -> Release | None:
        """The newest release of a source known that day."""
        return next((r for r in reversed(self.releases) if r.source == source), None)


def read(lake: Lake, places: Places, issue: Issue | None, *, as_of: date, previous: Issue | None = None) -> Known:
    """Read every table once, strictly as known on ``as_of``."""
    tables, missing = {}, {}
    for table in (VIOLENCE_MONTH, VIOLENCE_YEAR, INDICATOR_YEAR, TREATY_ACT):
        try:
            tables[table.name] = lake.read(table, as_of=as_of)
        except LeakageError as error:
            missing[table.name] = f"On this day nobody could have read the {TITLES[table.name]} ({error})."
        except ConfigError:
            missing[table.name] = f"This installation holds no {TITLES[table.name]}."
    listed = tuple(p for p in places.current(as_of) if p.kind in ("member", "territory"))
    return Known(as_of, places, tables, missing, lake.releases(as_of=as_of), issue, previous, listed)


def _by(table: pa.Table, key: str) -> Rows:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in table.to_pylist():
        found[row[key]].append(row)
    return found
