"""The rolling odds of an issue: rows of chances, reasons and draws for every place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from upstander.core.forecast_tables import FORECAST_CHANCE
from upstander.core.messages import say, stored
from upstander.core.months import month_after
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.core.types import Array, Forecast, YearInputs
from upstander.forecast import panel, pooling, totals
from upstander.forecast.annual_outlook import AnnualOutlook
from upstander.forecast.annual_rows import Figures
from upstander.forecast.calibration import log_odds, within_floor
from upstander.forecast.declared import from_rows
from upstander.forecast.issue import CIVILIANS
from upstander.forecast.rolling import backtest, calendar, chances, odds, paths, reasons
from upstander.forecast.rolling.events import EVENTS, HEADLINE, NEW, Event
from upstander.forecast.rolling.features import Asked, Known
from upstander.forecast.rolling.months import Months
from upstander.forecast.rolling.reading import Spoken
from upstander.forecast.shapes import ByName, Rows
from upstander.forecast.training import stream

if TYPE_CHECKING:
    from upstander.core.places import Places

NOT_NEW = 1e-3  # where 25 or more were killed already: only a revision of the months could make it new


@dataclass(frozen=True)
class RollingOutlook:
    """Rows of FORECAST_CHANCE, FORECAST_REASON and FORECAST_DRAW.

    ``calendar`` are chances that take the place of the yearly models', ``yearly_reasons`` the yearly reasons moved to them.
    """

    chances: pa.Table
    calendar: pa.Table
    reasons: pa.Table
    yearly_reasons: pa.Table
    draws: pa.Table


@dataclass(frozen=True)
class _Today:
    """The places asked, what the last twelve months had, and their odds with what they might as well have been."""

    asked: Asked
    last: Array
    point: ByName
    spread: ByName
    base_rates: Mapping[str, float]

    @property
    def units(self) -> tuple[str, ...]:
        return tuple(self.asked.known.months.units[u] for u in self.asked.units)


def outlook(
    spoken: Spoken, known: YearInputs, yearly: AnnualOutlook, places: Places, seed: int
) -> RollingOutlook:
    """Odds of every event for every place, their reasons, and 1,000 paths a place that agree with them."""
    months = spoken.months
    features = Known.of(months)
    asked = features.at([months.count - 1])
    models = odds.learn_all(features, seed)
    last = odds.last_year(asked)
    settled = models.settled(models.scores(asked.values), last)
    library = paths.Library.of(models.by_event[HEADLINE.id].lesson.rows)
    drawn = paths.agreeing(library, asked, settled, last)
    point = _of_paths(drawn, settled, last)
    today = _Today(asked, last, point, _spread(models, asked, point, seed), _rates(models))
    of_year = calendar.calendar(asked, drawn, today.spread, known)
    printed = _everyone(_calendar_rows(today, of_year, yearly), yearly, places, spoken)
    return RollingOutlook(
        _everyone(_rows(today, months), yearly, places, spoken),
        printed,
        reasons.reasons(models, asked, point[HEADLINE.id], known),
        calendar.shifted_reasons(yearly, printed),
        pooling.draw_rows(_forecast(today.units, drawn, months, seed)),
    )


def _calendar_rows(
    today: _Today, of_year: calendar.Calendar, yearly: AnnualOutlook
) -> Rows:
    """The rows of the yearly models with the figures of the paths."""
    before = {(r["target"], r["unit"]): r for r in yearly.chances.to_pylist()}
    rows: Rows = []
    for name, point in of_year.point.items():
        figures = Figures.of(point, of_year.spread[name])
        rows += [
            {**before[name, unit], **figures.row(i, True), "model": chances.MODEL}
            for i, unit in enumerate(today.units)
            if (name, unit) in before
        ]
    return rows


def _of_paths(drawn: paths.Paths, settled: Mapping[str, Array], last: Array) -> ByName:
    """(N,) probabilities by event as the weighted paths have them: nested events cannot contradict each other."""
    out = {
        e.id: within_floor(
            np.array([drawn.probability(i, e, float(x)) for i, x in enumerate(last)])
        )
        for e in EVENTS
        if e.id in settled
    }
    return {**out, NEW.id: _new(out[HEADLINE.id], last)}


def _new(headline: Array, last: Array) -> Array:
    """(..., N) a new mass killing is the headline's event, in the places where it would be new."""
    return np.where(NEW.at_risk(last), headline, NOT_NEW)


def _rates(models: odds.Models) -> dict[str, float]:
    """Observed shares by event; of a new mass killing among the places where it could be."""
    out = {name: m.base_rate for name, m in models.by_event.items()}
    lesson = models.by_event[HEADLINE.id].lesson
    outcome = lesson.outcome(NEW)
    return {**out, NEW.id: float(np.nanmean(outcome))}


def _spread(models: odds.Models, asked: Asked, point: ByName, seed: int) -> ByName:
    """(R, N) probabilities by event, the middle of their log odds moved to the figure printed."""
    last = odds.last_year(asked)
    moved = odds.spread(models, asked, stream(seed, 37))
    centred = {
        n: s - s.mean(axis=0) + log_odds(point[n]) for n, s in moved.items() if n in point
    }
    settled = models.settled(centred, last)
    return {**settled, NEW.id: _new(settled[HEADLINE.id], last)}


def _forecast(
    units: tuple[str, ...], drawn: paths.Paths, months: Months, seed: int
) -> Forecast:
    draws = drawn.draws(stream(seed, 41))
    horizons = tuple(range(1, draws.shape[1] + 1))
    last = months.month_of(months.count - 1)
    return Forecast(CIVILIANS, chances.MODEL, last, units, horizons, draws)


def _rows(today: _Today, months: Months) -> Rows:
    last = months.month_of(months.count - 1)
    return [row for event in EVENTS for row in _of_event(today, event, last)]


def _of_event(today: _Today, event: Event, last: date) -> Rows:
    figures = Figures.of(today.point[event.id], today.spread[event.id])
    at_risk = event.at_risk(today.last)
    note = stored(say("forecast.not_new", threshold=VIOLENT_YEAR, month=last))
    shared = {
        "target": event.id,
        "first_month": month_after(last, 1),
        "last_month": month_after(last, event.months),
        "base_rate": today.base_rates[event.id],
        "model": chances.MODEL,
        "basis": "model",
    }
    return [
        {
            "unit": unit,
            **shared,
            **figures.row(i, bool(at_risk[i])),
            "note": None if at_risk[i] else note,
        }
        for i, unit in enumerate(today.units)
    ]


def _everyone(
    rows: Rows, yearly: AnnualOutlook, places: Places, spoken: Spoken
) -> pa.Table:
    """With the places that no model covers, ranked together."""
    own = from_rows(FORECAST_CHANCE, rows)
    killed = backtest.panel_of(spoken.months, feature=panel.MONTHLY_TARGET)
    quiet = yearly.small_and_quiet
    return totals.for_everyone(own, yearly.chances, places, killed, quiet)
