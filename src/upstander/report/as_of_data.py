"""What was known on a day: the lake's tables and the last issue, each read once.

This is the one place where a ``LeakageError`` becomes words: a table that nobody could have read
by that day is named as such, and the pages go on without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import chain
from threading import Lock
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from upstander.assess import proxies
from upstander.assess.prevalence import prevalence, stand_ins
from upstander.assess.proxies import Series
from upstander.core.errors import ConfigError, LeakageError
from upstander.core.messages import say
from upstander.core.places import Place, Places
from upstander.core.plain_rows import plain_rows
from upstander.core.tables import (
    INDICATOR_YEAR,
    ONE_SIDED_ACTOR,
    TREATY_ACT,
    VIOLENCE_MONTH,
    VIOLENCE_YEAR,
    Table,
)
from upstander.core.treaties import consistent
from upstander.lake import Release, series
from upstander.lake.precedence import Heard
from upstander.report import history, trend
from upstander.report.drivers import NAMES
from upstander.report.fan_chart import FanMonth, fans
from upstander.report.history import Rows
from upstander.report.probabilities import Ties, ties_of

LISTED = ("member", "territory", "invented")  # sorts of places that lists hold
READ = (VIOLENCE_MONTH, VIOLENCE_YEAR, INDICATOR_YEAR, TREATY_ACT, ONE_SIDED_ACTOR)
TITLES = {
    "violence_month": say("report.deaths_in_organised_violence_by_month"),
    "violence_year": say("report.deaths_by_type_of_violence_by_year"),
    "indicator_year": say("report.structural_indicators"),
    "treaty_act": say("report.treaty_acts"),
    "one_sided_actor": say("report.actors_of_one_sided_violence"),
}


class Issue(Protocol):
    """What the reports read from an issue of forecasts (tables of ``core.forecast_tables.ISSUE_TABLES``)."""

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


class Reads(Protocol):
    """What is read from a lake, or from one kept in memory."""

    def read(self, table: Table, *, as_of: date) -> pa.Table: ...
    def releases(self, *, as_of: date) -> tuple[Release, ...]: ...


class ByPlace(Mapping[str, list[dict[str, Any]]]):
    """Rows of a table by place, made into plain values when they are asked for: all at once they take most of a day's memory."""

    def __init__(self, rows: pa.Table, key: str) -> None:
        codes = rows[key].combine_chunks().dictionary_encode()
        numbers = codes.indices.to_numpy()
        plain = pa.schema(
            [
                (f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
                for f in rows.schema
            ]
        )
        self._rows = (
            rows.take(pa.array(np.argsort(numbers, kind="stable")))
            .cast(plain)
            .combine_chunks()
        )
        ends = np.cumsum(np.bincount(numbers, minlength=len(codes.dictionary))).tolist()
        self._spans = dict(
            zip(
                codes.dictionary.to_pylist(),
                zip([0, *ends], ends, strict=False),
                strict=True,
            )
        )
        # A page asks several times for the rows of one place before it goes on to the next.
        self._asked_last: tuple[str, list[dict[str, Any]]] = "", []

    def __getitem__(self, place: str) -> list[dict[str, Any]]:
        of, found = self._asked_last
        if of != place:
            start, end = self._spans[place]
            found = plain_rows(self._rows.slice(start, end - start))
            self._asked_last = place, found
        return found

    def __contains__(self, place: object) -> bool:
        return place in self._spans

    def __iter__(self) -> Iterator[str]:
        return iter(self._spans)

    def __len__(self) -> int:
        return len(self._spans)


@dataclass(frozen=True)
class Known:
    """Everything the pages are made of, as of one day.

    All but ``as_of`` and ``listed`` is the same on every day with the same releases and issues: ``on`` shares it.

    Attributes:
        tables: lake tables by name; a table nobody could have read by then is absent.
        missing: by table name, the sentence that says so.
        heard: releases known that day, oldest first, and who speaks in them.
        issue, previous: the last issue, and the one before it that speaks from an earlier day.
        chances, reasons, cases: rows of the issue's tables by place; chances_before, reasons_before: of ``previous``.
        years, months, acts, actors: rows by place of violence_year, violence_month (what history reads), treaty_act, one_sided_actor.
    """

    as_of: date
    places: Places
    listed: tuple[Place, ...]
    tables: Mapping[str, pa.Table]
    missing: Mapping[str, str]
    heard: Heard
    issue: Issue | None
    previous: Issue | None
    chances: Rows
    reasons: Rows
    cases: Rows
    chances_before: Rows
    reasons_before: Rows
    years: Rows
    months: Rows
    acts: Rows
    actors: Rows
    _rows: dict[str, pa.Table] = field(default_factory=dict, repr=False)
    _series: dict[str, Mapping[str, list[tuple[int, float]]]] = field(
        default_factory=dict, repr=False
    )
    _years_of: dict[str, tuple[history.Year, ...]] = field(default_factory=dict, repr=False)
    _months_of: dict[str, tuple[history.Month, ...]] = field(
        default_factory=dict, repr=False
    )
    _newest_of: dict[str, tuple[history.Month, ...]] = field(
        default_factory=dict, repr=False
    )
    _fans: dict[str, Mapping[str, tuple[FanMonth, ...]]] = field(
        default_factory=dict, repr=False
    )
    _working_out: Lock = field(default_factory=Lock, repr=False, compare=False)

    @property
    def releases(self) -> tuple[Release, ...]:
        """Releases known that day, oldest first."""
        return self.heard.releases

    @property
    def issued_as_of(self) -> date | None:
        """The day the issue speaks from, None where there is none."""
        return date.fromisoformat(str(self.issue.meta["as_of"])) if self.issue else None

    def on(self, day: date) -> Known:
        """What was known on another day with the same releases and issues."""
        return replace(self, as_of=day, listed=_listed(self.places, day))

    @cached_property
    def ties(self) -> Ties:
        """Which probabilities of the issue several places share."""
        return ties_of(chain.from_iterable(self.chances.values()))

    def fan_of(self, code: str) -> tuple[FanMonth, ...]:
        """The issue's quantiles of deaths in each coming month; those of all places are worked out when first asked for."""
        if self.issue is None:
            return ()
        with self._working_out:
            if "" not in self._fans:
                self._fans[""] = fans(self.issue)
                # the draws are many, and not needed again
                pa.default_memory_pool().release_unused()
        return self._fans[""].get(code, ())

    @cached_property
    def indicators(self) -> Mapping[str, Mapping[str, list[tuple[int, float]]]]:
        """The series that pages name, each as ``series`` gives it."""
        return {name: self.series(name) for name in NAMES}

    def series(self, indicator: str) -> Mapping[str, list[tuple[int, float]]]:
        """(year, value) of an indicator by place, oldest first; read when it is first asked for."""
        if indicator not in self._series:
            found: dict[str, list[tuple[int, float]]] = defaultdict(list)
            rows = self.rows_of(indicator).select(["country", "year", "value"])
            for country, year, value in zip(
                *(c.to_pylist() for c in rows.columns), strict=True
            ):
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
    def known_to(self) -> Mapping[str, date]:
        """Last day of knowledge by instrument: the newest release that speaks for it."""
        if "treaty_act" not in self.tables:
            return {}
        rows = (
            self.tables["treaty_act"]
            .group_by(["instrument", "source", "release"])
            .aggregate([("known_at", "max")])
        )
        last = {(r.source, r.release): r.last for r in self.releases}
        found: dict[str, date] = {}
        for row in rows.to_pylist():
            end = last.get((row["source"], row["release"]), row["known_at_max"])
            found[row["instrument"]] = max(
                found.get(row["instrument"], date.min), min(end, row["known_at_max"])
            )
        return found

    @cached_property
    def counted(self) -> Series:
        """Violence by year and treaties in force, as the series that stand beside indicators."""
        flat = chain.from_iterable
        states = [p.code for p in self.listed if p.kind == "member"]
        violence = flat(self._violence_rows(p.code) for p in self.listed)
        return proxies.counted(
            violence, list(flat(self.acts.values())), states, self.known_to, self.as_of
        )

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
                self.years.get(code, []), self.months.get(code, []), self.heard, code
            )
        return self._years_of[code]

    def months_of(self, code: str) -> tuple[history.Month, ...]:
        """The months of whatever is booked under a code; worked out when they are first asked for."""
        if code not in self._months_of:
            self._months_of[code] = history.months(
                self.months.get(code, []), self.heard, code
            )
        return self._months_of[code]

    def newest_months_of(self, code: str) -> tuple[history.Month, ...]:
        """The last of those months, as many as a trend needs: a list of every place shows no more."""
        if code not in self._newest_of:
            self._newest_of[code] = history.months(
                self.months.get(code, []), self.heard, code, trend.SPAN
            )
        return self._newest_of[code]

    @cached_property
    def prevalence(self) -> Mapping[str, str]:
        """By factor of the report, how often it stood before past cases and in quiet years, in a sentence."""
        counts = {
            code: {r["year"]: float(r["one_sided_best"]) for r in rows}
            for code, rows in self.years.items()
        }
        series = {
            s.indicator: self.counted.get(s.indicator) or self.series(s.indicator)
            for s in stand_ins()
        }
        return {p.factor: p.words for p in prevalence(series, counts)}

    def newest(self, source: str) -> Release | None:
        """The newest release of a source known that day."""
        return next((r for r in reversed(self.releases) if r.source == source), None)


