"""Civilians killed deliberately in the coming 3, 6 and 12 months: an origin every third month, on final data, beside what followed.

A hindcast. Settings were chosen on origins to 2016; the origins after are reported beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from upstander.core.errors import NotCovered
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.core.types import Array
from upstander.forecast.qualification import Verdict, judge
from upstander.forecast.rolling import backtest, chances
from upstander.forecast.rolling.backtest import BASELINES, FIRST_YEAR, HISTORY, one_year
from upstander.forecast.rolling.events import ESCALATION, EVENTS, HEADLINE, NEW, Event
from upstander.forecast.rolling.months import Months
from upstander.forecast.scoreboard import yearly_tables
from upstander.forecast.scoreboard.board import Asked, Column, Part, Table, Task
from upstander.forecast.scoreboard.year_study import YearStudy, looks
from upstander.forecast.shapes import ByName, Mask, Numbers, Row
from upstander.forecast.workers import Piece

CHOSEN_TO = 2016  # the last year of origins that settings were chosen on
DEVELOPED = f"origins {FIRST_YEAR - 1}-12 to {CHOSEN_TO}-09, on which settings were chosen"
LATER = f"origins from {CHOSEN_TO}-12 on"
WHOLE = f"all origins from {FIRST_YEAR - 1}-12 on"
TOP = 30
MISSED = (
    Column("target", "Target", "text"),
    Column("place", "Place", "text"),
    Column("origin", "Data to", "text"),
    Column("said", "Said", "percent"),
    Column("rank", "Rank", "count"),
    Column("last", "Killed in the 12 months before", "count"),
    Column("after", "Killed in the 12 months after", "count"),
)


def score(asked: Asked) -> Part:
    """Every event by our models and the baselines; what the first thirty places missed; quiet places' calibration."""
    from upstander.forecast.rolling.reading import read
    from upstander.forecast.yearly_inputs import covered_units, inputs

    units = covered_units(asked.lake, asked.places, asked.as_of)
    known = inputs(asked.lake, asked.places, units, as_of=asked.as_of)
    try:
        months = read(asked.lake, asked.places, known, as_of=asked.as_of).months
    except NotCovered as error:
        return Part(
            missing=(f"Civilians killed deliberately in the coming months: {error}",)
        )
    return scored(asked, months)


def scored(asked: Asked, months: Months) -> Part:
    """The tables from the months."""
    years = [y for y in range(FIRST_YEAR, 2100) if backtest.origins_of(months, y)]
    chosen = years[-asked.latest :] if asked.latest else years
    pieces = [
        Piece(f"rolling {y} {asked.seed} {asked.stamp}", (months, y, asked.seed))
        for y in chosen
    ]
    done = asked.workers.each("Rolling odds", one_year, pieces, asked.progress)
    rows = _Rows(months, {k: np.concatenate([d[k] for d in done]) for k in done[0]})
    studies = [s for s in (_study(asked, rows, e) for e in EVENTS) if _has_both(s)]
    return Part(tuple(_tables(rows, studies, asked)), tuple(map(_verdict, studies)))


class _Rows:
    """All forecasts: positions of place and month, and arrays by name."""

    def __init__(self, months: Months, arrays: dict[str, Numbers]) -> None:
        self.months = months
        self.arrays = arrays

    @property
    def units(self) -> Numbers:
        """(N,) place codes."""
        return np.asarray(self.months.units)[self.arrays["unit"]]

    def stamps(self) -> Numbers:
        """(N,) origins as year * 100 + month."""
        days = [self.months.month_of(int(m)) for m in self.arrays["month"]]
        return np.asarray([d.year * 100 + d.month for d in days])

    def chances(self, event: Event) -> ByName:
        """(N,) by model."""
        return {
            m: np.asarray(self.arrays[f"p.{m}.{event.id}"])
            for m in (chances.MODEL, *BASELINES)
        }


def _study(asked: Asked, rows: _Rows, event: Event) -> YearStudy:
    outcome = np.asarray(rows.arrays[f"y.{event.id}"])
    stamps = rows.stamps()
    whole = YearStudy(
        task="rolling",
        kind="Hindcast",
        target=event.id,
        what=WHOLE,
        units=rows.units,
        years=stamps,
        chances=rows.chances(event),
        outcome=outcome,
        groups={"row": np.arange(len(outcome)).astype(str)},
        baselines=BASELINES,
        reference=HISTORY,
        seed=asked.seed,
        blocks=_spoken_of(stamps),
    )
    return whole.cut(~np.isnan(outcome))


def _tables(rows: _Rows, studies: list[YearStudy], asked: Asked) -> Iterator[Table]:
    title = "civilians killed deliberately in the coming months, rolling origins"
    listed = [s for s in studies if s.target in (HEADLINE.id, NEW.id, ESCALATION.id)]
    parts = [part for s in listed for part in _spans(s)]
    others = [s for s in studies if s not in listed]
    yield yearly_tables.models([*parts, *others], title)
    yield yearly_tables.pairs(parts, chances.MODEL)
    yield yearly_tables.reliabilities(studies, (chances.MODEL, HISTORY))
    yield _calibration(rows, studies)
    yield _missed(rows, listed, asked)


