"""Odds of the calendar year from the same paths: months already known, and the paths of those that are left.

So the yearly and the monthly odds of one event cannot contradict each other. An onset counts deaths of all types, of
which there are no such paths: its odds take in the known months by ``known_months``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.forecast_tables import FORECAST_REASON
from upstander.core.types import Array, YearInputs
from upstander.forecast.annual_outlook import AnnualOutlook
from upstander.forecast.calibration import FLOOR, chance, log_odds
from upstander.forecast.cases import target
from upstander.forecast.declared import from_rows
from upstander.forecast.known_months import FAMILY, SoFar, level_of
from upstander.forecast.rolling.events import YEAR
from upstander.forecast.rolling.features import Asked
from upstander.forecast.rolling.paths import Paths
from upstander.forecast.shapes import ByName
from upstander.forecast.targets import ONE_SIDED_THRESHOLDS, civilians_id

# Nothing is certain: what the known months alone hold may be revised downwards.
MOST = 0.995
GOALS = (*(f"one_sided_{n}" for n in ONE_SIDED_THRESHOLDS), "surge")
# The event of the coming months whose models tell how unsure a calendar target is.
LIKE = {
    **{f"one_sided_{n}": civilians_id(n, YEAR) for n in ONE_SIDED_THRESHOLDS},
    "surge": "escalation",
}


@dataclass(frozen=True)
class Calendar:
    """(N,) probabilities by calendar target, and (R, N) what they might as well have been."""

    point: ByName
    spread: ByName


def calendar(
    asked: Asked, drawn: Paths, spread: Mapping[str, Array], known: YearInputs
) -> Calendar:
    """The targets of the year after the base year, for every row asked."""
    base = int(known.years[-1])
    so_far = SoFar.of(asked.known.months, base)
    left = YEAR - so_far.count
    at = int(np.searchsorted(so_far.years, base))
    killed = so_far.killed[asked.units, at]
    point = {}
    moved = {}
    for name in GOALS:
        levels = level_of(target(name), known)[asked.units]
        point[name] = np.array(
            [
                _share(drawn, i, left, float(levels[i] - killed[i]))
                for i in range(len(killed))
            ]
        )
        own = log_odds(spread[LIKE[name]])
        moved[name] = chance(own - own.mean(axis=0) + log_odds(point[name]))
    return Calendar(point, moved)


def _share(drawn: Paths, i: int, left: int, missing: float) -> float:
    """Of the paths in which at least as many as are missing are killed in the months left."""
    hit = drawn.months[i][:, :left].sum(axis=1) >= missing
    return float(np.clip(drawn.weights[i][hit].sum(), FLOOR, MOST))


def shifted_reasons(yearly: AnnualOutlook, printed: pa.Table) -> pa.Table:
    """The yearly reasons, moved to the log odds printed: what the paths know more than the yearly models is what changes.

    Args:
        printed: FORECAST_CHANCE rows of the calendar targets as they are printed.
    """
    before = _log_odds_of(yearly.chances)
    after = _log_odds_of(printed)
    rows = yearly.reasons.to_pylist()
    for row in rows:
        key = (row["unit"], row["target"])
        if row["family"] == FAMILY and key in after and key in before:
            row["contribution"] += after[key] - before[key]
    return from_rows(FORECAST_REASON, rows)


def _log_odds_of(chances: pa.Table) -> dict[tuple[str, str], float]:
    """By place and target, of the places that a model speaks of."""
    own = chances.filter(pc.equal(chances["basis"], "model"))
    keys = zip(own["unit"].to_pylist(), own["target"].to_pylist(), strict=True)
    values = log_odds(own["probability"].to_numpy()).tolist()
    return dict(zip(keys, values, strict=True))