def read(
    lake: Reads,
    places: Places,
    issue: Issue | None,
    *,
    as_of: date,
    previous: Issue | None = None,
) -> Known:
    """Read every table once, strictly as known on ``as_of``."""
    tables, missing = _tables(lake, as_of)

    def by_place(name: str, *columns: str) -> Rows:
        if name not in tables:
            return {}
        rows = tables[name].select(["country", *columns]) if columns else tables[name]
        return ByPlace(rows, "country")

    return Known(
        as_of=as_of,
        places=places,
        listed=_listed(places, as_of),
        tables=tables,
        missing=missing,
        heard=Heard(lake.releases(as_of=as_of)),
        issue=issue,
        previous=previous,
        chances=_of_issue(issue, "chances"),
        reasons=_of_issue(issue, "reasons"),
        cases=_of_issue(issue, "cases"),
        chances_before=_of_issue(previous, "chances"),
        reasons_before=_of_issue(previous, "reasons"),
        years=by_place("violence_year"),
        months=by_place("violence_month", *history.COUNTED_IN_MONTH),
        acts=by_place("treaty_act"),
        actors=by_place("one_sided_actor"),
    )


def _tables(lake: Reads, as_of: date) -> tuple[dict[str, pa.Table], dict[str, str]]:
    """The tables that anybody could have read, and of each other one the sentence that says so."""
    tables: dict[str, pa.Table] = {}
    missing: dict[str, str] = {}
    for table in READ:
        try:
            rows = lake.read(table, as_of=as_of)
            tables[table.name] = consistent(rows) if table is TREATY_ACT else rows
        except LeakageError as error:
            # without the day, which another day's page would get wrong
            earliest = str(error).rsplit("; ", 1)[-1]
            missing[table.name] = say(
                "report.on_this_day_nobody_could_have_read",
                name=TITLES[table.name],
                earliest=earliest,
            )
        except ConfigError:
            missing[table.name] = say(
                "report.this_installation_holds_no", name=TITLES[table.name]
            )

    missing.pop(ONE_SIDED_ACTOR.name, None)  # the one section that needs it says so itself
    return tables, missing


def _of_issue(issue: Issue | None, table: str) -> Rows:
    """Rows of a table of an issue by place."""
    return ByPlace(getattr(issue, table), "unit") if issue else {}


def _listed(places: Places, day: date) -> tuple[Place, ...]:
    return tuple(p for p in places.current(day) if p.kind in LISTED)