def _spoken_of(stamps: Numbers) -> Numbers:
    """(N,) the year that origins (year * 100 + month) speak of: one in December belongs to the next."""
    return np.asarray((stamps + 88) // 100)


def _spans(study: YearStudy) -> Iterator[YearStudy]:
    yield study
    year = _spoken_of(study.years)
    for what, inside in ((DEVELOPED, year <= CHOSEN_TO), (LATER, year > CHOSEN_TO)):
        part = replace(study.cut(inside), what=what)
        if _has_both(part):
            yield part


def _has_both(study: YearStudy) -> bool:
    """Whether the event followed some of the cases and not others: else nothing can be ranked."""
    return bool(0 < study.outcome.sum() < len(study.outcome))


def _calibration(rows: _Rows, studies: list[YearStudy]) -> Table:
    """Expected and observed in places that were quiet, and in the others."""
    quiet = np.asarray(rows.arrays["last"]) < VIOLENT_YEAR
    table = [row for s in studies for row in _calibration_rows(s, quiet)]
    columns = (
        Column("target", "Target", "text"),
        Column("of", "Places", "text"),
        Column("cases", "Cases", "count"),
        Column("events", "Events", "count"),
        Column("expected", "Expected", digits=1),
        Column("observed_over_expected", "Observed/ expected", digits=2),
    )
    title = f"{chances.MODEL}: expected and observed, quiet places and others"
    head = ("rolling.quiet", "rolling", "Hindcast", title, WHOLE)
    note = f"Quiet: fewer than {VIOLENT_YEAR} civilians killed deliberately in the twelve months to the origin."
    return Table(*head, columns, tuple(table), (note,))  # type: ignore[arg-type]


def _calibration_rows(study: YearStudy, quiet: Mask) -> Iterator[Row]:
    calm = quiet[study.groups["row"].astype(int)]
    for name, inside in (("quiet", calm), ("others", ~calm)):
        part = study.cut(inside)
        if not len(part.outcome):
            continue
        expected = float(part.chances[chances.MODEL].sum())
        yield {
            "target": study.target,
            "of": name,
            "cases": len(part.outcome),
            "events": int(part.outcome.sum()),
            "expected": expected,
            "observed_over_expected": float(part.outcome.sum()) / expected,
        }


def _missed(rows: _Rows, studies: list[YearStudy], asked: Asked) -> Table:
    """Events whose place was not among its origin's first thirty: each place's first such origin in a year."""
    table = [row for s in studies for row in _missed_rows(rows, s, asked)]
    title = f"what the first {TOP} places of {chances.MODEL} missed"
    head = ("rolling.missed", "rolling", "Hindcast", title, WHOLE)
    note = "One line a place and year: the first origin at which the event followed and the place was not listed."
    return Table(*head, MISSED, tuple(table), (note,))  # type: ignore[arg-type]


def _missed_rows(rows: _Rows, study: YearStudy, asked: Asked) -> Iterator[Row]:
    rank = _ranks(study)
    told: set[tuple[str, int]] = set()
    year = _spoken_of(study.years)
    for i in np.flatnonzero((study.outcome == 1) & (rank > TOP)).tolist():
        key = (str(study.units[i]), int(year[i]))
        if key in told:
            continue
        told.add(key)
        yield _missed_row(rows, study, i, int(rank[i]), asked)


def _missed_row(rows: _Rows, study: YearStudy, i: int, rank: int, asked: Asked) -> Row:
    row = int(study.groups["row"][i])
    unit, at = (int(rows.arrays[k][row]) for k in ("unit", "month"))
    return {
        "target": study.target,
        "place": asked.places.get(str(study.units[i])).name,
        "origin": f"{rows.months.month_of(at):%Y-%m}",
        "said": float(study.chances[chances.MODEL][i]),
        "rank": rank,
        "last": float(rows.arrays["last"][row]),
        "after": float(rows.months.killed[unit, at + 1 : at + 13].sum()),
    }


def _ranks(study: YearStudy) -> Array:
    """(N,) rank among the places of the same origin."""
    out = np.zeros(len(study.outcome))
    p = study.chances[chances.MODEL]
    for inside in study.by_year():
        order = np.argsort(-p[inside], kind="stable")
        ranks = np.empty(len(order))
        ranks[order] = np.arange(1, len(order) + 1)
        out[inside] = ranks
    return out


def _verdict(study: YearStudy) -> Verdict:
    """Our models against the conflict-history logit, at each year over all origins until then."""
    span = (_month(study.years.min()), _month(study.years.max()))
    [gains] = looks(study, [chances.MODEL], HISTORY).values()
    return judge(study.target, chances.MODEL, HISTORY, "log loss", study.kind, span, gains)


def _month(stamp: int) -> str:
    """An origin (year * 100 + month) as people write it: 2003-12."""
    year, month = divmod(int(stamp), 100)
    return f"{year}-{month:02}"


TASK = Task(
    title="Civilians killed deliberately in the coming months, an origin every third month",
    citation="UCDP events by country, month and type; events as in forecast/rolling/events.py",
    score=score,
)
