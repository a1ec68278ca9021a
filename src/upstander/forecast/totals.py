"""Probabilities that all deaths over the coming months reach a threshold, from draws of monthly paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upstander.core.tables import FORECAST_CHANCE
from upstander.core.types import Array, Forecast, Panel
from upstander.forecast.targets import TOTAL_MONTHS, TOTAL_THRESHOLDS, month_after, total_id

if TYPE_CHECKING:
    from upstander.core.places import Places

PRIOR = 2.0  # pseudo-draws at the base rate, so that 1,000 draws never print as 0 or 1
BLOCKS = 20  # equal blocks of draws; their spread is the interval


def rows(forecast: Forecast, panel: Panel, rng: np.random.Generator) -> pa.Table:
    """FORECAST_CHANCE rows for every unit of ``forecast``, threshold and window of the coming months.

    ``total_25``, ``total_25_3m`` ...: see targets. All come from the same paths, so a higher threshold or a
    shorter window is never more probable. The base rate is the share of past windows of that length that
    reached the threshold. The 90 % interval is of the probability under resampled draws and a Beta(1/2, 1/2)
    start: it holds the model for true and so is a lower bound of what we do not know.
    """
    made: list[pa.Table] = []
    for months in TOTAL_MONTHS:
        past = _windows(panel, months)
        window = (month_after(panel.periods[-1], 1), month_after(panel.periods[-1], months))
        near = replace(forecast, horizons=forecast.horizons[:months], draws=forecast.draws[:, :months])
        for threshold in TOTAL_THRESHOLDS:
            base = float((past >= threshold).mean())
            exact = near.total_exceedance(threshold)
            size = near.draws.shape[-1]
            point = (exact * size + PRIOR * base) / (size + PRIOR)
            sample = rng.beta(exact * size / BLOCKS + 0.5, (1 - exact) * size / BLOCKS + 0.5, size=(400, len(exact)))
            made.append(_rows(total_id(threshold, months), near, point, sample, base, window))
    return pa.concat_tables(made)


def for_everyone(made: pa.Table, annual: pa.Table, places: Places) -> pa.Table:
    """Add the places of ``annual`` that have no draws, and rank all of them together.

    A place booked under another shows that place's figure; one without data shows the median
    place's, and says so.
    """
    notes = {r["unit"]: (r["basis"], r["note"]) for r in annual.select(["unit", "basis", "note"]).to_pylist()}
    by_target: dict[str, dict[str, dict[str, Any]]] = {}
    for row in made.to_pylist():
        by_target.setdefault(row["target"], {})[row["unit"]] = row
    out: list[dict[str, Any]] = []
    for own in by_target.values():
        middle = sorted(own.values(), key=lambda r: float(r["probability"]))[len(own) // 2]
        for unit, (basis, note) in sorted(notes.items()):
            if unit not in own:
                host = places.get(unit).booked_under if basis == "booked" else None
                like = own.get(host or "", middle)
                own[unit] = {**like, "unit": unit, "basis": basis, "note": note}
        rows = sorted(own.values(), key=lambda r: (-float(r["probability"]), r["rank"], r["unit"]))
        for rank, row in enumerate(rows, start=1):
            shift = rank - row["rank"]
            worst = min(len(rows), row["rank_high"] + max(shift, 0))
            out.append({**row, "rank": rank, "rank_low": min(row["rank_low"], rank), "rank_high": max(worst, rank)})
    return FORECAST_CHANCE.check(pa.Table.from_pylist(out, schema=FORECAST_CHANCE.schema))


def _windows(panel: Panel, length: int) -> Array:
    """Sums over consecutive windows of ``length`` months within one definition of deaths; of whole years."""
    deaths = panel.column("fatalities")
    same = np.array([d == panel.definitions[0] for d in panel.definitions]) if panel.definitions else None
    usable = deaths[:, same] if same is not None else deaths
    years = usable.shape[1] // 12  # the same months whatever the length: shares then fall with it
    count = years * 12 // length
    whole = usable[:, usable.shape[1] - count * length :].reshape(len(usable), count, length)
    return np.asarray(whole.sum(axis=-1), dtype=np.float64)


def _rows(
    target: str, forecast: Forecast, point: Array, sample: Array, base: float, window: tuple[date, date]
) -> pa.Table:
    low, high = (
        np.minimum(np.quantile(sample, 0.05, axis=0), point),
        np.maximum(np.quantile(sample, 0.95, axis=0), point),
    )
    order = _ranks(point)
    spread = np.stack([_ranks(s) for s in sample])
    units: Sequence[str] = forecast.units
    size = len(units)
    return FORECAST_CHANCE.check(
        pa.table(
            {
                "unit": list(units),
                "target": [target] * size,
                "first_month": pa.array([window[0]] * size, pa.date32()),
                "last_month": pa.array([window[1]] * size, pa.date32()),
                "probability": point,
                "low": np.maximum(low, 1e-6),
                "high": np.minimum(high, 1 - 1e-6),
                "base_rate": [base] * size,
                "rank": order,
                "rank_low": np.minimum(np.quantile(spread, 0.05, axis=0, method="lower").astype(np.int64), order),
                "rank_high": np.maximum(np.quantile(spread, 0.95, axis=0, method="higher").astype(np.int64), order),
                "model": [forecast.model] * size,
                "basis": ["model"] * size,
                "note": pa.nulls(size, pa.string()),
            }
        )
    )


def _ranks(values: Array) -> npt.NDArray[np.int64]:
    """1 for the highest; ties in the order of the units."""
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return ranks
