"""Probabilities that all deaths over the coming months reach a threshold, from draws of monthly paths."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from upstander.core.forecast_tables import FORECAST_CHANCE
from upstander.core.months import month_after
from upstander.core.types import Array, Forecast, Panel
from upstander.forecast import total_intervals
from upstander.forecast.declared import from_rows
from upstander.forecast.shapes import ByName, Index, Mask, Names, Row
from upstander.forecast.targets import TOTAL_MONTHS, TOTAL_THRESHOLDS, Target, get, total_id
from upstander.forecast.total_intervals import Part
from upstander.forecast.unmodelled import host_of, observed_share, ranked_together, ranks

if TYPE_CHECKING:
    from upstander.core.places import Places

PRIOR = 2.0  # pseudo-draws at the base rate, so that 1,000 draws never print as 0 or 1
LEAST = 1e-6  # nothing is impossible and nothing certain, also where no past window reached the threshold


def rows(
    forecast: Forecast,
    panel: Panel,
    rng: Generator,
    parts: Sequence[Part] = (),
) -> pa.Table:
    """FORECAST_CHANCE rows for every unit of ``forecast``, threshold and window of the coming months.

    ``total_25``, ``total_25_3m`` ...: see targets. All come from the same paths, so a higher threshold or a
    shorter window is never more probable. The base rate is the share of past windows of that length that
    reached the threshold. The 90 % interval is what disagreement of the model's ``parts`` and the cases behind them
    leave open (``total_intervals``).
    """
    members = parts or total_intervals.alone(forecast)
    weight = total_intervals.weights(members, rng)
    tables: list[pa.Table] = []
    for months in TOTAL_MONTHS:
        past, _ = _windows(panel, months)
        near = _first_months(forecast, months)
        window = (month_after(panel.periods[-1], 1), month_after(panel.periods[-1], months))
        for threshold in TOTAL_THRESHOLDS:
            base = float((past >= threshold).mean())
            point = _point(near, threshold, base)
            event = (threshold, months)
            sample = total_intervals.sample(members, weight, event, point, rng)
            tables.append(
                _rows(
                    total_id(threshold, months),
                    near,
                    point,
                    sample,
                    base,
                    window,
                )
            )
    return pa.concat_tables(tables)


def _first_months(forecast: Forecast, months: int) -> Forecast:
    return replace(
        forecast, horizons=forecast.horizons[:months], draws=forecast.draws[:, :months]
    )


def _point(near: Forecast, threshold: float, base: float) -> Array:
    """(U,) probabilities that the sum reaches the threshold."""
    exact, size = near.total_exceedance(threshold), near.draws.shape[-1]
    shrunk = (exact * size + PRIOR * base) / (size + PRIOR)
    return np.asarray(np.clip(shrunk, LEAST, 1 - LEAST))


def for_everyone(
    modelled: pa.Table,
    annual: pa.Table,
    places: Places,
    panel: Panel,
    quiet: Collection[tuple[str, int]],
) -> pa.Table:
    """Add the places of ``annual`` that have no draws, and rank all of them together.

    A place booked under another shows that place's figure; one without data shows the share among small places that
    were quiet until then, as the yearly targets do (see ``unmodelled``).

    Args:
        quiet: (place, year) of the small and quiet country-years.
    """
    notes = _notes(annual)
    rows = {(r["target"], r["unit"]): r for r in modelled.to_pylist()}
    template = {target: row for (target, _), row in rows.items()}
    for target, row in template.items():
        observed = {
            **row,
            **_figure(quiet_share(panel, get(target), quiet)),
        }
        for unit, (basis, note) in sorted(notes.items()):
            if (target, unit) not in rows:
                host = str(host_of(places.get(unit)))
                own = observed if basis == "no_data" else rows[target, host]
                rows[target, unit] = {
                    **own,
                    "unit": unit,
                    "basis": basis,
                    "note": note,
                }
    return from_rows(FORECAST_CHANCE, ranked_together(rows[key] for key in sorted(rows)))


def _notes(annual: pa.Table) -> dict[str, tuple[str, str | None]]:
    """Basis and note by place, from the rows of the yearly targets."""
    rows = annual.select(["unit", "basis", "note"]).to_pylist()
    return {r["unit"]: (r["basis"], r["note"]) for r in rows}


def _figure(share: tuple[float, float, float]) -> Row:
    return dict(zip(("probability", "low", "high"), share, strict=True))


def quiet_share(
    panel: Panel,
    target: Target,
    quiet: Collection[tuple[str, int]],
) -> tuple[float, float, float]:
    """Share of past windows that reached the threshold, of places that were small and quiet until then; its 90 % interval."""
    sums, first = _windows(panel, target.months)
    years = [month.year - 1 for month in first]
    own = sums[
        np.array([[(unit, year) in quiet for year in years] for unit in panel.units])
    ]
    return observed_share(float(reached(own, target).sum()), len(own))


def _windows(panel: Panel, length: int) -> tuple[Array, tuple[date, ...]]:
    """(U, W) sums over consecutive windows of ``length`` months within one definition of deaths, and their first months.

    Whole years, counted back from the last month: the same months whatever the length, so that shares fall with it.
    """
    at = consecutive(panel.definitions, len(panel.periods), length)
    sums = panel.column("fatalities")[:, at].sum(axis=-1)
    first = tuple(panel.periods[n] for n in at[:, 0].tolist())
    return np.asarray(sums, dtype=np.float64), first


def consecutive(definitions: Names, months: int, length: int) -> Index:
    """(W, length) positions of the months of windows that do not overlap, within the definition of the first month.

    Whole years, counted back from the last month so counted.

    Args:
        definitions: who spoke for each of the ``months``; empty where that is not kept.
    """
    same = [n for n in range(months) if not definitions or definitions[n] == definitions[0]]
    count = len(same) // 12 * 12 // length
    start = len(same) - count * length
    return np.array(same[start:], dtype=np.int64).reshape(count, length)


def reached(deaths: Array, target: Target) -> Mask:
    """(...) True where all deaths of a window reach the threshold."""
    return np.asarray(deaths >= target.threshold)


def _rows(
    target: str,
    forecast: Forecast,
    point: Array,
    sample: Array,
    base: float,
    window: tuple[date, date],
) -> pa.Table:
    units: Sequence[str] = forecast.units
    size = len(units)
    columns = {
        "unit": list(units),
        "target": [target] * size,
        "first_month": pa.array([window[0]] * size, pa.date32()),
        "last_month": pa.array([window[1]] * size, pa.date32()),
        "base_rate": [base] * size,
        "model": [forecast.model] * size,
        "basis": ["model"] * size,
        "note": pa.nulls(size, pa.string()),
    }
    return FORECAST_CHANCE.check(
        pa.table(
            {
                **columns,
                **_interval(point, sample),
                **_rank_range(point, sample),
            }
        )
    )


def _interval(point: Array, sample: Array) -> ByName:
    low = np.minimum(np.quantile(sample, 0.05, axis=0), point)
    high = np.maximum(np.quantile(sample, 0.95, axis=0), point)
    return {
        "probability": point,
        "low": np.maximum(low, LEAST),
        "high": np.minimum(high, 1 - LEAST),
    }


def _rank_range(point: Array, sample: Array) -> dict[str, Index]:
    rank = ranks(point)
    spread = ranks(sample)
    best = _quantile(spread, 0.05, "lower")
    worst = _quantile(spread, 0.95, "higher")
    return {
        "rank": rank,
        "rank_low": np.minimum(best, rank),
        "rank_high": np.maximum(worst, rank),
    }


def _quantile(
    spread: Index,
    level: float,
    method: Literal["lower", "higher"],
) -> Index:
    return np.quantile(spread, level, axis=0, method=method).astype(np.int64)
